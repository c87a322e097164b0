"""Every department gets what it asked for, in its order, and every withdrawal of what it had."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, ConnectionError, NoPermissionError

from services.notify import confirmations
from services.notify.mailboxes import Mailboxes
from shared.clock import now
from shared.consumer import Consumer
from shared.contracts import DeliveryConfirmed, DocumentPublished, DocumentWithdrawn
from shared.edge import mailbox
from shared.retries import retry
from tests.builders import event, fields

from .conftest import House


def published(document: UUID, edition: int = 1, **more: Any) -> DocumentPublished:
    about: dict[str, Any] = {
        "document_id": document,
        "edition": edition,
        "index_no": "12219900MB0A20027E/2026-00001",
        "department": "archive",
        "kind": "notice",
        "theme": "02.01",
        "content_sha256": "0" * 64,
        "published_at": now(),
        "href": f"/documents/{document}",
        **more,
    }
    return DocumentPublished(**about)


def withdrawn(document: UUID, edition: int = 1) -> DocumentWithdrawn:
    return DocumentWithdrawn(
        document_id=document, edition=edition, kind="withdrawn", reason="inaccurate", withdrawn_at=now()
    )


class Post:
    """Publish's facts come in, departments' mailboxes go out."""

    def __init__(self, house: House, edge: Redis) -> None:
        self.house = house
        self.edge = edge
        self.boxes = Mailboxes(house.databases["notify"], edge, batch=100, keep=1000)
        [self.consumer] = [one for one in house.consumers if one.name == "notify"]
        assert isinstance(self.consumer, Consumer)
        self.position = 0

    async def comes(self, fact: DocumentPublished | DocumentWithdrawn, sequence: int = 1) -> None:
        self.position += 1
        await self.consumer.consume([(b"%d-0" % self.position, fields(event(fact, sequence)))])
        await retry(self.consumer)
        await self.carry()

    async def carry(self) -> None:
        while await self.boxes.carry():
            pass

    async def in_mailbox(self, department: str) -> list[tuple[str, str]]:
        """Its entries: their ids, and what happened to which edition."""
        entries = await self.edge.xrange(mailbox(department))
        return [(entry_id.decode(), fields[b"type"].decode().split(".")[-2]) for entry_id, fields in entries]

    async def reads(self, department: str, count: int = 100) -> list[bytes]:
        found: Any = await self.edge.xreadgroup("main", "desk", {mailbox(department): ">"}, count=count)
        return [entry_id for entry_id, _ in found[0][1]] if found else []

    async def acknowledges(self, department: str, *entries: bytes) -> None:
        await self.edge.xack(mailbox(department), "main", *entries)

    async def observe(self) -> None:
        await confirmations.observe(self.edge, self.house.databases["notify"])

    async def confirmed(self, department: str) -> list[int]:
        rows = await self.house.rows(
            "notify",
            "SELECT no FROM delivery WHERE department = :department AND confirmed_at IS NOT NULL ORDER BY no",
            department=department,
        )
        return [row.no for row in rows]


@pytest.fixture
async def post(house: House, edge: Redis) -> Post:
    return Post(house, edge)


async def subscribe(house: House, officer: str, department: str, **wanted: Any) -> str:
    answer = await house.ask(
        officer, "POST", "notify", "/subscriptions", json={"department": department, **wanted}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
async def library(house: House) -> str:
    """The library hears everything."""
    return await subscribe(house, "peng.bo", "library")


async def test_each_department_gets_what_its_subscription_names(house: House, post: Post) -> None:
    await subscribe(house, "peng.bo", "library", themes=["02"])
    await subscribe(house, "ma.jun", "service", themes=["02.02", "03"])
    await subscribe(house, "deng.hui", "labour", bodies=["library"])
    await subscribe(house, "deng.hui", "labour", bodies=["archive"])
    await subscribe(house, "huang.wen", "development", bodies=["office"])
    await post.comes(published(uuid4(), theme="02.01", joint_with=("library",)))
    got = {box: len(await post.in_mailbox(box)) for box in ("library", "service", "labour", "development")}
    assert got == {"library": 1, "service": 0, "labour": 1, "development": 0}


async def test_deliveries_are_numbered_densely_for_each_department(
    house: House, post: Post, library: str
) -> None:
    await subscribe(house, "ma.jun", "service", themes=["03"])
    for n in range(6):
        await post.comes(published(uuid4(), theme=f"0{2 + n % 2}"))
    assert [entry_id for entry_id, _ in await post.in_mailbox("library")] == [f"1-{n}" for n in range(1, 7)]
    assert [entry_id for entry_id, _ in await post.in_mailbox("service")] == ["1-1", "1-2", "1-3"]


async def test_a_withdrawal_reaches_all_who_had_it_whatever_they_subscribe_to_now(
    house: House, post: Post, library: str
) -> None:
    document = uuid4()
    await post.comes(published(document))
    ended = await house.ask("peng.bo", "DELETE", "notify", f"/subscriptions/{library}")
    assert ended.status_code == 204
    await subscribe(house, "ma.jun", "service")
    await post.comes(withdrawn(document), 2)
    assert [kind for _, kind in await post.in_mailbox("library")] == ["published", "withdrawn"]
    assert await post.in_mailbox("service") == []


async def test_a_publication_that_comes_after_its_withdrawal_is_not_sent(post: Post, library: str) -> None:
    document = uuid4()
    await post.comes(withdrawn(document), 2)
    await post.comes(published(document), 1)
    assert await post.in_mailbox("library") == []
    await post.comes(published(document, edition=2), 3)
    assert len(await post.in_mailbox("library")) == 1


async def test_a_mailbox_that_the_edge_lost_is_filled_again_with_what_was_not_confirmed(
    post: Post, library: str
) -> None:
    for _ in range(4):
        await post.comes(published(uuid4()))
    entries = await post.reads("library", 2)
    await post.acknowledges("library", *entries)
    await post.observe()
    await post.edge.flushall()
    post.boxes.tops.clear()
    await post.carry()
    assert [entry_id for entry_id, _ in await post.in_mailbox("library")] == ["1-3", "1-4"]
    assert await post.reads("library") == [b"1-3", b"1-4"], "its group is there again"


async def test_a_mailbox_lost_between_two_deliveries_is_noticed_by_the_next(post: Post, library: str) -> None:
    await post.comes(published(uuid4()))
    await post.edge.flushall()
    await post.comes(published(uuid4()))
    assert [entry_id for entry_id, _ in await post.in_mailbox("library")] == ["1-1", "1-2"]


async def test_a_broken_mailbox_holds_up_no_other(house: House, post: Post, library: str) -> None:
    await subscribe(house, "cao.zhiyuan", "archive")
    await post.edge.set(mailbox("archive"), "not a stream")
    await post.comes(published(uuid4()))
    assert len(await post.in_mailbox("library")) == 1


async def test_only_what_was_acknowledged_in_the_main_group_counts_as_confirmed(
    house: House, post: Post, library: str
) -> None:
    documents = [uuid4() for _ in range(4)]
    for document in documents:
        await post.comes(published(document))
    await post.observe()
    assert await post.confirmed("library") == []
    await post.edge.xgroup_create(mailbox("library"), "other", id="0")
    await post.edge.xreadgroup("other", "x", {mailbox("library"): ">"})
    await post.edge.xack(mailbox("library"), "other", "1-1", "1-2")
    await post.observe()
    assert await post.confirmed("library") == []
    entries = await post.reads("library", 3)
    await post.acknowledges("library", entries[0], entries[2])
    await post.observe()
    await post.observe()
    assert await post.confirmed("library") == [1, 3]
    board = await house.ask("peng.bo", "GET", "notify", f"/deliveries/{documents[1]}")
    [delivery] = board.json()["deliveries"]
    assert delivery["received_at"]
    assert delivery["confirmed_at"] is None
    await house.settle()
    facts = await house.facts("notify", DeliveryConfirmed)
    assert {fact["document_id"] for fact in facts} == {str(documents[0]), str(documents[2])}
    assert len(facts) == 2


async def test_what_was_trimmed_unread_is_not_taken_for_confirmed(post: Post, library: str) -> None:
    """A department that lags behind what a mailbox keeps must not be shown as having had it all."""
    post.boxes.keep = 10
    post.boxes.batch = 100
    document, read = uuid4(), 0
    news = [fields(event(published(document, n), n)) for n in range(1, 302)]
    await post.consumer.consume([(b"%d-0" % n, one) for n, one in enumerate(news, 1)])
    while read < 301:
        await post.carry()
        assert await post.edge.xlen(mailbox("library")) <= 130, "and a mailbox does not grow without end"
        entries = await post.reads("library", 1000)
        await post.acknowledges("library", *entries)
        await post.observe()
        read += len(entries)
        assert len(await post.confirmed("library")) == read


async def test_confirming_by_http_is_the_same(house: House, post: Post, library: str) -> None:
    document = uuid4()
    await post.comes(published(document))
    where = "/departments/library/deliveries/{}/confirmation"
    assert (await house.ask("peng.bo", "PUT", "notify", where.format(2))).status_code == 404
    assert (await house.ask("peng.bo", "PUT", "notify", where.format(2**70))).status_code in (404, 422)
    assert (await house.ask("cao.zhiyuan", "PUT", "notify", where.format(1))).status_code == 403
    for _ in range(2):
        assert (await house.ask("peng.bo", "PUT", "notify", where.format(1))).status_code == 204
    assert await post.confirmed("library") == [1]
    await house.settle()
    assert len(await house.facts("notify", DeliveryConfirmed)) == 1


async def test_a_recall_is_complete_when_all_who_had_it_confirmed(
    house: House, post: Post, library: str
) -> None:
    await subscribe(house, "cao.zhiyuan", "archive")
    document = uuid4()
    await post.comes(published(document))
    await post.comes(withdrawn(document), 2)

    async def recalled() -> Any:
        return (await house.ask("peng.bo", "GET", "notify", f"/deliveries/{document}")).json()["recalled"]

    assert await recalled() is False
    for department in ("library", "archive"):
        assert await recalled() is False
        await post.acknowledges(department, *await post.reads(department))
        await post.observe()
    assert await recalled() is True


async def test_a_replay_sends_again_and_yields_tombstones_for_what_was_withdrawn(
    house: House, post: Post, library: str
) -> None:
    kept, gone = uuid4(), uuid4()
    await post.comes(published(kept))
    await post.comes(published(gone))
    await post.comes(withdrawn(gone), 2)
    before = await post.edge.xrange(mailbox("library"))
    answer = await house.ask("peng.bo", "POST", "notify", "/departments/library/replay", json={})
    assert answer.json() == {"sent": 2, "last": 3}
    await post.carry()
    again = (await post.edge.xrange(mailbox("library")))[len(before) :]
    assert [fields[b"type"].decode().split(".")[-2] for _, fields in again] == ["published", "withdrawn"]
    assert again[0][1][b"id"] == before[0][1][b"id"], "the same event, so that a receiver knows it"
    assert again[1][1][b"id"] == before[2][1][b"id"]


@pytest.mark.parametrize("wrong", [{"after": -1}, {"limit": 10**9}, {"x": 1}])
async def test_a_replay_that_makes_no_sense_is_refused(house: House, wrong: dict[str, Any]) -> None:
    answer = await house.ask("peng.bo", "POST", "notify", "/departments/library/replay", json=wrong)
    assert answer.status_code == 422, answer.text


async def test_nobody_subscribes_or_replays_for_another_department(house: House) -> None:
    asked = {"department": "archive"}
    assert (await house.ask("peng.bo", "POST", "notify", "/subscriptions", json=asked)).status_code == 403
    replay = await house.ask("peng.bo", "POST", "notify", "/departments/archive/replay", json={})
    assert replay.status_code == 403
    issue = "/departments/library/mailbox/passwords"
    assert (await house.ask("song.jia", "POST", "notify", issue)).status_code == 403
    assert (await house.ask("cao.zhiyuan", "POST", "notify", issue)).status_code == 403


async def key_of(house: House, officer: str = "peng.bo", department: str = "library") -> Redis:
    issued = await house.ask(officer, "POST", "notify", f"/departments/{department}/mailbox/passwords")
    assert issued.status_code == 201, issued.text
    return Redis.from_url(issued.json()["url"])


@pytest.fixture
async def reader(house: House, post: Post, library: str) -> Any:
    """The library's own client on the edge, with one entry to read."""
    await subscribe(house, "cao.zhiyuan", "archive")
    client = await key_of(house)
    await post.comes(published(uuid4()))
    yield client
    await client.aclose()


async def test_a_department_reads_and_acknowledges_its_own_mailbox(post: Post, reader: Redis) -> None:
    found: Any = await reader.xreadgroup("main", "desk", {mailbox("library"): ">"})
    assert await reader.xack(mailbox("library"), "main", found[0][1][0][0]) == 1
    await post.observe()
    assert await post.confirmed("library") == [1]


FORBIDDEN = [
    ("XREADGROUP", "GROUP", "main", "x", "STREAMS", mailbox("archive"), ">"),
    ("XREADGROUP", "NOACK", "GROUP", "main", "STREAMS", "STREAMS", mailbox("archive"), ">"),
    ("XRANGE", mailbox("archive"), "-", "+"),
    ("XREAD", "STREAMS", mailbox("library"), mailbox("archive"), "0", "0"),
    ("XACK", mailbox("archive"), "main", "1-1"),
    ("XAUTOCLAIM", mailbox("archive"), "main", "x", "0", "0"),
    ("XADD", mailbox("library"), "*", "a", "b"),
    ("XDEL", mailbox("library"), "1-1"),
    ("XTRIM", mailbox("library"), "MAXLEN", "0"),
    ("XGROUP", "DESTROY", mailbox("library"), "main"),
    ("XGROUP", "SETID", mailbox("library"), "main", "$"),
    ("XGROUP", "CREATE", mailbox("archive"), "mine", "0"),
    ("DEL", mailbox("library")),
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("EVAL", "return 1", "0"),
    ("CONFIG", "GET", "*"),
    ("CLIENT", "LIST"),
    ("CLIENT", "KILL", "USER", "default"),
    ("ACL", "WHOAMI"),
    ("SELECT", "1"),
    ("PUBLISH", "x", "y"),
    ("MONITOR",),
    ("FLUSHALL",),
]


async def test_a_department_can_do_nothing_else(reader: Redis) -> None:
    done = []
    for command in FORBIDDEN:
        try:
            done.append((command, await reader.execute_command(*command)))
        except NoPermissionError:
            continue
    assert done == []


async def test_two_passwords_are_valid_while_one_is_replaced_and_the_third_ends_the_first(
    house: House, library: str
) -> None:
    keys = [await key_of(house) for _ in range(2)]
    assert await keys[0].ping()
    assert await keys[1].ping()
    keys.append(await key_of(house))
    with pytest.raises((AuthenticationError, ConnectionError)):
        await keys[0].ping()
    for key in keys[1:]:
        await key.aclose()
        assert await key.ping()
    for key in keys:
        await key.aclose()


async def test_revoking_cuts_the_connection_at_once(house: House, reader: Redis) -> None:
    assert await reader.ping()
    answer = await house.ask("peng.bo", "DELETE", "notify", "/departments/library/mailbox/passwords")
    assert answer.status_code == 204
    with pytest.raises((AuthenticationError, ConnectionError)):
        await reader.ping()


async def test_accounts_come_back_after_the_edge_lost_them_and_revoked_ones_do_not(
    house: House, post: Post, edge: Redis, reader: Redis
) -> None:
    other = await key_of(house, "cao.zhiyuan", "archive")
    await house.ask("cao.zhiyuan", "DELETE", "notify", "/departments/archive/mailbox/passwords")
    await edge.execute_command("ACL", "DELUSER", "dept-library")
    await edge.execute_command("ACL", "SETUSER", "dept-archive", "on", "nopass", "~*", "+@all")
    with pytest.raises((AuthenticationError, ConnectionError)):
        await reader.ping()
    started_anew = Mailboxes(house.databases["notify"], edge, batch=100, keep=1000)
    while await started_anew.carry():
        pass
    assert await reader.ping()
    with pytest.raises((AuthenticationError, ConnectionError)):
        await other.ping()
    await other.aclose()
