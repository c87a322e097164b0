"""The obligation register: what each body must publish, and how it stands with it."""

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.publish.obligations import overdue, register
from services.publish.obligations.fulfilments import Submission, closing, expect
from shared.clock import now, today
from shared.contracts import DocumentSubmitted, Event, ObligationOverdue
from shared.manifest import Manifest
from shared.workdays import official

from .conftest import House, about

BUDGET = {"matter": "财政预算、决算信息", "within": {"number": 20, "unit": "days"}, "repeats": "year"}


TODAY = str(today())


async def laid_down(house: House) -> None:
    async with house.databases["publish"].transaction() as unit:
        await register.lay_down(unit)


async def put(house: House, officer: str, body: str, code: str, **said: Any) -> Any:
    return await house.ask(officer, "PUT", "publish", f"/obligations/{body}/{code}", json=said)


async def entry(house: House, body: str, code: str) -> dict[str, Any]:
    answer = await house.ask("", "GET", "publish", f"/obligations/{body}/{code}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def board(house: House, officer: str = "sun.wei", **asked: Any) -> dict[str, Any]:
    answer = await house.ask(officer, "GET", "publish", "/obligations/board", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def awaited(house: House, document: str) -> list[tuple[int, str | None]]:
    which = "SELECT * FROM awaited WHERE document_id = :id ORDER BY edition"
    found = await house.rows("publish", which, id=document)
    return [(row.edition, row.closed) for row in found]


async def remind(house: House, on: date | None = None) -> int:
    async with house.databases["publish"].transaction() as unit:
        return await overdue.remind(unit, on or today())


async def test_every_body_begins_with_what_the_regulations_demand_of_its_kind(house: House) -> None:
    await laid_down(house)
    await laid_down(house)
    codes = {body: await codes_of(house, body) for body in ("office", "audit", "archive", "water")}
    assert {f"20-{n:02}" for n in range(1, 16)} < codes["audit"]
    assert {f"21-{n:02}" for n in range(1, 8)} < codes["office"]
    assert not any(code.startswith("21-") for code in codes["audit"])
    assert codes["water"] == {"55-01"}
    assert "20-02" in codes["archive"]
    assert "20-06" not in codes["archive"]
    assert (await entry(house, "audit", "20-12"))["within"] == {"number": 0, "unit": "at-once"}
    assert (await entry(house, "audit", "20-02"))["state"] == "empty"


async def codes_of(house: House, body: str) -> set[str]:
    answer = await house.ask("", "GET", "publish", f"/obligations?body={body}")
    assert answer.headers["cache-control"] == "public, no-cache"
    return {one["code"] for one in answer.json()["obligations"]}


async def test_a_published_document_fulfils_what_it_names_until_it_is_withdrawn(house: House) -> None:
    await laid_down(house)
    document = await house.published(obligations=["20-02"])
    found = await entry(house, "archive", "20-02")
    assert (found["state"], found["newest"]["document_id"]) == ("fulfilled", document)
    assert found["newest"]["href"] == f"/documents/{document}"
    assert (await entry(house, "archive", "20-05"))["state"] == "empty"
    await house.withdraw(document)
    found = await entry(house, "archive", "20-02")
    assert (found["state"], found["newest"]) == ("empty", None)


async def test_an_edition_that_says_it_no_more_fulfils_it_no_more(house: House) -> None:
    await laid_down(house)
    document = await house.published(obligations=["20-02", "20-05"])
    await house.published(document_id=document, obligations=["20-05"])
    assert (await entry(house, "archive", "20-02"))["state"] == "empty"
    assert (await entry(house, "archive", "20-05"))["newest"]["document_id"] == document


async def test_what_was_public_until_the_end_of_its_time_still_counts(house: House) -> None:
    await laid_down(house)
    document = await house.published(obligations=["20-02"])
    await house.withdraw(document, kind="expired", reason="expired")
    found = await entry(house, "archive", "20-02")
    assert (found["state"], found["newest"]) == ("fulfilled", None)


async def test_what_is_handed_in_is_awaited_and_no_more_when_it_is_public(house: House) -> None:
    await laid_down(house)
    document, case = await house.in_review(obligations=["20-05"], created_on=TODAY)
    [one] = (await board(house, days=10))["due"]
    assert (one["document_id"], one["due_on"]) == (document, str(official().after(today(), 7).on))
    [total] = [one for one in (await board(house))["totals"] if one["body"] == "archive"]
    assert (total["awaited"], total["late_documents"]) == (1, 0)
    assert (await entry(house, "archive", "20-05"))["state"] == "empty", "the public is not told what waits"
    listed = (await house.ask("", "GET", "publish", "/obligations?body=archive")).json()["obligations"]
    assert {one["state"] for one in listed if one["code"] == "20-05"} == {"empty"}
    await house.reviewed(case)
    await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/approval", json={"note": "可以公开"})
    await house.settle()
    assert await awaited(house, document) == [(1, "published")]
    assert (await board(house, days=10))["due"] == []


async def test_a_document_that_names_nothing_has_the_time_of_article_26(house: House) -> None:
    document, _ = await house.in_review(created_on="2026-11-20")
    [row] = await house.rows("publish", "SELECT * FROM awaited WHERE document_id = :id", id=document)
    assert (row.due_on, row.provisional) == (date(2026, 12, 18), False)
    late, _ = await house.in_review(created_on=f"{max(official().years)}-12-10")
    [row] = await house.rows("publish", "SELECT * FROM awaited WHERE document_id = :id", id=late)
    assert row.provisional, "nobody knows the calendar of the next year yet"


async def test_a_date_is_reckoned_anew_when_the_calendar_has_come(house: House) -> None:
    document, _ = await house.in_review(created_on="2026-11-20")
    await house.rows(
        "publish",
        "UPDATE awaited SET provisional = true, due_on = '2026-12-01' WHERE document_id = :id RETURNING 1",
        id=document,
    )
    await remind(house)
    [row] = await house.rows("publish", "SELECT * FROM awaited WHERE document_id = :id", id=document)
    assert (row.due_on, row.provisional) == (date(2026, 12, 18), False)


async def test_what_review_ends_is_awaited_no_more_and_what_it_returns_still_is(house: House) -> None:
    rejected, case = await house.in_review()
    ground = {"ground": "art-16-internal-matter", "note": "内部事务"}
    answer = await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/rejection", json=ground)
    assert answer.status_code == 201, answer.text
    returned, case = await house.in_review(created_on=TODAY)
    said = {"grounds": ["inaccurate"], "note": "请核对"}
    answer = await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/return", json=said)
    assert answer.status_code == 201, answer.text
    await house.settle()
    assert await awaited(house, rejected) == [(1, "rejected")]
    assert await awaited(house, returned) == [(1, None)]
    [one] = (await board(house, days=60))["due"]
    assert one["returned"]
    await house.in_review(document_id=returned)
    assert await awaited(house, returned) == [(1, "superseded"), (2, None)]


async def test_a_quarantined_document_is_no_fault_and_not_awaited(house: House) -> None:
    receipt = await house.submit(files=[("a.txt", "机密★20年\n关于某事的通知".encode())])
    assert receipt.status_code == 201, receipt.text
    await house.settle()
    assert [closed for _, closed in await awaited(house, receipt.json()["document_id"])] == ["quarantined"]
    dead = await house.rows("publish", "SELECT * FROM inbox WHERE status NOT IN ('done', 'skipped')")
    assert dead == []


async def test_the_change_of_what_is_public_begins_its_own_time(house: House) -> None:
    document = await house.published(created_on="2026-01-05")
    await house.in_review(document_id=document, created_on="2026-01-05")
    which = "SELECT * FROM awaited WHERE document_id = :id AND edition = 2"
    [row] = await house.rows("publish", which, id=document)
    assert row.from_on == today()
    assert row.due_on > today()


def handed_in(document: UUID, edition: int) -> Submission:
    """As publish hears of it, with its manifest."""
    said = DocumentSubmitted(
        document_id=document,
        edition=edition,
        submission_id=uuid4(),
        department="archive",
        author="feng.xue",
        kind="notice",
        theme="02.01",
        content_sha256="0" * 64,
    )
    file = {"name": "a.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}
    manifest = Manifest.model_validate({**about(), "author": "feng.xue", "files": [file]})
    return Submission(Event(uuid4(), "s", str(document), edition, now(), said), manifest)


@pytest.mark.parametrize("reason", ["rejected", "superseded", "quarantined"])
async def test_what_ended_before_it_was_heard_of_is_never_awaited(house: House, reason: str) -> None:
    document = uuid4()
    late = handed_in(document, 1)
    for step in (partial(closing(reason), events=[late.event]), partial(expect, handed_in=[late])):
        async with house.databases["publish"].transaction() as unit:
            await step(unit)
    assert await awaited(house, str(document)) == [(1, reason)]
    assert (await board(house, days=60))["due"] == []


async def test_what_ended_one_way_does_not_end_another_way(house: House) -> None:
    document = uuid4()
    late = handed_in(document, 1)
    for step in (
        partial(expect, handed_in=[late]),
        partial(closing("rejected"), events=[late.event]),
        partial(closing("superseded"), events=[late.event]),
    ):
        async with house.databases["publish"].transaction() as unit:
            await step(unit)
    assert await awaited(house, str(document)) == [(1, "rejected")]


async def test_an_earlier_edition_heard_of_later_is_superseded(house: House) -> None:
    document = uuid4()
    for edition in (2, 1):
        async with house.databases["publish"].transaction() as unit:
            await expect(unit, [handed_in(document, edition)])
    assert await awaited(house, str(document)) == [(1, "superseded"), (2, None)]


async def test_what_is_withdrawn_before_it_is_public_is_awaited_no_more(house: House) -> None:
    document, _ = await house.in_review()
    assert (await house.withdraw(document, "han.mei", edition=1)).status_code == 201
    assert await awaited(house, document) == [(1, "withdrawn")]


async def test_however_many_go_through_the_register_each_thing_is_announced_once(house: House) -> None:
    await laid_down(house)
    await house.in_review(created_on="2026-01-05")
    publish = house.databases["publish"]
    async with publish.transaction() as unit:
        assert await overdue.remind(unit, today()) == 1
        others = [asyncio.create_task(overdue.sweep(publish)) for _ in range(2)]
        await asyncio.sleep(0.3)  # They have come as far as they can before this one commits.
    assert await asyncio.gather(*others) == [0, 0]
    await house.settle()
    assert len(await house.facts("publish", ObligationOverdue)) == 1


async def test_what_is_overdue_is_announced_once(house: House) -> None:
    await laid_down(house)
    document, _ = await house.in_review(created_on="2026-01-05")
    await put(house, "cao.zhiyuan", "archive", "20-07", **BUDGET, since="2025-01-01")
    assert await remind(house, date(2026, 11, 22)) == 2
    assert await remind(house, date(2026, 11, 22)) == 0
    await house.settle()
    facts = await house.facts("publish", ObligationOverdue)
    assert [(one["document_id"], one["obligation"], one["due_on"]) for one in facts] == [
        (document, None, "2026-02-02"),
        (None, "20-07", "2026-01-20"),
    ]
    late = (await board(house))["late"]
    assert {(one.get("document_id"), one.get("code")) for one in late} >= {(document, None), (None, "20-07")}
    assert all(one["late_by"] == (today() - date.fromisoformat(one["due_on"])).days for one in late)
    await remind(house, date(2027, 1, 21))
    await house.settle()
    facts = await house.facts("publish", ObligationOverdue)
    assert ("archive", "20-07", "2027-01-20") in {
        (one["department"], one["obligation"], one["due_on"]) for one in facts
    }, "the next year is another thing"


async def test_a_code_that_is_in_no_register_is_shown(house: House) -> None:
    await laid_down(house)
    document = await house.published(obligations=["archive.unheard-of"])
    waits, _ = await house.in_review(obligations=["20-06"])
    unknown = (await board(house))["unknown"]
    assert [(one["code"], one["document_id"], one["public"]) for one in unknown] == [
        ("20-06", waits, False),
        ("archive.unheard-of", document, True),
    ]
    assert (
        await put(house, "cao.zhiyuan", "archive", "archive.unheard-of", matter="档案")
    ).status_code == 201
    assert (await entry(house, "archive", "archive.unheard-of"))["state"] == "fulfilled"
    assert [one["code"] for one in (await board(house))["unknown"]] == ["20-06"]


async def test_every_version_of_an_entry_is_kept(house: House) -> None:
    await laid_down(house)
    assert (await put(house, "cao.zhiyuan", "archive", "20-07", **BUDGET)).status_code == 201
    assert (await put(house, "cao.zhiyuan", "archive", "20-07", **BUDGET)).status_code == 200
    answer = await house.ask("feng.xue", "GET", "publish", "/obligations/archive/20-07/versions")
    found = answer.json()["versions"]
    assert [(one["version"], one["changed_by"]) for one in found] == [(2, "cao.zhiyuan"), (1, "national")]
    ended = {**BUDGET, "ended": (today() - timedelta(days=1)).isoformat()}
    await put(house, "sun.wei", "archive", "20-07", **ended)
    assert (await entry(house, "archive", "20-07"))["state"] == "ended"


async def test_only_who_answers_for_a_body_changes_its_register(house: House) -> None:
    for stranger in ("feng.xue", "peng.bo", "zhang.tao", "han.mei"):
        assert (await put(house, stranger, "archive", "20-07", **BUDGET)).status_code == 403
    assert (await put(house, "", "archive", "20-07", **BUDGET)).status_code == 401
    for officer in ("cao.zhiyuan", "sun.wei", "gao.mingyuan"):
        assert (await put(house, officer, "archive", "20-07", **BUDGET)).status_code in (200, 201)
    assert (await put(house, "gao.mingyuan", "nobody", "20-07", **BUDGET)).status_code == 422


async def test_an_officer_sees_the_own_body_and_the_disclosure_office_all(house: House) -> None:
    await laid_down(house)
    assert {one["body"] for one in (await board(house, "song.jia"))["totals"]} == {"library"}
    assert {"library", "archive"} < {one["body"] for one in (await board(house, "wang.li"))["totals"]}
    answer = await house.ask("song.jia", "GET", "publish", "/obligations/board?body=archive")
    assert answer.status_code == 403
    assert (await house.ask("", "GET", "publish", "/obligations/board")).status_code == 401


async def test_a_whole_register_is_handed_in_or_nothing_of_it(house: House) -> None:
    await laid_down(house)

    async def hand_in(*entries: dict[str, Any], dry_run: bool = False) -> Any:
        said = {"entries": entries, "dry_run": dry_run}
        return await house.ask("gao.mingyuan", "PUT", "publish", "/obligations", json=said)

    hours = {"body": "library", "code": "library.hours", "matter": "开放时间"}
    loans = {"body": "library", "code": "library.loans", "matter": "借阅规则"}
    assert len((await hand_in(hours, loans, dry_run=True)).json()["new"]) == 2
    assert "library.hours" not in await codes_of(house, "library")
    assert (await hand_in(hours, {**loans, "body": "nobody"})).status_code == 422
    assert "library.hours" not in await codes_of(house, "library")
    assert len((await hand_in(hours, loans)).json()["new"]) == 2
    answer = (await hand_in({**hours, "matter": "开放时间和地点"})).json()
    assert [one["code"] for one in answer["changed"]] == ["library.hours"]
    assert answer["changed"][0]["fields"] == ["matter"]
    assert [one["code"] for one in answer["ended"]] == ["library.loans"], "and no national entry"
    assert (await entry(house, "library", "library.loans"))["state"] == "ended"
    assert (await entry(house, "library", "20-02"))["state"] == "empty"
    back = (await hand_in(hours, loans)).json()
    assert {one["code"]: one["fields"] for one in back["changed"]} == {
        "library.hours": ["matter"],
        "library.loans": ["ended"],
    }
    assert (await entry(house, "library", "library.loans"))["state"] == "empty"


async def test_what_makes_no_sense_in_an_entry_is_refused(house: House) -> None:
    for wrong in (
        {"matter": ""},
        {"matter": "a", "x": 1},
        {"matter": "a", "within": {"number": -1, "unit": "days"}},
        {"matter": "a", "repeats": "month", "day": "03-31"},
        {"matter": "a", "day": "15"},
        {"matter": "a", "channels": ["carrier-pigeon"]},
    ):
        assert (await put(house, "gao.mingyuan", "archive", "x1", **wrong)).status_code == 422, wrong
    assert (await put(house, "gao.mingyuan", "archive", "UP", matter="a")).status_code == 422
    assert (await house.ask("", "GET", "publish", "/obligations?body=%00")).status_code == 422


async def test_the_openapi_describes_the_register(house: House) -> None:
    paths = (await house.ask("", "GET", "publish", "/openapi.json")).json()["paths"]
    ours = {path: ways for path, ways in paths.items() if path.startswith("/obligations")}
    assert len(ours) == 4
    for path, ways in ours.items():
        for way in ways.values():
            assert way["summary"], path
            assert way["description"], path
