"""Scheduled publication, embargo, and the end of a notice's period."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from services.publish.due import CalendarDesk
from shared import keys
from shared.clock import today
from shared.contracts import DocumentPublished, DocumentWithdrawn, PublicationScheduled
from shared.policy_file import load

from .conftest import House

HOUR = timedelta(hours=1)


@pytest.fixture
def calendar(house: House) -> CalendarDesk:
    pinned = keys.pinned(house.data / "keys", "review")
    return CalendarDesk(house.databases["publish"], house.objects, pinned, load("default"))


async def approved(house: House, **about: Any) -> str:
    """A document that every step agreed to."""
    document, case = await house.in_review(**about)
    await house.reviewed(case)
    answer = await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/approval", json={"note": "可"})
    assert answer.status_code == 201, answer.text
    await house.settle()
    return document


async def status(house: House, document: str) -> int:
    return (await house.ask("", "GET", "publish", f"/documents/{document}")).status_code


async def states(house: House) -> list[str]:
    return [
        row.state for row in await house.rows("publish", "SELECT state FROM scheduled ORDER BY publish_at")
    ]


def later(hours: float) -> str:
    return (datetime.now(UTC) + hours * HOUR).isoformat()


async def test_what_is_scheduled_is_nowhere_before_its_moment(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    assert await calendar.work() == 0
    assert await status(house, document) == 404
    assert (await house.ask("", "GET", "publish", f"/documents/{document}/files/1")).status_code == 404
    assert (await house.ask("", "GET", "publish", f"/documents/{document}/editions")).status_code == 404
    assert (await house.ask("", "GET", "publish", "/documents")).json()["documents"] == []
    assert not await house.rows(
        "publish", "SELECT * FROM log_queue UNION ALL SELECT position, entry, now() FROM log_leaf"
    )
    assert not await house.facts("publish", DocumentPublished)
    [fact] = await house.facts("publish", PublicationScheduled)
    assert fact["document_id"] == document


async def test_at_its_moment_it_is_published_once(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        assert await calendar.work() == 1
        assert await calendar.work() == 0
    await house.settle()
    assert await status(house, document) == 200
    assert len(await house.facts("publish", DocumentPublished)) == 1
    assert await states(house) == ["published"]


async def test_a_moment_that_has_passed_is_now(house: House) -> None:
    assert await status(house, await approved(house, publish_at=later(-1))) == 200


async def test_the_approval_must_still_hold_at_that_moment(house: House) -> None:
    document = await approved(house, publish_at=later(24 * 40))
    assert await status(house, document) == 404
    [refusal] = (await house.ask("zhang.tao", "GET", "publish", "/refusals")).json()["refusals"]
    assert refusal["fault"] == "expired"


async def test_what_waits_is_called_off_by_a_withdrawal(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    assert (await house.withdraw(document, "peng.bo")).status_code == 403
    assert (await house.withdraw(document)).status_code == 201
    assert await states(house) == ["called-off"]
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        assert await calendar.work() == 0
    assert await status(house, document) == 410
    assert (await house.ask("zhang.tao", "GET", "publish", "/refusals")).json()["refusals"] == []


async def test_what_waits_is_called_off_by_a_new_edition(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    await approved(house, document_id=document, title="更正后的通知")
    assert await states(house) == ["called-off"]
    shown = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    assert (shown["edition"], shown["title"]) == (2, "更正后的通知")
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        assert await calendar.work() == 0


async def test_the_gate_is_asked_again_when_the_moment_comes(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2), files=[("a.txt", "正文".encode())])
    for path in (house.data / "objects").rglob("*"):
        if path.is_file() and path.read_bytes() == "正文".encode():
            path.write_bytes("正午".encode())
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        assert await calendar.work() == 1
    assert await status(house, document) == 404
    assert await states(house) == ["refused"]
    [refusal] = (await house.ask("zhang.tao", "GET", "publish", "/refusals")).json()["refusals"]
    assert refusal["fault"] == "content-changed"


async def test_the_same_approval_does_not_wait_twice(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        await calendar.work()
    await house.rows("publish", "UPDATE scheduled SET state = 'waiting' RETURNING 1")
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        await calendar.work()
    assert len(await house.rows("publish", "SELECT 1 FROM edition")) == 1
    assert await status(house, document) == 200


async def test_it_may_be_kept_back_longer_but_never_hastened(house: House, calendar: CalendarDesk) -> None:
    document = await approved(house, publish_at=later(2))
    url = f"/documents/{document}/schedule"
    sooner = await house.ask(
        "cao.zhiyuan", "PUT", "publish", url, json={"publish_at": later(1), "note": "早"}
    )
    assert (sooner.status_code, sooner.json()["code"]) == (409, "only-later")
    held = {"publish_at": later(5), "note": "等会议结束"}
    assert (await house.ask("feng.xue", "PUT", "publish", url, json=held)).status_code == 403
    assert (await house.ask("cao.zhiyuan", "PUT", "publish", url, json=held)).status_code == 200
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
        assert await calendar.work() == 0
    with time_machine.travel(datetime.now(UTC) + 6 * HOUR):
        assert await calendar.work() == 1
    assert await status(house, document) == 200
    assert (await house.ask("cao.zhiyuan", "PUT", "publish", url, json=held)).status_code == 404


async def test_officers_see_what_of_their_body_waits(house: House) -> None:
    document = await approved(house, publish_at=later(2))
    [mine] = (await house.ask("feng.xue", "GET", "publish", "/scheduled")).json()["scheduled"]
    assert mine["document_id"] == document
    assert (await house.ask("song.jia", "GET", "publish", "/scheduled")).json()["scheduled"] == []
    assert (await house.ask("", "GET", "publish", "/scheduled")).status_code == 401


async def test_a_notice_is_public_to_the_end_of_its_last_day_in_beijing(
    house: House, calendar: CalendarDesk
) -> None:
    document = await approved(house, notice_ends_on=(today() + timedelta(days=3)).isoformat())
    midnight = datetime.combine(today() + timedelta(days=4), datetime.min.time(), UTC) - 8 * HOUR
    with time_machine.travel(midnight - timedelta(seconds=1)):
        assert await calendar.work() == 0
    assert await status(house, document) == 200
    with time_machine.travel(midnight + timedelta(seconds=1)):
        assert await calendar.work() == 1
        assert await calendar.work() == 0
    answer = await house.ask("", "GET", "publish", f"/documents/{document}")
    assert (answer.status_code, answer.json()["tombstone"]["kind"]) == (410, "expired")
    await house.settle()
    [fact] = await house.facts("publish", DocumentWithdrawn)
    assert (fact["kind"], fact["reason"]) == ("expired", "expired")


class Killed(Exception):
    """The process died here."""


@pytest.mark.parametrize("place", ["schedule.before-commit", "notices.before-commit"])
async def test_whoever_is_killed_at_it_leaves_all_as_it_was_and_the_next_does_it_once(
    house: House, calendar: CalendarDesk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    when = (
        {"publish_at": later(2)} if place.startswith("schedule") else {"notice_ends_on": today().isoformat()}
    )
    document = await approved(house, **when)
    before = await status(house, document)

    def die(name: str) -> None:
        if name == place:
            raise Killed

    with time_machine.travel(datetime.now(UTC) + 30 * HOUR):
        with monkeypatch.context() as dying:
            dying.setattr("services.publish.due.crashpoint", die)
            with pytest.raises(Killed):
                await calendar.work()
        assert await status(house, document) == before
        assert await calendar.work() == 1
        assert await calendar.work() == 0
    assert await status(house, document) == {404: 200, 200: 410}[before]


async def test_a_longer_period_is_a_new_edition_and_the_old_end_is_forgotten(
    house: House, calendar: CalendarDesk
) -> None:
    document = await approved(house, notice_ends_on=(today() + timedelta(days=3)).isoformat())
    ends = (today() + timedelta(days=30)).isoformat()
    await approved(house, document_id=document, notice_ends_on=ends, amendment="延长公示期")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=10)):
        assert await calendar.work() == 0
    assert await status(house, document) == 200


async def test_what_had_its_time_before_it_was_approved_is_refused(house: House) -> None:
    document = await approved(house, notice_ends_on=(today() - timedelta(days=1)).isoformat())
    assert await status(house, document) == 404
    [refusal] = (await house.ask("zhang.tao", "GET", "publish", "/refusals")).json()["refusals"]
    assert refusal["fault"] == "expired"


async def test_what_was_replaced_names_what_took_its_place(house: House) -> None:
    old, new = await house.published(), await house.published(title="新办法")
    for wrong in ({"kind": "replaced"}, {"kind": "replaced", "replaced_by": old}, {"replaced_by": new}):
        assert (await house.withdraw(old, **wrong)).status_code == 422
    done = await house.withdraw(old, kind="replaced", reason="replaced", replaced_by=new)
    assert done.status_code == 201
    [row] = await house.rows("publish", "SELECT replaced_by FROM withdrawal")
    assert str(row.replaced_by) == new
