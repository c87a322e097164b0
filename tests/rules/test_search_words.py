"""Words as they are typed, folded, understood and marked."""

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.search.folding import BREAK, SKIPPED, aligned, bigrams, folded
from services.search.highlights import fragments, marked
from services.search.numbers import document_number, index_number, known_by
from services.search.questions import Sort, understood

anything = st.text(st.characters(exclude_categories=()), max_size=60)
chinese = st.text(st.sampled_from("放管服改革开放时间的通知。，〔〕“”AaＡ１2 　\n-關於"), max_size=40)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("關於檔案館開放時間", "关于档案馆开放时间"),
        ("深化“放管服”改革", "深化放管服改革"),
        ("大开管发〔2008〕15号", "大开管发200815号"),
        ("通 知\n公　告", "通知公告"),
        ("通知，公告。", f"通知{BREAK}公告{BREAK}"),
        ("3.5％", "3.5%"),
        ("①⑩", "1⑩"),
    ],
)
def test_all_ways_of_writing_the_same_fold_to_one(written: str, plain: str) -> None:
    assert folded(written) == plain


@given(anything)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(aligned(text)) == len(text)
    assert aligned(text).replace(SKIPPED, "") == folded(text)


@given(anything)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(folded(text).replace(BREAK, "。")) == folded(text)


@given(st.text(st.sampled_from("甲乙丙a1"), max_size=30))
def test_bigrams_are_every_two_neighbours(text: str) -> None:
    assert bigrams(text).split() == [text[at : at + 2] for at in range(len(text) - 1)]


def test_no_bigram_reaches_over_a_break() -> None:
    assert bigrams(folded("甲乙。丙丁")).split() == ["甲乙", "乙", "丙", "丙丁"]


@pytest.mark.parametrize(
    ("asked", "wanted", "unwanted"),
    [
        ("养老 补贴", ("养老", "补贴"), ()),
        ("养老　补贴", ("养老", "补贴"), ()),
        ('"养老 补贴"', ("养老补贴",), ()),
        ("“养老补贴", ("养老补贴",), ()),
        ("养老 -补贴", ("养老",), ("补贴",)),
        ("养老 －“征求 意见”", ("养老",), ("征求意见",)),
        ("通知，公告", ("通知", "公告"), ()),
        ("养老 养老", ("养老",), ()),
        ("-", (), ()),
        ("？！", (), ()),
        ("", (), ()),
    ],
)
def test_what_is_asked_is_understood(asked: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    question = understood(asked)
    assert (question.wanted, question.unwanted) == (wanted, unwanted)
    assert question.hopeless is (bool(asked) and not wanted and not unwanted)


@given(anything)
@example('-"')
@example("\ud800")
def test_everything_that_can_be_typed_is_understood(asked: str) -> None:
    question = understood(asked)
    assert all(word and word == word.strip(BREAK) for word in (*question.wanted, *question.unwanted))


@pytest.mark.parametrize(("asked", "sort"), [("养老", Sort.NEWEST), ("养老金", Sort.BEST), ("", Sort.NEWEST)])
def test_short_words_come_newest_first(asked: str, sort: Sort) -> None:
    assert understood(asked).sort is sort


@pytest.mark.parametrize(
    "written",
    [
        "大开管发〔2008〕15号",
        "大开管发[2008]15号",
        "大開管發（２００８）１５號",
        "大开管发2008年第015号",
        "大开管发【2008】 15 号",
    ],
)
def test_a_document_number_is_the_same_however_it_is_written(written: str) -> None:
    assert document_number(written) == "大开管发:2008:15"


@pytest.mark.parametrize("words", ["关于15号文件", "2008", "15号", "二〇〇八年十五号", "通知 2008-15"])
def test_other_words_are_no_document_number(words: str) -> None:
    assert document_number(words) == ""


def test_a_document_is_known_by_its_number_with_and_without_who_issued_it() -> None:
    assert known_by("政办字〔2026〕7号", "11210000MB0000014A/2026-00001") == (
        "政办:2026:7",
        ":2026:7",
        "11210000mb0000014a202600001",
    )
    assert index_number("开放时间") == ""


@given(chinese, chinese)
def test_what_is_marked_is_the_text_and_every_mark_is_the_word(text: str, word: str) -> None:
    words = understood(word).wanted
    page = marked(text, words)
    bare = html.unescape(page.replace("<mark>", "").replace("</mark>", ""))
    assert bare == text.replace("\n", " ")
    for found in re.findall("<mark>(.*?)</mark>", page):
        assert folded(html.unescape(found)) in words


@given(st.lists(chinese, max_size=3), chinese)
def test_whatever_a_folded_text_holds_is_marked(parts: list[str], word: str) -> None:
    text = "。".join(parts)
    words = understood(word).wanted
    if not word.startswith(("-", "－")) and words and all(one in folded(text) for one in words):
        assert "<mark>" in marked(text, words)


@settings(max_examples=50)
@given(anything, anything)
def test_nothing_of_a_text_or_a_question_becomes_a_tag(text: str, word: str) -> None:
    hostile = f"<script>{text}</script>&"
    words = understood(f"script {word}").wanted
    for page in (marked(hostile, words), *fragments(hostile, words)):
        assert not re.search(r"<(?!/?mark>)", page)
        page.encode()


def test_a_fragment_shows_what_stands_around() -> None:
    text = "甲" * 100 + "放管服" + "乙" * 100 + "放管服" + "丙" * 20_000 + "“放管服”" + "丁"
    first, second, third = fragments(text, ("放管服",))
    assert first == f"…{'甲' * 40}<mark>放管服</mark>{'乙' * 40}…"
    assert second.startswith("…乙")
    assert third.endswith("“<mark>放管服</mark>”丁")
    assert fragments("全文", ("放管服",)) == ["全文"]
    assert fragments("", ("放管服",)) == []
