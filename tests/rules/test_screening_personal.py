"""Numbers of persons with right and wrong check digits, disguised or not, and nobody's numbers."""

import pytest

from services.review.screening import Finding, Piece, Severity, screen
from services.review.screening.normalise import normalise

ID, PERMIT, CARD, MOBILE = "11010519491231002X", "810000199408230021", "6222021234567890128", "13800138000"


def findings(text: str) -> tuple[Finding, ...]:
    return screen([Piece(text, "正文")]).findings


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (ID, "personal.id18"),
        (ID.lower(), "personal.id18"),
        (PERMIT, "personal.residence-permit"),
        ("110105 19491231 002X", "personal.id18"),
        ("110105-19491231-002X", "personal.id18"),
        ("1101051949\n1231002X", "personal.id18"),
        ("1101051949 \u200b\r\n  1231002X", "personal.id18"),
        ("１１０１０５１９４９１２３１００２Ｘ", "personal.id18"),
        (" ".join(ID), "personal.id18"),
        ("\n".join(ID), "personal.id18"),
        ("\u200b".join(ID), "personal.id18"),
        ("1101\u00ad0519491231002X", "personal.id18"),
        ("①①0105194912③1002X", "personal.id18"),
        ("𝟏𝟏𝟎105194912310𝟎𝟐X", "personal.id18"),
        (CARD, "personal.bank-card"),
        ("6222 0212 3456 7890 128", "personal.bank-card"),
        ("6222-0212-3456-7890-128", "personal.bank-card"),
        ("62220212345678\n90128", "personal.bank-card"),
        ("６２２２０２１２３４５６７８９０１２８", "personal.bank-card"),
        (MOBILE, "personal.mobile"),
        ("138 0013 8000", "personal.mobile"),
        ("138-0013-8000", "personal.mobile"),
        ("+86 13800138000", "personal.mobile"),
        ("8613800138000", "personal.mobile"),
        ("１３８００１３８０００", "personal.mobile"),
        (" ".join(MOBILE), "personal.mobile"),
        ("138\u200b0013\u200b8000", "personal.mobile"),
        ("13800١38000", "personal.mobile"),
    ],
)
def test_a_persons_number_blocks_in_every_form(written: str, rule: str) -> None:
    text = f"张某，{written}，某镇"
    [finding] = findings(text)
    assert (finding.rule, finding.severity) == (rule, Severity.block)
    assert normalise(text[finding.where.start : finding.where.end]).text in normalise(written).text


@pytest.mark.parametrize(
    "text",
    [
        f"序号 1 {ID} 2 {PERMIT}",
        f"{ID}\n{PERMIT}\n",
        f"|1|{ID}|\n|2|{PERMIT}|",
        f"{ID} {PERMIT}",
    ],
)
def test_numbers_in_a_column_are_each_found(text: str) -> None:
    found = {text[finding.where.start : finding.where.end] for finding in findings(text)}
    assert found == {ID, PERMIT}


def test_mobiles_in_a_column_are_each_found() -> None:
    text = "13800138000 13900139000\n13700137000\r\n\r\n13600136000"
    assert [finding.severity for finding in findings(text)] == [Severity.block] * 4


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("编号 110105194912310021", "personal.id18"),  # A wrong check digit: perhaps a slip of the pen.
        ("咨询电话：13800138000", "personal.mobile"),
        ("联系电话：0411-87654321、13800138000", "personal.mobile"),
        ("编号 1380013\n8000", "personal.mobile"),
        ("流水号 9558800000000001230", "personal.bank-card"),  # Luhn holds, but nobody calls it a card.
        ("收款账号：2103000012345678", "personal.account"),
        (
            "身份证号\n甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥\n110105491231002",
            "personal.id15",
        ),
    ],
)
def test_a_doubtful_number_asks_a_person(text: str, rule: str) -> None:
    assert [(finding.rule, finding.severity) for finding in findings(text)] == [(rule, Severity.person)]


@pytest.mark.parametrize("number", ["110105194912310021", "110105491231002"])
def test_a_label_makes_a_doubtful_identity_number_block(number: str) -> None:
    [finding] = findings(f"身份证号码：{number}")
    assert finding.severity is Severity.block


@pytest.mark.parametrize(
    "text",
    [
        "91350100M000100Y43",
        "统一社会信用代码：91350100M000100Y43",
        "0411-87654321",
        "服务热线12345",
        "110105********002X",
        "6222021234567890129",
        "2026年第13800138号",
        "110105194913310021",
        "投资1380013.8000万元",
        "0.13800138000",
        "1 3 0 0 0 0 0 0 0 0 0 0 0 0",
        "2019\n138\n2010\n2011\n2012",
        "2021 2022 2023 2024 2025 2026",
        "邮编116600",
        "大开管发〔2026〕138号 2026年1月1日",
    ],
)
def test_a_number_that_is_no_persons_raises_nothing(text: str) -> None:
    assert findings(text) == ()


@pytest.mark.parametrize(("number", "masked"), [(ID, "110*************2X"), (MOBILE, "138******00")])
def test_an_excerpt_shows_three_figures_and_the_last_two(number: str, masked: str) -> None:
    [finding] = findings(number)
    assert finding.excerpt_masked == masked
    assert number not in repr(finding)


def test_offsets_lead_back_to_the_original_text() -> None:
    text = "㎡…½㈠\u200b身份证１１０１０５　　１９４９１２３１\u200b００２Ｘ完"
    [finding] = findings(text)
    assert text[finding.where.start : finding.where.end] == "１１０１０５　　１９４９１２３１\u200b００２Ｘ"


def test_a_confident_finding_says_why_the_law_minds() -> None:
    [finding] = findings(f"身份证号{ID}")
    assert finding.confidence > 0.95
    assert "条例第15条" in finding.why
