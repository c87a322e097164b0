"""The catalogue stays true: numbers lead to their document, and whether it holds is told, once."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.publish import catalogue, consumers, relations, repeals
from services.publish.candidates import candidates
from shared import keys
from shared.clock import new_id, today
from shared.consumer import Consumer
from shared.db import Database
from shared.objects import open_store
from shared.policy_file import load
from tests.builders import event

from .conftest import House
from .metadata_desk import Catalogue

ARCHIVE = "12219900MB0A20027E"
DAY = timedelta(days=1)


@pytest.fixture
async def desk(database: Callable[[str], Database], made_keys: Path, tmp_path: Path) -> Catalogue:
    publish, objects = database("publish"), open_store("", tmp_path / "objects")
    table = consumers.table(objects, keys.pinned(made_keys, "review"), load("default"))
    consumer = Consumer(publish, "publish", "review", "gongkai:review:t1", table["review"])
    return Catalogue(publish, objects, tmp_path / "objects", keys.private(made_keys, "review"), consumer)


def repeals_no(number: str, kind: str = "repeals") -> dict[str, Any]:
    return {"relations": ({"kind": kind, "doc_no": number},)}


# --- Validity by a document's own words


async def test_a_document_holds_from_its_own_date_and_that_is_no_change(desk: Catalogue) -> None:
    plain = await desk.enter()
    future = await desk.enter(effective_on=today() + DAY, lapses_on=today() + 3 * DAY)
    lapsed = await desk.enter(lapses_on=today() - DAY)
    assert await desk.stands(plain) == ("in-force", date(2026, 11, 20), None)
    assert (await desk.stands(future) or ())[0] == "not-yet"
    assert await desk.stands(lapsed) == ("lapsed", today() - DAY, None)
    for document in (plain, future, lapsed):
        assert await desk.told_of(document) == []


async def test_a_day_that_passes_is_announced_once_however_often_it_is_turned(desk: Catalogue) -> None:
    document = await desk.enter(effective_on=today() + DAY, lapses_on=today() + 3 * DAY)
    for day in (0, 1, 1, 2, 3, 3, 9):
        await desk.turn(today() + day * DAY)
    assert await desk.told_of(document) == ["in-force", "lapsed"]
    assert await desk.turn(today() + 99 * DAY) == 0


async def test_two_who_turn_the_day_at_once_announce_one_change(desk: Catalogue) -> None:
    documents = [await desk.enter(lapses_on=today() + DAY) for _ in range(5)]
    await asyncio.gather(*(desk.turn(today() + DAY) for _ in range(3)))
    for document in documents:
        assert await desk.told_of(document) == ["lapsed"]


async def test_a_later_edition_with_another_date_changes_it(desk: Catalogue) -> None:
    document = await desk.enter()
    await desk.enter(document, 2, lapses_on=today())
    assert await desk.told_of(document) == ["lapsed"]
    await desk.enter(document, 3)
    assert await desk.told_of(document) == ["lapsed", "in-force"]


# --- What documents do to each other


@pytest.mark.parametrize(
    ("kind", "validity"), [("repeals", "repealed"), ("replaces", "repealed"), ("amends", "modified")]
)
async def test_a_document_changes_another_by_its_number_however_it_is_written(
    desk: Catalogue, kind: str, validity: str
) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    new = await desk.enter(**repeals_no("滨开档[2024]第７号", kind))
    assert await desk.stands(old) == (validity, today(), new)
    assert await desk.told_of(old) == [validity]


async def test_it_changes_the_other_also_when_that_comes_later(desk: Catalogue) -> None:
    new = await desk.enter(**repeals_no("滨开档〔2024〕7号"))
    old = await desk.enter(doc_no="滨开档（2024）7号")
    assert await desk.stands(old) == ("repealed", today(), new)
    other = new_id()
    await desk.enter(relations=({"kind": "amends", "document_id": other},))
    await desk.enter(other)
    assert await desk.told_of(other) == ["modified"]


@pytest.mark.parametrize("repealing_first", [True, False])
async def test_two_that_are_entered_at_the_same_moment_see_each_other(
    desk: Catalogue, repealing_first: bool
) -> None:
    """The first has written and not committed when the second begins."""
    old = await desk._approved(doc_no="滨开档〔2024〕7号")
    # Of another body, or the counter of index numbers would make them wait for each other anyhow.
    new = await desk._approved(department="office", **repeals_no("滨开档〔2024〕7号"))
    first, second = (new, old) if repealing_first else (old, new)
    [candidate] = await candidates([event(first, 1)], objects=desk.objects)
    async with desk.publish.transaction() as unit:
        pinned = {str(desk.key.kid): desk.key}
        await catalogue.publish(unit, [candidate], pinned=pinned, policy=load("default"))
        waiting = asyncio.create_task(desk.present(second))
        await asyncio.sleep(0.3)
    await waiting
    assert await desk.stands(old.document_id) == ("repealed", today(), new.document_id)
    assert await desk.told_of(old.document_id) == ["repealed"]


async def test_a_series_of_numbers_is_repealed_one_by_one(desk: Catalogue) -> None:
    olds = [await desk.enter(doc_no=f"滨开档〔2024〕{n}号") for n in (7, 8, 9, 10)]
    await desk.enter(**repeals_no("滨开档〔2024〕7-9号"))
    assert [(await desk.stands(old) or ())[0] for old in olds] == ["repealed"] * 3 + ["in-force"]


async def test_it_acts_from_the_day_on_which_the_new_one_takes_effect(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    new = await desk.enter(effective_on=today() + 2 * DAY, **repeals_no("滨开档〔2024〕7号"))
    await desk.turn(today() + DAY)
    assert (await desk.stands(old) or ())[0] == "in-force"
    await desk.turn(today() + 2 * DAY)
    assert await desk.stands(old) == ("repealed", today() + 2 * DAY, new)
    assert (await desk.told_of(old), await desk.told_of(new)) == (["repealed"], ["in-force"])


async def test_a_withdrawal_takes_the_effect_back(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    new = await desk.enter(**repeals_no("滨开档〔2024〕7号"))
    await desk.take_back(new)
    assert await desk.stands(old) == ("in-force", date(2026, 11, 20), None)
    assert await desk.stands(new) is None
    assert await desk.told_of(old) == ["repealed", "in-force"]


async def test_a_later_edition_that_does_not_repeal_any_more_takes_the_effect_back(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    new = await desk.enter(**repeals_no("滨开档〔2024〕7号"))
    await desk.enter(new, 2)
    assert await desk.told_of(old) == ["repealed", "in-force"]


async def test_a_correction_of_the_new_one_announces_nothing_about_the_old_one(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    new = await desk.enter(**repeals_no("滨开档〔2024〕7号"))
    await desk.ask("UPDATE relation SET acts_on = acts_on - 30 RETURNING 1")
    await desk.turn(today())
    await desk.enter(new, 2, amendment="更正", **repeals_no("滨开档〔2024〕7号"))
    assert await desk.stands(old) == ("repealed", today() - 30 * DAY, new)


async def test_nothing_is_announced_about_what_is_withdrawn(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号", lapses_on=today() + DAY)
    await desk.take_back(old)
    await desk.enter(**repeals_no("滨开档〔2024〕7号"))
    await desk.turn(today() + DAY)
    assert await desk.told_of(old) == []


async def test_another_body_cannot_repeal_but_the_committee_above_it_can(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    stranger = await desk.enter(department="library", **repeals_no("滨开档〔2024〕7号"))
    assert (await desk.stands(old) or ())[0] == "in-force"
    [shown] = await desk.related(old)
    assert (shown["document_id"], shown["has_effect"], shown["label"]) == (str(stranger), False, "被废止")
    async with desk.publish.transaction() as unit:
        [reported] = await relations.without_effect(unit)
    assert (reported["document_id"], reported["other_id"]) == (stranger, old)
    above = await desk.enter(department="office", **repeals_no("滨开档〔2024〕7号"))
    assert await desk.stands(old) == ("repealed", today(), above)


async def test_a_joint_issuer_can_repeal(desk: Catalogue) -> None:
    old = await desk.enter(doc_no="滨开档〔2024〕7号")
    await desk.ask("UPDATE edition SET joint_with = ARRAY['library'] RETURNING 1")
    new = await desk.enter(department="library", **repeals_no("滨开档〔2024〕7号"))
    assert await desk.stands(old) == ("repealed", today(), new)


async def test_an_interpretation_and_its_document_show_each_other(desk: Catalogue) -> None:
    document = await desk.enter(title="办法", doc_no="滨开档〔2026〕1号")
    interpretation = await desk.enter(title="办法解读", **repeals_no("滨开档〔2026〕1号", "interprets"))
    [out], [back] = await desk.related(interpretation), await desk.related(document)
    assert (out["label"], out["title"], out["href"]) == ("解读", "办法", f"/documents/{document}")
    assert (back["label"], back["title"], back["direction"]) == ("有解读", "办法解读", "in")
    assert await desk.told_of(document) == []
    await desk.take_back(document)
    [out] = await desk.related(interpretation)
    assert (out["document_id"], out["title"], out["doc_no"]) == (None, None, "滨开档〔2026〕1号")


# --- Repeal without removal


async def test_the_head_repeals_and_the_document_stays_readable(house: House) -> None:
    document = await house.published()
    asked = {"repealed_on": today().isoformat(), "basis": "滨开档〔2026〕3号", "note": "内容已过时"}
    answer = await house.ask("cao.zhiyuan", "PUT", "publish", f"/documents/{document}/repeal", json=asked)
    assert (answer.status_code, answer.json()["validity"]) == (201, "repealed"), answer.text
    assert (await house.ask("", "GET", "publish", f"/documents/{document}")).status_code == 200
    public = (await house.ask("", "GET", "publish", f"/documents/{document}/validity")).json()
    assert public["banner"].endswith("起废止（依据：滨开档〔2026〕3号）。")
    assert "过时" not in str(public)
    again = await house.ask("cao.zhiyuan", "PUT", "publish", f"/documents/{document}/repeal", json=asked)
    assert again.status_code == 200
    back = {**asked, "repealed_on": None, "note": "误标"}
    answer = await house.ask("gao.mingyuan", "PUT", "publish", f"/documents/{document}/repeal", json=back)
    assert answer.json()["validity"] == "in-force"
    history = (await house.ask("feng.xue", "GET", "publish", f"/documents/{document}/repeal")).json()
    assert [one["officer"] for one in history["decisions"]] == ["cao.zhiyuan", "gao.mingyuan"]
    assert [(one["validity"], one["cause"]) for one in history["changes"]] == [
        ("repealed", "decision"),
        ("in-force", "decision"),
    ]


async def test_only_those_who_may_repeal_what_is_public(house: House) -> None:
    document = await house.published()
    asked = {"repealed_on": "2026-12-01", "basis": "依据", "note": "说明"}
    for officer, status in (("feng.xue", 403), ("peng.bo", 403), ("han.mei", 403), ("cao.zhiyuan", 201)):
        answer = await house.ask(officer, "PUT", "publish", f"/documents/{document}/repeal", json=asked)
        assert answer.status_code == status, answer.text
    for wrong in ({**asked, "basis": ""}, {**asked, "note": "\0"}, {"repealed_on": "x"}):
        answer = await house.ask("cao.zhiyuan", "PUT", "publish", f"/documents/{document}/repeal", json=wrong)
        assert answer.status_code == 422
    nowhere = f"/documents/{new_id()}/repeal"
    assert (await house.ask("cao.zhiyuan", "PUT", "publish", nowhere, json=asked)).status_code == 404
    await house.withdraw(document)
    gone = await house.ask("cao.zhiyuan", "PUT", "publish", f"/documents/{document}/repeal", json=asked)
    assert gone.status_code == 404


# --- Numbers


async def index_no(desk: Catalogue, document: UUID) -> str:
    [row] = await desk.ask("SELECT index_no FROM document WHERE id = :id", id=document)
    return str(row.index_no)


async def test_a_former_number_of_the_bodys_own_becomes_its_index_number(desk: Catalogue) -> None:
    year = today().year
    old = await desk.enter(former_index_no=f"{ARCHIVE}/2019-00035")
    this_year = await desk.enter(former_index_no=f"{ARCHIVE}/{year}-00007")
    fresh = await desk.enter()
    assert await index_no(desk, old) == f"{ARCHIVE}/2019-00035"
    assert await index_no(desk, this_year) == f"{ARCHIVE}/{year}-00007"
    assert await index_no(desk, fresh) == f"{ARCHIVE}/{year}-00008"


async def test_a_number_that_is_taken_is_a_fault_on_record_and_the_document_gets_another(
    desk: Catalogue,
) -> None:
    first = await desk.enter(former_index_no=f"{ARCHIVE}/{today().year}-00007")
    second = await desk.enter(former_index_no=f"{ARCHIVE}/{today().year}-00007")
    assert await index_no(desk, second) == f"{ARCHIVE}/{today().year}-00008"
    [clash] = await desk.ask("SELECT * FROM index_no_clash")
    assert (clash.document_id, clash.held_by, clash.given) == (second, first, await index_no(desk, second))


@pytest.mark.parametrize(
    "former", ["003111216/201012-00015", "0142768-8/2022-00185", "12219900MB0A200359/2020-00001"]
)
async def test_a_number_of_another_form_or_body_is_another_name(desk: Catalogue, former: str) -> None:
    document = await desk.enter(former_index_no=former)
    assert await index_no(desk, document) == f"{ARCHIVE}/{today().year}-00001"
    await desk.enter(document, 2, former_index_no=former)
    [row] = await desk.ask("SELECT document_id FROM former_index_no WHERE former = :former", former=former)
    assert row.document_id == document


async def test_a_document_is_found_by_its_numbers_in_any_writing(house: House) -> None:
    document = await house.published(doc_no="滨开档〔2026〕15号", former_index_no="003111216/201012-00015")
    shown = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    for path in (
        f"index-number?no={shown['index_no'].lower()}",
        "index-number?no=003111216/201012-00015",
        "document-number?no=滨开档[2026] 第１５号",
        "document-number?no=滨开档2026年15号",
    ):
        answer = await house.ask("", "GET", "publish", f"/lookups/{path}")
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/documents/{document}"), path
    for path in ("index-number?no=1", "document-number?no=滨开档〔2026〕16号", "document-number?no=%25"):
        answer = await house.ask("", "GET", "publish", f"/lookups/{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await house.ask("", "GET", "publish", "/lookups/index-number?no=%00")).status_code == 422
    await house.withdraw(document)
    own = await house.ask("", "GET", "publish", f"/lookups/index-number?no={shown['index_no']}")
    other = await house.ask("", "GET", "publish", "/lookups/document-number?no=滨开档〔2026〕15号")
    assert (own.status_code, other.status_code) == (303, 404)


# --- One matter


async def test_the_documents_of_a_matter_stand_in_the_order_of_its_stages(house: House) -> None:
    matter = {"matter": "2026-ring-road"}
    result = await house.published(title="竣工结果公告", stage="result", **matter)
    decision = await house.published(title="建设决定", stage="decision", **matter)
    gone = await house.published(title="有误的决定", stage="decision", **matter)
    plain = await house.published(title="会议消息", **matter)
    await house.withdraw(gone)
    shown = (await house.ask("", "GET", "publish", "/matters/2026-ring-road")).json()
    assert [
        (part["label"], [one["document_id"] for one in part["documents"]]) for part in shown["stages"]
    ] == [
        ("决策", [decision]),
        ("结果", [result]),
        ("", [plain]),
    ]
    assert (await house.ask("", "GET", "publish", "/matters/other")).status_code == 404
    async with house.databases["publish"].transaction() as unit:
        said = (await relations.relations_of(unit, [UUID(decision)]))[UUID(decision)]["matter"]
        standings = await repeals.standings_of(unit, [UUID(decision), UUID(gone)])
    assert (said["documents"], said["stage_label"]) == (3, "决策")
    assert standings.keys() == {UUID(decision)}


async def test_faults_of_the_catalogue_are_shown_to_those_who_answer_for_it(house: House) -> None:
    assert (await house.ask("", "GET", "publish", "/catalogue-faults")).status_code == 401
    shown = (await house.ask("cao.zhiyuan", "GET", "publish", "/catalogue-faults")).json()
    assert shown == {"index_numbers": [], "relations": []}
