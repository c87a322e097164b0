"""A document number is the same number however it is written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.doc_numbers import DocNumber, NotADocNumber, find, key_of, parse

BRACKETS = ("〔〕", "【】", "[]", "［］", "()", "（）", "﹝﹞", "〖〗")
PREFIXES = ("大开管发", "津政办规", "国办发明电", "滨开人公示", "发改价格规", "渝府办(暂)", "建办市函")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

numbers = st.builds(
    DocNumber, st.sampled_from(PREFIXES), st.integers(1949, 2099), st.integers(1, 99_999), st.none()
)


@st.composite
def written(draw: st.DrawFn) -> tuple[DocNumber, str]:
    """A number, and one of the ways in which an office might write it."""
    number = draw(numbers)
    space = draw(st.sampled_from(["", " ", "　"]))
    nth = draw(st.sampled_from(["", "第", "No.", "№", "０"]))
    brackets = draw(st.sampled_from(BRACKETS))
    year = f"{brackets[0]}{space}{number.year}{brackets[1]}"
    if draw(st.booleans()):
        year = f"{number.year}{space}年"
    text = f"{number.prefix}{space}{year}{nth}{space}{number.serial}{space}号"
    return number, text.translate(WIDE) if draw(st.booleans()) else text


@given(written())
def test_every_way_of_writing_is_the_same_number(pair: tuple[DocNumber, str]) -> None:
    number, text = pair
    assert parse(text) == number
    assert key_of(text) == str(number)


@given(written())
def test_a_number_is_found_where_it_stands_in_a_sentence(pair: tuple[DocNumber, str]) -> None:
    number, text = pair
    before, after = "各有关单位：现根据《关于加强管理的通知》（", "）的规定办理。2008年5月1日第3条"
    [found] = find(before + text + after)
    assert found.number == number
    assert (before + text + after)[found.start : found.end] == text


@given(numbers)
def test_the_normal_form_is_its_own_normal_form(number: DocNumber) -> None:
    assert parse(str(number)) == number
    assert key_of(key_of(str(number))) == str(number)


@given(st.text(max_size=60))
def test_whatever_is_no_number_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        assert parse(str(parse(text))) == parse(text)
    except NotADocNumber:
        assert key_of(key_of(text)) == key_of(text)
    list(find(text))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("大开管发〔2008〕15号", "大开管发〔2008〕15号"),
        ("大开管发2008年15号", "大开管发〔2008〕15号"),
        ("大开管发〔08〕第15号", "大开管发〔2008〕15号"),
        ("国发〔86〕12号", "国发〔1986〕12号"),
        ("国税发〔1993〕089号", "国税发〔1993〕89号"),
        ("大开管发（2008）15", "大开管发〔2008〕15号"),
        ("大开管发〔2008〕15号文件", "大开管发〔2008〕15号"),
        ("财政部公告2020年第8号", "财政部公告〔2020〕8号"),
        ("国令第711号", "国令第711号"),
        ("国务院第711号令", "国令第711号"),
        ("中华人民共和国国务院令第 711 号", "国令第711号"),
        ("中华人民共和国主席令第七十一号", "主席令第71号"),
        ("主席令第一百零三号", "主席令第103号"),
        ("令第786号", "令第786号"),
        ("第786号令", "令第786号"),
        ("大开管发〔2008〕15-18号", "大开管发〔2008〕15—18号"),
        ("大开管发〔2008〕第15号至第18号", "大开管发〔2008〕15—18号"),
    ],
)
def test_the_variants_of_real_offices(text: str, normal: str) -> None:
    assert str(parse(text)) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15号",
        "〔2008〕15号",
        "大开管发〔2008〕0号",
        "大开管发〔3008〕1号",
        "大开管发〔2008〕",
        "第号令",
        "令第〇号",
        "大开管发〔2008〕18-15号",
        "大开管发〔2008〕15号、16号",
        "大开管发〔20081〕5号",
        "关于停水的通知",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotADocNumber):
        parse(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            "按照大开管发〔2008〕15号、16号和津政办规〔2021〕3号文件",
            ["大开管发〔2008〕15号", "大开管发〔2008〕16号", "津政办规〔2021〕3号"],
        ),
        ("大开管发〔2008〕15号和和政办发〔2009〕3号", ["大开管发〔2008〕15号", "和政办发〔2009〕3号"]),
        ("我们在工作中发现的大开管发〔2008〕15号", ["大开管发〔2008〕15号"]),
        ("1996年10月2日国务院令第37号发布", ["国令第37号"]),
        ("依照经开管发〔2020〕1—3号规定", ["经开管发〔2020〕1—3号"]),
        ("责令第3号机组停机，2008年第15号台风，我局于2008年5月1日在人民路15号办公", []),
    ],
)  # fmt: skip
def test_numbers_are_found_in_sentences_without_the_words_before_them(text: str, numbers: list[str]) -> None:
    assert [str(found.number) for found in find(text)] == numbers


def test_a_series_names_each_of_its_numbers() -> None:
    each = parse("大开管发〔2008〕15-18号").each()
    assert [one.serial for one in each] == [15, 16, 17, 18]
    assert {one.last for one in each} == {None}
    assert len(parse("大开管发〔2008〕1-999999号").each()) <= 301


@pytest.mark.parametrize(
    "unit", ["大开管发", "大 ", "（甲）", "大开管发〔2008〕", "第1号、", "令第", "〔2008〕1-"]
)
def test_reading_takes_time_in_proportion_to_the_text(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    started = time.perf_counter()
    list(find(text))
    assert time.perf_counter() - started < 3
