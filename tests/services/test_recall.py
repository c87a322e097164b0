"""Recall: complete only when every place that had a copy has said that it is gone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from redis.asyncio import Redis

from services.notify import confirmations
from services.notify.mailboxes import GROUP, Mailboxes
from services.publish import recalls
from services.publish.reminders import remind
from shared import edge
from shared.contracts import DocumentWithdrawn, PlaceKind, RecallCompleted, RecallReminded, WithdrawalSent

from .conftest import House

RELEASE = """
    INSERT INTO release (document_id, edition, channel, state, due_at, attempts)
    VALUES (:document, 1, :channel, :state, now(), :attempts) RETURNING 1
"""

TRANSFER = """
    WITH made AS (INSERT INTO transfer (place, month, documents, package_sha256, size, made_at)
                  VALUES ('library', '2026-10', 1, :hash, 1, now()) RETURNING place, month)
    INSERT INTO transfer_item SELECT place, month, :document, 1 FROM made RETURNING 1
"""


async def board(house: House, document: str) -> dict[str, Any]:
    answer = await house.ask("feng.xue", "GET", "publish", f"/documents/{document}/recall")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def missing(house: House, document: str) -> set[tuple[str, str]]:
    shown = await board(house, document)
    return {(place["kind"], place["code"]) for place in shown["places"] if not place["confirmed_at"]}


async def subscribe(house: House, *departments: str) -> None:
    for department in departments:
        asked = {"department": department, "types": [], "themes": [], "bodies": []}
        answer = await house.ask("zhang.tao", "POST", "notify", "/subscriptions", json=asked)
        assert answer.status_code == 201, answer.text


async def acknowledge(house: House, mailboxes: Mailboxes, client: Redis, *departments: str) -> None:
    """The departments' consumers read all there is and acknowledge it."""
    await mailboxes.carry()
    for department in departments:
        key = edge.mailbox(department)
        found: Any = await client.xreadgroup(GROUP, "desk", {key: ">"}, count=100)
        for _, entries in found or ():
            await client.xack(key, GROUP, *[entry_id for entry_id, _ in entries])
    await confirmations.observe(client, house.databases["notify"])
    await house.settle()


async def test_a_recall_without_any_copy_is_complete_when_notify_has_said_so(house: House) -> None:
    document = await house.published()
    await house.withdraw(document)
    assert (await board(house, document))["complete"] is False, "nobody has said who has it"
    await house.settle()
    assert (await board(house, document))["complete"] is True
    [fact] = await house.facts("publish", RecallCompleted)
    assert (fact["document_id"], fact["places"]) == (document, 0)


async def test_every_place_that_had_a_copy_must_confirm(
    house: House, mailboxes: Mailboxes, edge: Redis
) -> None:
    await subscribe(house, "library", "archive")
    document = await house.published()
    await acknowledge(house, mailboxes, edge, "library", "archive")
    for channel, state, attempts in (("bulletin", "delivered", 1), ("press", "due", 0), ("screen", "due", 2)):
        await house.rows(
            "publish", RELEASE, document=document, channel=channel, state=state, attempts=attempts
        )
    await house.rows("publish", TRANSFER, document=document, hash="a" * 64)
    await house.withdraw(document)
    await house.settle()
    all_of_them = {("channel", "bulletin"), ("channel", "screen"), ("room", "library")}
    departments = {("department", "archive"), ("department", "library")}
    assert await missing(house, document) == all_of_them | departments, "press was never begun"
    [sent] = await house.facts("notify", WithdrawalSent)
    assert sent["departments"] == ["archive", "library"]
    await acknowledge(house, mailboxes, edge, "archive")
    assert await missing(house, document) == all_of_them | {("department", "library")}
    await acknowledge(house, mailboxes, edge, "library")
    url = f"/documents/{document}/recall"
    assert (await house.ask("feng.xue", "PUT", "publish", f"{url}/room/library")).status_code == 403
    assert (await house.ask("song.jia", "PUT", "publish", f"{url}/room/library")).status_code == 200
    assert (await house.ask("song.jia", "PUT", "publish", f"{url}/channel/bulletin")).status_code == 403
    assert (await house.ask("cao.zhiyuan", "PUT", "publish", f"{url}/channel/press")).status_code == 404
    assert (await house.ask("cao.zhiyuan", "PUT", "publish", f"{url}/channel/bulletin")).status_code == 200
    assert (await board(house, document))["complete"] is False
    last = await house.ask("zhang.tao", "PUT", "publish", f"{url}/channel/screen")
    assert last.json()["complete"] is True
    await house.settle()
    [fact] = await house.facts("publish", RecallCompleted)
    assert fact["places"] == 5


async def test_places_that_confirm_at_the_same_moment_complete_the_recall(house: House) -> None:
    document = await house.published()
    channels = [f"channel-{number}" for number in range(6)]
    for channel in channels:
        await house.rows(
            "publish", RELEASE, document=document, channel=channel, state="delivered", attempts=1
        )
    await house.withdraw(document)
    await house.settle()

    async def confirm(channel: str) -> None:
        async with house.databases["publish"].transaction() as unit:
            await recalls.confirm(unit, UUID(document), 1, PlaceKind.CHANNEL, channel, channel)
            await asyncio.sleep(0.05)

    await asyncio.gather(*map(confirm, channels))
    assert (await board(house, document))["complete"] is True


async def test_the_board_lists_what_is_open_and_what_is_done(house: House) -> None:
    document = await house.published()
    await house.rows("publish", RELEASE, document=document, channel="screen", state="delivered", attempts=1)
    await house.withdraw(document)
    await house.settle()
    [open_] = (await house.ask("feng.xue", "GET", "publish", "/recalls")).json()["recalls"]
    assert (open_["document_id"], open_["places"], open_["missing"]) == (document, 1, 1)
    await house.ask("zhang.tao", "PUT", "publish", f"/documents/{document}/recall/channel/screen")
    assert (await house.ask("feng.xue", "GET", "publish", "/recalls")).json()["recalls"] == []
    done = (await house.ask("feng.xue", "GET", "publish", "/recalls?completed=true")).json()["recalls"]
    assert [one["missing"] for one in done] == [0]
    assert (await house.ask("", "GET", "publish", "/recalls")).status_code == 401


async def test_whoever_is_missing_is_reminded_and_gets_the_withdrawal_again(
    house: House, mailboxes: Mailboxes, edge: Redis
) -> None:
    await subscribe(house, "library", "archive")
    document = await house.published()
    await house.rows("publish", RELEASE, document=document, channel="screen", state="failed", attempts=9)
    await house.withdraw(document)
    await house.settle()
    await acknowledge(house, mailboxes, edge, "archive")
    publish = house.databases["publish"]
    assert await remind(publish) == 0, "not at once"
    await house.rows("publish", "UPDATE release SET state = 'recall-failed' RETURNING 1")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61), tick=True):
        assert await remind(publish) == 1
        assert await remind(publish) == 0, "and not twice"
    await house.settle()
    [fact] = await house.facts("publish", RecallReminded)
    assert fact["reminder"] == 1
    assert fact["places"] == [
        {"kind": "channel", "code": "screen"},
        {"kind": "department", "code": "library"},
    ]
    again = await house.rows("notify", "SELECT department, type FROM delivery WHERE replay")
    assert [(row.department, row.type) for row in again] == [("library", DocumentWithdrawn.type)]
    [row] = await house.rows("publish", "SELECT state FROM release")
    assert row.state == "recall-due", "a channel that gave up is tried again"
    await acknowledge(house, mailboxes, edge, "library")
    assert await missing(house, document) == {("channel", "screen")}


@pytest.mark.parametrize("confirmed", [True, False])
async def test_a_later_withdrawal_has_a_recall_of_its_own(house: House, confirmed: bool) -> None:
    document = await house.published()
    await house.rows("publish", RELEASE, document=document, channel="screen", state="delivered", attempts=1)
    await house.withdraw(document)
    await house.settle()
    if confirmed:
        await house.ask("zhang.tao", "PUT", "publish", f"/documents/{document}/recall/channel/screen")
        await house.rows("publish", "UPDATE release SET state = 'recalled' RETURNING 1")
    await house.published(document_id=document)
    await house.withdraw(document)
    await house.settle()
    shown = await board(house, document)
    assert [one["edition"] for one in shown["recalls"]] == [1, 2]
    assert shown["complete"] is confirmed, "what the first recall did not get back, the second asks for too"
