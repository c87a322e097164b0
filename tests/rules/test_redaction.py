"""What is redacted in a text or a page is nowhere in it afterwards, and what cannot be done is said."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.review.redaction import LeftOver, Span, in_html, in_text, redact
from services.review.redaction.apart import redact_apart
from services.review.redaction.areas import Area, Rewritten
from services.review.redaction.checked import check
from services.review.redaction.phrases import BLACK, asked, has, phrase
from services.review.redaction.refused import (
    NoAreasInThisType,
    NoSuchSpan,
    RedactionDied,
    RedactionTooSlow,
    RedactOneByOne,
    SpanTooShort,
)
from services.review.redaction.second_reading import readings
from services.review.screening.extract import extract
from shared.files import FileType, UnacceptableFile
from tests.rules import hostile
from tests.rules.redacting import ID, PHONE, PRIVACY, TRADE, redacted, spans

# --- text


@pytest.mark.parametrize(
    "written",
    [ID, ID.lower(), "110105 19491231 002X", "110105-1949-1231-002X", "１１０１０５１９４９１２３１００２Ｘ",
     "110105\r\n19491231002X", "1101\u200b0519491231\u2060002X", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 x"],
)  # fmt: skip
def test_a_number_is_found_in_every_disguise(written: str) -> None:
    text = f"证号{ID}；另一处{written}。\r\n其余不动。"
    result = redacted(FileType.TXT, text.encode("gb18030"), ID).content.decode()
    assert len(result) == len(text)
    assert not re.search(r"[0-9０-９xXＸ]", result)
    assert re.sub(rf"{BLACK}|\s", "", result) == "证号；另一处。其余不动。"


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=60),
    ends=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    copies=st.integers(0, 3),
    between=st.text("甲乙 12-\n", max_size=4),
)
def test_nothing_of_a_span_is_left_and_all_else_stays(
    text: str, ends: tuple[int, int], copies: int, between: str
) -> None:
    start, end = sorted(min(at, len(text)) for at in ends)
    whole = text + "".join(between + text[start:end] for _ in range(copies))
    words = phrase(whole[start:end], PRIVACY)
    if words is None:
        return
    after = in_text.rewritten(whole.encode(), [words]).content.decode()
    assert len(after) == len(whole)
    assert phrase_is_gone(after, whole[start:end])
    assert {new for old, new in zip(whole, after, strict=True) if new != old} <= {BLACK}


def phrase_is_gone(text: str, words: str) -> bool:
    """By the plainest means: the same words with the same blanks."""
    bare, wanted = re.sub(r"\s", "", text), re.sub(r"\s", "", words)
    return BLACK in wanted or wanted not in bare


def test_overlapping_spans_and_occurrences_all_go() -> None:
    result = redacted(FileType.TXT, "甲1212121乙张三丰".encode(), "12121", "张三", "三丰").content.decode()
    assert result == "甲███████乙███"


# --- HTML

PAGE = f"""<!DOCTYPE html><html><head><title>公示 {ID}</title><meta name="author" content="{ID}">
<style>td {{ color: #333 }}</style><style>p::after {{ content: "{ID}" }}</style>
<script>var id = "{ID}"</script></head><body onload="show('{ID}')">
<h1 style="text-align: center" data-id="{ID}" onclick="x()">结果公示</h1><!-- {ID} -->
<p title="证号{ID}">申请人：110105<b>1949</b><i>1231</i><!-- 批 -->002X，电话 <a href="tel:{PHONE}">略</a></p>
<table><tr><td>110105</td><td>19491231</td><td>002&#88;</td><td>保留</td></tr></table>
<div style="display:none">暗处 {ID}</div><span hidden>再藏 {PHONE}</span><template>{ID}</template>
<a href="/search?id={ID}">查询</a><a href="javascript:alert(1)">脚本</a><a href="https://example.cn/a?b=1&amp;c=2">链接</a>
<img src="data:image/png;base64,AAAA" alt="照片 {ID}"><p>5 &lt; 6 &amp; 7</p></body></html>"""


def test_a_page_keeps_what_it_shows_and_loses_the_number_everywhere() -> None:
    result = redacted(FileType.HTML, PAGE.encode(), ID, PHONE)
    page = result.content.decode()
    assert ID not in re.sub(r"<[^>]*>|\s", "", html.unescape(page)) + page
    for gone in (
        PHONE,
        "onload",
        "var id",
        "onclick",
        "script",
        "<!--",
        "data-",
        "data:",
        "暗处",
        "再藏",
        "template",
        "content:",
    ):
        assert gone not in page, gone
    for kept in (
        "结果公示",
        "text-align: center",
        "<td>保留</td>",
        "color: #333",
        "5 &lt; 6 &amp; 7",
        "b=1&amp;c=2",
    ):
        assert kept in page, kept
    assert "申请人：██████<b>████</b><i>████</i>████" in page


def test_a_name_in_the_address_of_a_link_goes_also_when_it_is_encoded() -> None:
    page = '<p>张三丰<a href="https://example.cn/%E5%BC%A0%E4%B8%89%E4%B8%B0">主页</a></p>'
    result = redacted(FileType.HTML, page.encode(), "张三丰").content.decode()
    assert "%E5" not in result
    assert "主页" in result


def test_a_page_ten_thousand_levels_deep_is_rewritten() -> None:
    page = "<html><body>" + "<div>" * 10_000 + f"证号{ID}"
    assert "证号██" in redacted(FileType.HTML, page.encode(), ID).content.decode()


# --- the check itself


@pytest.mark.parametrize("filetype", [FileType.TXT, FileType.HTML])
def test_a_redactor_that_does_nothing_is_caught(filetype: FileType) -> None:
    before = extract(filetype, PAGE.encode())
    with pytest.raises(LeftOver):
        check(filetype, Rewritten(PAGE.encode()), asked(spans(filetype, PAGE.encode(), ID), before), before)


@pytest.mark.parametrize(
    "leak", [f"<!-- {ID} -->", "<p data-x='&#49;10105&#49;9491231002X'></p>", "<b>110105</b>19491231002X"]
)
def test_a_page_that_still_says_it_in_its_source_is_caught(leak: str) -> None:
    before = extract(FileType.HTML, PAGE.encode())
    phrases = asked(spans(FileType.HTML, PAGE.encode(), ID), before)
    clean = in_html.rewritten(PAGE.encode(), phrases).content
    check(FileType.HTML, Rewritten(clean), phrases, before)
    leaking = clean.replace(b"</body>", leak.encode() + b"</body>")
    assert any(has(reading.text, phrases) for reading in readings(FileType.HTML, leaking))
    with pytest.raises(LeftOver):
        check(FileType.HTML, Rewritten(leaking), phrases, before)


def test_a_number_made_up_by_the_redaction_is_caught() -> None:
    before = extract(FileType.TXT, "公告".encode())
    with pytest.raises(LeftOver):
        check(FileType.TXT, Rewritten(f"身份证号{ID}".encode()), [], before)


# --- what cannot be done


def test_what_cannot_be_done_is_said() -> None:
    text = f"证号{ID}".encode()
    area = Area(1, 0, 0, 1, 1, TRADE)
    with pytest.raises(NoAreasInThisType):
        redact(FileType.TXT, text, [area], [])
    with pytest.raises(RedactOneByOne):
        redact(FileType.ZIP, hostile.zipped([("a.txt", text)]), [], [Span("a", 0, 2, TRADE)])
    for start, end in ((0, 99), (-1, 2), (2, 2), (3, 2)):
        with pytest.raises(NoSuchSpan):
            redact(FileType.TXT, text, [], [Span("正文 text", start, end, TRADE)])
    with pytest.raises(NoSuchSpan):
        redact(FileType.TXT, text, [], [Span("第1页 page 1", 0, 2, TRADE)])
    with pytest.raises(SpanTooShort):
        redact(FileType.TXT, text, [], [Span("正文 text", 0, 1, TRADE)])


# --- in a process of its own


async def test_apart_gives_the_same_and_its_refusals_come_across() -> None:
    content = f"证号{ID}".encode()
    [span] = spans(FileType.TXT, content, ID)
    assert await redact_apart(FileType.TXT, content, [], [span]) == redact(FileType.TXT, content, [], [span])
    with pytest.raises(SpanTooShort) as refusal:
        await redact_apart(FileType.TXT, content, [], [Span("正文 text", 0, 1, TRADE)])
    assert refusal.value.facts == {"place": "正文 text"}
    with pytest.raises(UnacceptableFile):
        await redact_apart(FileType.DOCX, b"PK\x03\x04", [], [span])


async def test_a_file_that_swells_or_stalls_harms_nobody() -> None:
    content = ("甲" * 5_000_000 + ID).encode()
    span = Span("正文 text", 5_000_000, 5_000_018, PRIVACY)
    with pytest.raises(RedactionDied):
        await redact_apart(FileType.TXT, content, [], [span], memory_limit=8 << 20)
    with pytest.raises(RedactionTooSlow):
        await redact_apart(FileType.TXT, content, [], [span], time_limit=0.01)
    assert (await redact_apart(FileType.TXT, content, [], [span])).removed == {PRIVACY: 1}
