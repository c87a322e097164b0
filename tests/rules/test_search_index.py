"""What every index must do, whatever it is made of: the same questions, the same answers."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.search.folders import Folders
from services.search.folding import folded
from services.search.in_tantivy import InTantivy
from services.search.index import Entry, Held, Mark, Place, SearchIndex
from services.search.questions import Filters, Sort, understood

URL = os.environ.get("GONGKAI_TEST_OPENSEARCH_URL", "")
NOWHERE = "GONGKAI_TEST_OPENSEARCH_URL does not say where an OpenSearch is"
PLACES = ["tantivy", pytest.param("opensearch", marks=pytest.mark.skipif(not URL, reason=NOWHERE))]
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
changes = count(1)


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "tantivy":
        made: Place = Folders(tmp_path)
    else:
        from services.search.in_opensearch import Aliases

        made = Aliases(URL, "gongkai-test")
    yield made
    made.leave()


@pytest.fixture
def index(place: Place) -> Iterator[SearchIndex]:
    new = place.beside()
    place.put_in_use(new)
    yield new
    new.close()


def entry(number: int, title: str = "通知", text: str = "", **more: object) -> Entry:
    plain = Entry(
        UUID(int=number), 1, "a" * 64, f"11210000MB0000014A/2026-{number:05d}", title, None, "archive", (),
        "notice", "02.01", date(2026, 11, 20), NOON + timedelta(hours=number), text,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def put(index: SearchIndex, *entries: Entry, removed: tuple[int, ...] = ()) -> None:
    index.apply(entries, [UUID(int=one) for one in removed], Mark(1, next(changes)))


def hits(index: SearchIndex, asked: str, sort: Sort | None = None, **filters: object) -> list[int]:
    answer = index.search(understood(asked, Filters(**filters), sort))  # type: ignore[arg-type]
    assert answer.total >= len(answer.hits)
    return [hit.document_id.int for hit in answer.hits]


def test_a_word_is_found_wherever_it_stands(index: SearchIndex) -> None:
    put(index, entry(1, "关于深化“放管服”改革的通知", "全文。第二段"), entry(2, text="服改进。革新，放管"))
    for word in ("放管服改革", "服改革", "管服", "深", "全文", "第", "段", "02600001"):
        assert hits(index, word) == [1], word
    assert hits(index, "文第") == [], "no word reaches over a break"
    assert hits(index, '"文。第"') == [1]
    assert hits(index, "放管 -深化") == [2]
    assert hits(index, "-深化") == [2]
    assert hits(index, "？") == []
    assert hits(index, "") == [2, 1]


def test_a_later_edition_takes_the_place_of_the_one_before(index: SearchIndex) -> None:
    put(index, entry(1, text="旧内容"))
    put(index, entry(1, text="新内容", edition=2))
    assert hits(index, "旧内容") == []
    assert hits(index, "新内容") == [1]
    assert [one.edition for one in index.held()] == [2]


def test_what_is_removed_is_gone_and_the_rest_stays(index: SearchIndex) -> None:
    put(index, *(entry(number) for number in range(1, 60)))
    put(index, removed=(7, 1000))
    assert {one.document_id.int for one in index.held()} == set(range(1, 60)) - {7}


def test_the_mark_moves_with_what_is_put_in(index: SearchIndex) -> None:
    assert index.mark() is None
    index.apply([entry(1)], [], Mark(3, 9))
    index.apply([], [UUID(int=1)], Mark(3, 10))
    assert index.mark() == Mark(3, 10)
    assert index.search(understood("")).total == 0, "the mark is no document"


def test_what_bears_the_number_comes_before_what_cites_it(index: SearchIndex) -> None:
    put(
        index,
        entry(1, text="按照滨开管发〔2026〕15号办理。滨开管发〔2026〕15号。" * 5),
        entry(2, doc_no="滨开管发〔2026〕15号"),
        entry(3, doc_no="滨开管发〔2026〕115号"),
    )
    assert hits(index, "滨开管发(2026)15号") == [2, 1]
    assert hits(index, "〔2026〕15号") == [2, 1]
    assert hits(index, "11210000MB0000014A/2026-00003") == [3]


def test_a_number_from_before_this_platform_finds_its_document(index: SearchIndex) -> None:
    put(index, entry(1, text="见003111216/201012-00015"), entry(2, former_index_no="003111216/201012-00015"))
    assert hits(index, "003111216/201012-00015") == [2, 1]
    assert hits(index, "００３１１１２１６／２０１０１２－０００１５") == [2, 1]
    assert hits(index, "11210000MB0000014A/2026-00002") == [2]


def test_a_summary_is_found_and_what_it_was_catalogued_under_weighs_like_its_title(
    index: SearchIndex,
) -> None:
    put(
        index,
        entry(1, keywords=("养老保险", "补贴"), summary="提高标准"),
        entry(2, text="养老保险" * 3 + "，另见他处" * 50),
    )
    assert hits(index, "养老保险", Sort.BEST) == [1, 2]
    assert hits(index, "提高标准") == [1]
    assert hits(index, "保险补贴") == [], "no word reaches from one keyword over to the next"
    assert hits(index, "补贴") == [1]


def test_the_best_has_the_word_in_its_title(index: SearchIndex) -> None:
    put(index, entry(1, "养老保险补贴办法", "正文"), entry(2, "通知", "养老保险" * 3 + "，另见他处" * 50))
    assert hits(index, "养老保险", Sort.BEST) == [1, 2]
    assert hits(index, "养老保险", Sort.NEWEST) == [2, 1]


def test_hits_are_narrowed_and_counted(index: SearchIndex) -> None:
    put(
        index,
        entry(1),
        entry(
            2, kind="guide", theme="05.03", joint_with=("library",), matter="2026-ring-road", stage="result"
        ),
        entry(3, department="library", published_at=datetime(2025, 12, 31, 16, tzinfo=UTC)),
        entry(
            4,
            department="water",
            theme="02",
            validity="repealed",
            genre="notice",
            published_at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC),
        ),
    )
    assert hits(index, "", body="library") == [2, 3]
    assert hits(index, "", theme="02") == [1, 3, 4]
    assert hits(index, "", theme="02.01") == [1, 3]
    assert hits(index, "", kind="guide") == [2]
    assert hits(index, "", year=2026) == [2, 1, 3], "a year begins in Beijing"
    assert hits(index, "", since=date(2026, 1, 1), until=date(2026, 1, 1)) == [3]
    assert hits(index, "", until=date(2025, 12, 31)) == [4]
    assert hits(index, "", validity="repealed") == hits(index, "", genre="notice") == [4]
    assert hits(index, "", matter="2026-ring-road", stage="result") == [2]
    assert hits(index, "", matter="2026-ring-road", stage="decision") == []
    assert index.search(understood("")).facets == {
        "body": {"archive": 2, "library": 2, "water": 1},
        "theme": {"02": 3, "02.01": 2, "05": 1, "05.03": 1},
        "kind": {"notice": 3, "guide": 1},
        "year": {"2026": 3, "2025": 1},
        "validity": {"in-force": 3, "repealed": 1},
        "genre": {"notice": 1},
        "matter": {"2026-ring-road": 1},
        "stage": {"result": 1},
    }
    assert not index.search(understood("")).estimated


def test_what_is_too_much_to_count_is_counted_in_a_part_and_projected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.in_tantivy.COUNTED", 100)
    index = InTantivy(tmp_path)
    put(
        index,
        *(entry(number, "关于通知", kind=("notice", "guide")[number // 16 % 2]) for number in range(1000)),
    )
    answer = index.search(understood("通知"))
    assert (answer.total, answer.estimated) == (1000, True)
    assert answer.facets["kind"] == {"notice": 512, "guide": 496}, "of every sixteenth, times sixteen"
    few = index.search(understood("", Filters(kind="guide"), page=2))
    assert (few.total, few.estimated, len(few.hits)) == (496, True, 20)
    index.close()


def test_pages_follow_one_another(index: SearchIndex) -> None:
    put(index, *(entry(number, "关于通知") for number in range(1, 46)))
    for sort in Sort:
        pages = [index.search(understood("通知", None, sort, page)) for page in (1, 2, 3, 4)]
        assert [len(page.hits) for page in pages] == [20, 20, 5, 0]
        assert {hit.document_id.int for page in pages for hit in page.hits} == set(range(1, 46))
        assert {page.total for page in pages} == {45}


def test_an_entry_comes_back_as_it_was_put_in(index: SearchIndex) -> None:
    whole = entry(1, "标题", "正文\n<b>", doc_no="滨开管发〔2026〕1号", joint_with=("water", "labour"))
    described = {
        "summary": "概述",
        "keywords": ("甲", "乙"),
        "genre": "notice",
        "matter": "m-1",
        "stage": "result",
    }
    days = {"effective_on": date(2026, 12, 1), "lapses_on": date(2027, 12, 1), "validity": "not-yet"}
    whole = replace(whole, **described, **days, former_index_no="003111216/201012-00015")  # type: ignore[arg-type]
    put(index, whole)
    assert list(index.search(understood("")).hits) == [whole]
    assert list(index.held()) == [Held.of(whole)]


def test_what_was_put_in_use_is_found_again(place: Place) -> None:
    assert place.current() is None
    new = place.beside()
    put(new, entry(1))
    place.put_in_use(new)
    new.close()
    again = place.current()
    assert again is not None
    assert hits(again, "") == [1]
    newer = place.beside()
    assert hits(again, "") == [1], "one in the making disturbs nobody"
    place.put_in_use(newer)
    assert hits(newer, "") == []
    again.close()
    newer.close()


letters = st.text(st.sampled_from("甲乙丙丁。“” a1Ａ１"), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(letters, min_size=1, max_size=12), st.lists(letters, min_size=1, max_size=10))
def test_answers_are_those_of_a_substring_scan(
    index: SearchIndex, texts: list[str], words: list[str]
) -> None:
    held = tuple(one.document_id.int for one in index.held())
    put(index, removed=held)
    put(index, *(entry(number, text=text) for number, text in enumerate(texts, 1)))
    for word in words:
        question = understood(f'"{word.replace("“", "").replace("”", "")}"')
        for wanted in question.wanted:
            truth = {n for n, text in enumerate(texts, 1) if wanted in entry(n, text=text).folded()}
            assert set(hits(index, f'"{wanted.replace(chr(10), "。")}"')) == truth, wanted


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_question_is_too_much(index: SearchIndex, asked: str) -> None:
    if index.mark() is None:
        put(index, entry(1, text="放管服 改革"))
    index.search(understood(asked))


def test_folded_parts_are_kept_apart() -> None:
    assert folded("通知") in entry(1).folded()
    assert "知1121" not in entry(1).folded()
