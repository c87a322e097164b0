"""Whatever a text holds: offsets lead back, no rule fails, and hostile text is read to its end."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.review.screening import MOST, RULES, Piece, screen
from services.review.screening.normalise import normalise
from services.review.screening.rules import Rule
from services.review.screening.spots import Lookout
from tests.rules.labelled.texts import labelled

SCRAPS = (
    *(
        "机",
        "密",
        "機",
        "★",
        "*",
        "20年",
        "绝密",
        "秘密",
        "\u200b",
        "\u2060",
        "\u3000",
        " ",
        "\n",
        "\r\n",
        "\t",
    ),
    *(
        "内部",
        "资料",
        "不得",
        "外传",
        "此件",
        "不公开",
        "《",
        "》",
        "（",
        "）",
        "〔2020〕",
        "3号",
        "密发",
        "解密",
        "密级：",
        "为",
    ),
    *(
        "1",
        "３",
        "①",
        "11010519491231002X",
        "6222021234567890128",
        "13800138000",
        "0410-88660341",
        "-",
        ".",
        "·",
        "X",
    ),
    *(
        "姓名：",
        "张建国",
        "，男，",
        "残疾等级",
        "：二级",
        "病种",
        "出生日期：",
        "1980年5月6日",
        "岁",
        "三年级",
        "护照",
        "E12345678",
    ),
    *(
        "@",
        "qq.com",
        "gov.cn",
        "微信",
        "辽B",
        "单元",
        "2室",
        "路",
        "小区",
        "家庭住址：",
        "东经",
        "121.5345",
        "账号：",
        "𠮷",
        "🌟",
        "\ud800",
        "㎡",
        "½",
    ),
)
texts = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=3), max_size=40).map("".join)


@given(texts)
def test_every_offset_leads_back_to_the_character_it_came_from(text: str) -> None:
    normal = normalise(text)
    origins = [normal.origin(at) for at in range(len(normal.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)
    for written, origin in zip(normal.text, origins, strict=True):
        alone = normalise(text[origin]).text
        assert written in alone or (written.isspace() and (alone.isspace() or not alone))


@given(texts)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@settings(max_examples=300)
@given(texts)
def test_no_text_makes_a_rule_fail_and_every_finding_stands_in_the_text(text: str) -> None:
    for finding in screen([Piece(text, "正文")]).findings:
        assert 0 <= finding.where.start < finding.where.end <= len(text)
        assert finding.why
        assert 0 < finding.confidence <= 1


@settings(max_examples=150)
@given(texts)
def test_a_rule_overlooks_nothing_that_reading_every_character_would_find(text: str) -> None:
    normal = normalise(text).text
    for rule, starts in zip(RULES, Lookout(RULES).look(normal).of_rules, strict=True):
        assert spans(rule, normal, starts) == whole(rule, normal)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.heads], ids=lambda rule: rule.judge.__qualname__
)
def test_every_match_in_the_labelled_texts_begins_with_a_head_of_its_rule(rule: Rule) -> None:
    lookout = Lookout([rule])
    for text in normal_texts():
        [starts] = lookout.look(text).of_rules
        assert spans(rule, text, starts) == whole(rule, text)


@cache
def normal_texts() -> list[str]:
    return [normalise(one.text).text for one in labelled()]


def spans(rule: Rule, text: str, starts: list[int]) -> list[tuple[int, int]]:
    return [found.span() for found in rule._found(text, starts)]


def whole(rule: Rule, text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(rule.pattern, text)]


HOSTILE = (
    "机密", "密", "1 ", "1\n", "1\u200b", "12345678901234567 ", "13800138000,", "@a.", "a@b.", "《",
    "《a》(", "号(", "〔2020〕1号",
    "机" + " " * 11, "姓名：张", "，男", "1室", "中山路1号2单元3室", "残疾等级：", "患有", "护照",
    "账号：123456789012 ", "出生日期：1980",
    "1980年1月1日出生", "内 部 ", "不得外传、", "★", "会同", "家庭住址：路", "京A1234", "１", "機",
    "\ufeff", "🌟", "国 家 ",
)  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_megabyte_of_one_pattern_is_read_to_its_end(pattern: str) -> None:
    """The limit on time is pytest's; what is found stays within what a record holds."""
    text = pattern * (400_000 // len(pattern)) + "\n机密★20年"
    screening = screen([Piece(text, "正文")])
    assert screening.stopped
    assert len(screening.findings) <= MOST * len(RULES) * 3
