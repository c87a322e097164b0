"""Keyword lists: found whatever their disguise, told apart by version, sealed at rest, never given away."""

from dataclasses import replace
from datetime import date

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.review.screening import Finding, KeywordList, Lexicon, Piece, Severity, reader, screen
from services.review.screening.lexicon import MOST_WORDS, TooManyWords, UnusableWord
from services.review.screening.sealed_lists import seal, unseal
from shared.files import FileType

WORDS = ("海防工程", "海防工程二期", "工程二期图纸", "应急预案", "機房")


def keywords(*words: str, name: str = "要害部位") -> KeywordList:
    return KeywordList(name, "保密办", "3", "保守国家秘密法第35条", date(2026, 1, 1), words)


def found(text: str, *lists: KeywordList) -> tuple[Finding, ...]:
    return screen([Piece(text, "正文")], 0, Lexicon(lists)).findings


def test_a_keyword_asks_a_person_on_the_ground_of_its_list() -> None:
    [finding] = found("启动应急预案。", keywords(*WORDS))
    assert (finding.rule, finding.severity) == ("keyword.要害部位", Severity.person)
    assert finding.why == "保守国家秘密法第35条"
    assert (finding.where.start, finding.where.end) == (2, 6)


@pytest.mark.parametrize("text", ["应\u200b急预案", "應急預案", "应急預\u2060案", "a机房", "機房"])
def test_a_disguised_keyword_is_found_where_it_stands(text: str) -> None:
    [finding] = found(f"㎡①{text}。", keywords(*WORDS))
    assert finding.where.end == 2 + len(text)


def test_of_keywords_within_each_other_the_longest_counts_and_overlapping_ones_all_do() -> None:
    text = "海防工程二期图纸"
    assert [text[one.where.start : one.where.end] for one in found(text, keywords(*WORDS))] == [
        "海防工程二期",
        "工程二期图纸",
    ]


def test_a_word_of_two_lists_is_told_of_both() -> None:
    both = found("应急预案", keywords("应急预案"), keywords("应急预案", name="敏感"))
    assert {finding.rule for finding in both} == {"keyword.要害部位", "keyword.敏感"}


def test_a_keyword_hides_no_rule_that_begins_within_it() -> None:
    rules = {finding.rule for finding in found("文件\n机密★20年\n正文", keywords("密★20", "密"))}
    assert "mark.secret" in rules


def test_a_finding_gives_away_no_word_of_the_list() -> None:
    shown = repr(found("启动应急预案。", keywords(*WORDS))) + repr(keywords(*WORDS))
    assert not any(word in shown for word in WORDS)


def test_a_word_beyond_the_first_plane_is_found_in_characters() -> None:
    [finding] = found("🌟𠮷野家机房", keywords("𠮷野家"))
    assert (finding.where.start, finding.where.end) == (1, 4)


def test_halves_of_two_characters_make_no_keyword() -> None:
    assert found("\u2d30\u4e4e", keywords("\u4e2d")) == ()


# --- versions


def test_the_version_tells_contents_apart_and_not_their_order() -> None:
    one, other = keywords("甲乙", "丙丁"), keywords("戊己", name="另一")
    assert Lexicon((one, other)).version == Lexicon((other, keywords("丙丁", "甲乙"))).version
    assert Lexicon((one,)) == Lexicon((keywords("丙丁", "甲乙"),))
    changes = (
        keywords("甲乙"),
        replace(one, legal_basis="x"),
        replace(one, version="4"),
        replace(one, name="y"),
    )
    assert len({Lexicon((one,)).version, *(Lexicon((change,)).version for change in changes)}) == 5


def test_a_screening_names_the_lists_that_it_used() -> None:
    lexicon = Lexicon((keywords("甲乙"),))
    assert screen([Piece("文", "正文")], 0, lexicon).lexicon == lexicon.version
    assert screen([Piece("文", "正文")]).lexicon == Lexicon().version == ""


# --- limits


def test_a_list_holds_twenty_thousand_words_and_no_more() -> None:
    words = tuple(f"词{number}" for number in range(MOST_WORDS))
    assert len(found("开头词19999结尾", keywords(*words))) == 1
    with pytest.raises(TooManyWords):
        keywords(*words, "多一个")


@pytest.mark.parametrize("word", ["", " ", "\u200b", "长" * 201])
def test_a_word_that_could_never_be_found_is_refused(word: str) -> None:
    with pytest.raises(UnusableWord):
        keywords("机房", word)


# --- at rest


def test_a_sealed_list_opens_with_its_key_alone() -> None:
    key, other = OctKey.generate_key(256), OctKey.generate_key(256)
    token = seal(keywords(*WORDS), key)
    assert unseal(token, key) == replace(keywords(*WORDS), words=tuple(sorted(WORDS)))
    assert Lexicon((unseal(token, key),)).version == Lexicon((keywords(*WORDS),)).version
    for wrong in (token[:-6] + "AAAAAA", token):
        with pytest.raises(JoseError):
            unseal(wrong, other if wrong == token else key)


def test_a_sealed_list_shows_nothing() -> None:
    token = seal(keywords(*WORDS), OctKey.generate_key(256))
    assert token.count(".") == 4
    assert token != seal(keywords(*WORDS), OctKey.generate_key(256))


async def test_the_reader_takes_the_lists_along() -> None:
    files = [(FileType.TXT, "启动应急预案。".encode()), (FileType.TXT, "无".encode())]
    for _ in range(2):
        first, second = await reader.read(files, reader.Watch(Lexicon((keywords(*WORDS),))))
        assert [finding.rule for finding in first.findings] == ["keyword.要害部位"]
        assert second.findings == ()
