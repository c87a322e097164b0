"""From the outbox to the stream: what is committed, in the order of the commits, and nothing else."""

import asyncio
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from shared import outbox, progress, timeline
from shared.append import EMPTY, Entry, Moved, Top, append, script, top_of
from shared.db import Transaction
from shared.groups import ensure
from shared.relay import Relay
from shared.sequencer import sequence
from shared.timeline import BrokerAhead
from tests.builders import noted

from .conftest import Stage


class Abandoned(Exception):
    """The transaction is given up."""


async def test_an_announcement_is_on_the_stream_only_if_its_transaction_committed(stage: Stage) -> None:
    with pytest.raises(Abandoned):  # noqa: PT012 the block is what is tested.
        async with stage.producer.transaction() as unit:
            unit.announce(noted(uuid4(), "abandoned"))
            raise Abandoned
    async with stage.producer.transaction() as unit:
        unit.announce(noted(uuid4(), "kept"))
        await stage.carry()
        assert await stage.words() == []
    await stage.carry()
    assert await stage.words() == ["kept"]


async def test_a_part_that_failed_alone_announces_nothing(stage: Stage) -> None:
    async with stage.producer.transaction() as unit:
        unit.announce(noted(uuid4(), "before"))
        with pytest.raises(Abandoned):  # noqa: PT012 the same.
            async with unit.attempt():
                unit.announce(noted(uuid4(), "within"))
                raise Abandoned
        unit.announce(noted(uuid4(), "after"))
    await stage.carry()
    assert await stage.words() == ["before", "after"]


async def test_what_commits_late_is_not_stepped_over(stage: Stage) -> None:
    """The first transaction draws the lower outbox id and commits last."""
    async with stage.producer.engine.begin() as connection:
        await outbox.write(Transaction(connection), stage.producer.source, [noted(uuid4(), "slow")])
        await stage.announce(noted(uuid4(), "fast"))
        await stage.carry()
        assert await stage.words() == ["fast"]
    await stage.carry()
    assert await stage.words() == ["fast", "slow"]


async def test_the_events_of_one_document_come_in_the_order_of_their_commits(stage: Stage) -> None:
    document = uuid4()

    async def announce(word: str) -> None:
        async with stage.producer.transaction() as unit:
            unit.announce(noted(document, word))

    await asyncio.gather(*(announce(str(n)) for n in range(30)))
    await stage.carry()
    entries = await stage.on_stream()
    assert [int(fields[b"sequence"]) for _, fields in entries] == list(range(1, 31))
    assert sorted(await stage.words(), key=int) == [str(n) for n in range(30)]


async def test_several_sequencers_at_once_give_dense_positions(stage: Stage) -> None:
    others = [stage.connect("intake") for _ in range(3)]
    writing = [stage.announce(*(noted(uuid4()) for _ in range(10))) for _ in range(5)]
    numbering = [sequence(one, 7) for one in [stage.producer, *others] for _ in range(5)]
    await asyncio.gather(*writing, *numbering)
    while await sequence(stage.producer, 7):
        pass
    async with stage.producer.transaction() as unit:
        positions = [row.position for row in await unit.run("SELECT position FROM outbox ORDER BY position")]
        head = (await unit.run("SELECT position FROM head")).scalar()
    assert positions == list(range(1, 51))
    assert head == 50


async def test_two_relays_at_once_append_everything_once(stage: Stage, broker: Redis) -> None:
    other = Relay(stage.connect("intake"), broker, "intake", stage.key, batch=3)
    stage.relay.batch = 3
    words = [str(n) for n in range(60)]
    await stage.announce(*(noted(uuid4(), word) for word in words))
    await asyncio.gather(stage.carry(), stage.carry(other))
    assert await stage.words() == words
    assert [entry_id for entry_id, _ in await stage.on_stream()] == [b"%d-0" % n for n in range(1, 61)]


def entries(*positions: int) -> list[Entry]:
    return [Entry(Top(position), {"data": b"{}"}) for position in positions]


async def test_an_append_with_a_wrong_expectation_appends_nothing(broker: Redis) -> None:
    compare = script(broker)
    await append(compare, "s", EMPTY, entries(1, 2))
    for wrong in (EMPTY, Top(1), Top(3), Top(2, 1)):
        with pytest.raises(Moved) as moved:
            await append(compare, "s", wrong, entries(4))
        assert moved.value.top == Top(2)
    assert await broker.xlen("s") == 2
    assert await append(compare, "s", Top(2), entries(3)) == Top(3)


async def test_a_loss_between_the_look_and_the_append_leaves_no_hole(broker: Redis) -> None:
    """`XADD 3-0` alone would succeed on the emptied stream, and 1 and 2 could never be added again."""
    compare = script(broker)
    await append(compare, "s", EMPTY, entries(1, 2))
    seen = await top_of(broker, "s")
    await broker.flushall()
    with pytest.raises(Moved) as moved:
        await append(compare, "s", seen, entries(3))
    assert moved.value.top == EMPTY
    assert not await broker.exists("s")


async def test_large_batches_go_in_portions_and_in_order(
    broker: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.append.MAX_BYTES", 5_000)
    large = [Entry(Top(n), {"data": b"x" * 1_200}) for n in range(1, 31)]
    calls = 0
    compare = script(broker)

    class Counted:
        async def __call__(self, keys: list[str], args: list[str | bytes]) -> bytes:
            nonlocal calls
            calls += 1
            return bytes(await compare(keys=keys, args=args))

    assert await append(Counted(), "s", EMPTY, large) == Top(30)  # type: ignore[arg-type]
    assert await broker.xlen("s") == 30
    assert 7 <= calls <= 10


@pytest.fixture
async def full(stage: Stage) -> Stage:
    """Twelve announcements, carried; the consumer has seen five."""
    await stage.announce(*(noted(uuid4(), str(n)) for n in range(1, 13)))
    await stage.carry()
    seen = await stage.read(5)
    await stage.consumer.consume(seen)
    await stage.acknowledge(seen)
    await progress.advance(stage.hearer, "review", "intake")
    return stage


async def group_names(stage: Stage) -> list[bytes]:
    return [group["name"] for group in await stage.client.xinfo_groups(stage.key)]


async def test_after_flushall_the_relay_refills_what_somebody_has_not_seen(full: Stage) -> None:
    await full.client.flushall()
    await full.relay.look()
    await full.carry()
    assert await full.words() == [str(n) for n in range(6, 13)]
    assert await group_names(full) == [b"review"]
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)]


async def test_a_loss_is_also_seen_when_the_next_announcement_is_carried(full: Stage) -> None:
    await full.client.flushall()
    await full.announce(noted(uuid4(), "13"))
    await full.carry()
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 14)]


async def test_after_del_of_the_stream_it_is_refilled_and_its_group_begins_at_zero(full: Stage) -> None:
    await full.client.delete(full.key)
    await full.relay.look()
    [group] = await full.client.xinfo_groups(full.key)
    assert group["last-delivered-id"] == b"0-0"
    await full.carry()
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)]


async def test_a_lost_tail_is_appended_again(full: Stage) -> None:
    """As after the start of a replica that lagged behind: the stream ends earlier, its groups with it."""
    await full.consume()
    old = (await full.on_stream())[:8]
    await full.client.delete(full.key)
    for entry_id, fields in old:
        await full.client.xadd(full.key, dict(fields), id=entry_id)
    await full.relay.look()
    await full.carry()
    assert [entry_id for entry_id, _ in await full.on_stream()] == [b"%d-0" % n for n in range(1, 13)]
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)]


async def test_entries_that_were_cut_off_unseen_come_back(full: Stage) -> None:
    """The stream's last id still says that they were appended."""
    await full.client.xtrim(full.key, maxlen=0, approximate=False)
    await full.relay.look()
    await full.carry()
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)]


async def test_a_destroyed_group_is_put_back_at_the_beginning(full: Stage) -> None:
    await full.client.xgroup_destroy(full.key, "review")
    await full.relay.look()
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)]


async def test_a_group_that_exists_is_left_where_it_stands(full: Stage) -> None:
    await ensure(full.client, full.key, ["review"])
    assert len(await full.read()) == 7


async def test_a_broker_ahead_of_the_database_fences_the_relay(full: Stage) -> None:
    """The database was restored to an earlier time: position 20 was never given."""
    await full.announce(noted(uuid4(), "13"))
    await sequence(full.producer, 100)
    await full.client.xadd(full.key, {"data": b"{}"}, id="20-0")
    running = asyncio.create_task(full.relay.run(0.01, 0.02))
    try:
        async with asyncio.timeout(5):
            while full.relay.fenced is None:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert (full.relay.fenced.top, full.relay.fenced.head) == (20, 13)
        assert await full.client.xlen(full.key) == 13, "nothing may be written while fenced"
        await full.client.delete(full.key)
        async with asyncio.timeout(5):
            while full.relay.fenced is not None:
                await asyncio.sleep(0.01)
    finally:
        running.cancel()


async def test_a_fenced_relay_does_not_carry(full: Stage) -> None:
    await full.client.xadd(full.key, {"data": b"{}"}, id="*")
    await full.announce(noted(uuid4(), "13"))
    full.relay.top = None
    with pytest.raises(BrokerAhead, match="broker at"):
        await full.relay.carry()
    assert await full.client.xlen(full.key) == 13


async def test_a_new_timeline_begins_a_new_stream_and_everything_goes_on(
    full: Stage, database_url: str
) -> None:
    from tests.conftest import owner

    await full.consume()
    owner(database_url, "UPDATE shared.timeline SET number = 2")
    key = timeline.key("intake", await timeline.current(full.hearer))
    assert key == "gongkai:intake:t2"
    full.key = full.consumer.key = key
    full.relay = Relay(full.producer, full.client, "intake", key, batch=100)
    await full.announce(noted(uuid4(), "13"))
    await full.carry()
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 14)]
    assert await full.client.xlen("gongkai:intake:t1") == 12, "the old one stays as evidence"


async def test_a_consumer_that_comes_late_sees_everything(full: Stage) -> None:
    """Also what was trimmed before it came."""
    await full.consume()
    await progress.advance(full.hearer, "review", "intake")
    await full.client.xtrim(full.key, minid="9-0", approximate=False)
    publish = full.connect("publish")
    await progress.register(publish, "publish", "intake")
    await ensure(full.client, full.key, ["publish"])
    await full.relay.look()
    await full.carry()
    found = await full.client.xreadgroup("publish", "desk", {full.key: ">"}, count=100)
    assert [entry_id for entry_id, _ in found[0][1]] == [b"%d-0" % n for n in range(1, 13)]
    await full.consume()
    assert await full.effects() == [str(n) for n in range(1, 13)], "the others take no harm"


async def test_the_low_water_mark_stops_at_the_first_gap(stage: Stage) -> None:
    await stage.announce(*(noted(uuid4()) for _ in range(6)))
    await stage.carry()
    entries = await stage.read()
    await stage.consumer.consume([entries[n] for n in (0, 1, 3, 5)])
    assert await progress.advance(stage.hearer, "review", "intake") == 2
    await stage.consumer.consume([entries[2]])
    assert await progress.advance(stage.hearer, "review", "intake") == 4
    await stage.consumer.consume(entries)
    assert await progress.advance(stage.hearer, "review", "intake") == 6


async def test_trimming_never_removes_what_some_consumer_has_not_seen(full: Stage) -> None:
    await full.consume()
    await progress.advance(full.hearer, "review", "intake")
    slow = full.connect("publish")
    await progress.register(slow, "publish", "intake")
    await full.announce(*(noted(uuid4(), str(n)) for n in range(13, 300)))
    await full.carry()
    await full.consume()
    await progress.advance(full.hearer, "review", "intake")
    await full.relay.trim(0)
    assert (await full.on_stream())[0][0] == b"1-0"
    async with slow.transaction() as unit:
        await unit.run("UPDATE shared.progress SET low_water = 250 WHERE consumer = 'publish'")
    await full.relay.trim(0)
    first = int((await full.on_stream())[0][0].partition(b"-")[0])
    assert 1 < first <= 250, "something was trimmed, and nothing above the mark"
