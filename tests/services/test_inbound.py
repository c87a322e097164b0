"""What portals post on the edge: each entry becomes a receipt or a rejection, once."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError

from services.intake.inbound import GROUP, Inbound
from services.intake.settings import IntakeSettings
from shared import groups
from shared.contracts import SubmissionPosted, SubmissionRejected
from shared.edge import inbound

from .conftest import House, about, in_letters

KEY = inbound("he.yun")


def post(**more: Any) -> dict[str, Any]:
    """The fields of an entry as a portal writes it."""
    files = [{"name": "a.txt", "content": b64encode(f"正文 {in_letters(uuid4())}".encode()).decode()}]
    data = {**about(author="feng.xue"), "files": files}
    attributes = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:example:portal",
        "type": SubmissionPosted.type,
        "time": "2026-11-20T08:00:00+08:00",
        "datacontenttype": "application/json",
        "data": json.dumps(data, ensure_ascii=False),
        **more,
    }
    return {name: value for name, value in attributes.items() if value is not None}


@pytest.fixture
async def door(house: House) -> Inbound:
    return Inbound(IntakeSettings(), house.databases["intake"], house.objects)


async def deliver(house: House, door: Inbound, edge: Redis, *entries: dict[str, Any]) -> None:
    """The portal appends them; the door reads them in one batch and acknowledges."""
    await groups.ensure(edge, KEY, [GROUP])
    for entry in entries:
        await edge.xadd(KEY, entry)
    found: Any = await edge.xreadgroup(GROUP, "door", {KEY: ">"})
    await door.consume("he.yun", found[0][1])
    await house.settle()


async def rejected(house: House) -> list[str]:
    return [fault for fact in await house.facts("intake", SubmissionRejected) for fault in fact["faults"]]


async def submissions(house: House) -> int:
    return len(await house.rows("intake", "SELECT * FROM submission"))


async def test_what_a_portal_posts_is_accepted(house: House, door: Inbound, edge: Redis) -> None:
    await deliver(house, door, edge, post())
    [row] = await house.rows("intake", "SELECT source, state FROM submission")
    assert (row.source, row.state) == ("portal:he.yun", "in review")
    assert await rejected(house) == []


async def test_the_same_id_again_is_one_submission(house: House, door: Inbound, edge: Redis) -> None:
    one = post()
    await deliver(house, door, edge, one, one)
    await deliver(house, door, edge, one)
    assert await submissions(house) == 1
    assert await rejected(house) == []


async def test_the_same_id_with_other_content_is_rejected(house: House, door: Inbound, edge: Redis) -> None:
    await deliver(house, door, edge, post(id="a"), post(id="a"))
    assert await submissions(house) == 1
    assert await rejected(house) == ["key-reused"]


WRONG: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "not JSON": (lambda: post(data="hello"), "not-json"),
    "an unknown type": (lambda: post(type="cn.example.gossip.v1"), "unknown-type"),
    "another service's fact": (lambda: post(type="cn.gongkai.document.approved.v1"), "unknown-type"),
    "no type": (lambda: post(type=None), "unknown-type"),
    "no data": (lambda: post(data=""), "not-json"),
    "no title": (lambda: post(data=json.dumps({})), "invalid"),
    "a title with a zero byte": (lambda: titled("a\0b"), "invalid"),
    "an unknown body": (lambda: bodied("nowhere"), "unknown-body"),
    "a file that is none": (lambda: with_file(b"\x7fELF\0"), "unacceptable-file"),
    "an edition of nothing": (lambda: of_document(str(uuid4())), "unknown-document"),
    "an id with a zero byte": (lambda: post(id="a\0b", data="hello"), "not-json"),
    "an id without end": (lambda: post(id="x" * 10_000, data="hello"), "not-json"),
    "an id in Chinese": (lambda: post(id="编号", data="hello"), "not-json"),
}  # fmt: skip


def titled(title: str) -> dict[str, Any]:
    return changed(title=title)


def bodied(department: str) -> dict[str, Any]:
    return changed(department=department)


def with_file(content: bytes) -> dict[str, Any]:
    return changed(files=[{"name": "a.txt", "content": b64encode(content).decode()}])


def of_document(document: str) -> dict[str, Any]:
    return changed(document_id=document)


def changed(**more: Any) -> dict[str, Any]:
    good = post()
    return {**good, "data": json.dumps({**json.loads(good["data"]), **more})}


@pytest.mark.parametrize(("wrong", "fault"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_wrong_is_rejected_with_its_fault_and_holds_up_nobody(
    house: House, door: Inbound, edge: Redis, wrong: Callable[[], dict[str, Any]], fault: str
) -> None:
    await deliver(house, door, edge, wrong(), post())
    assert await rejected(house) == [fault]
    assert await submissions(house) == 1
    [row] = await house.rows("intake", "SELECT raw FROM rejection")
    assert row.raw


async def test_the_same_wrong_entry_again_is_one_rejection(house: House, door: Inbound, edge: Redis) -> None:
    wrong = post(data="hello")
    await deliver(house, door, edge, wrong, wrong)
    assert await rejected(house) == ["not-json"]


async def test_an_entry_with_no_id_is_known_by_its_place(house: House, door: Inbound, edge: Redis) -> None:
    await deliver(house, door, edge, post(id=None), post(id=None))
    assert await submissions(house) == 2


async def portal(house: House) -> tuple[Redis, dict[str, str]]:
    issued = await house.ask("zhang.tao", "POST", "intake", "/portals/he.yun/passwords")
    assert issued.status_code == 201, issued.text
    return as_user(IntakeSettings().edge_url, issued.json()["user"], issued.json()["password"]), issued.json()


def as_user(url: str, user: str, password: str) -> Redis:
    return Redis.from_url(f"redis://{user}:{password}@{url.rpartition('@')[2]}")


async def test_a_portal_may_append_to_its_own_stream_and_nothing_else(house: House, edge: Redis) -> None:
    client, issued = await portal(house)
    assert await client.xadd(issued["stream"], {"id": "1"})
    for forbidden in (
        client.xadd("inbound:other", {"id": "1"}),
        client.xrange(issued["stream"]),
        client.delete(issued["stream"]),
        client.keys("*"),
    ):
        with pytest.raises(NoPermissionError):
            await forbidden
    await client.aclose()


async def test_only_an_operator_issues_a_portals_password(house: House) -> None:
    assert (await house.ask("feng.xue", "POST", "intake", "/portals/he.yun/passwords")).status_code == 403
    assert (await house.ask("zhang.tao", "POST", "intake", "/portals/feng.xue/passwords")).status_code == 404


async def test_a_portals_password_stays_valid_while_its_successor_is_new(house: House) -> None:
    clients = [(await portal(house))[0] for _ in range(3)]
    with pytest.raises(AuthenticationError):
        await clients[0].ping()
    assert await clients[1].ping()
    assert await clients[2].ping()
    for client in clients:
        await client.aclose()


async def test_a_portals_account_comes_back_after_the_edge_lost_it(
    house: House, door: Inbound, edge: Redis
) -> None:
    from shared import streams

    client, issued = await portal(house)
    await edge.execute_command("ACL", "DELUSER", issued["user"])
    broker = streams.broker(door.settings.edge_url)
    await broker.connect()
    try:
        await door.follow_portals(broker)
        assert await client.xadd(issued["stream"], {"id": "1"})
    finally:
        await broker.stop()
        await client.aclose()
