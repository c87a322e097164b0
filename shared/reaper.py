"""Takes over what a killed consumer left unacknowledged, and ends what kills its consumer every time."""

from typing import Any, cast

import structlog
from redis.asyncio import Redis

from . import inbox
from .consumer import Consumer
from .crash import crashpoint
from .letters import Fields, Letter, Status

log = structlog.get_logger()

MAX_DELIVERIES = 5
"""An entry delivered so often without ever reaching the inbox kills the process that handles it."""

FORGET_AFTER_MS = 3_600_000
"""A consumer's name that has nothing pending and was not heard of for so long is removed."""

BATCH = 100


async def reap(client: Redis, consumer: Consumer, me: str, idle: float) -> int:
    """Deal with one batch of abandoned entries; how many there were."""
    # While the database is away each claim would count as if the entry had killed somebody.
    await consumer.database.answers()
    idle_ms = int(idle * 1000)
    rows = cast(
        list[dict[str, Any]],
        await client.xpending_range(consumer.key, consumer.name, min="-", max="+", count=BATCH, idle=idle_ms),
    )
    once = [row["message_id"] for row in rows if row["times_delivered"] == 1]
    if once:
        await _take_over(client, consumer, me, idle_ms, once)
    # What was taken over before and is here again may kill its process: alone, it cannot take others along.
    for row in rows:
        if row["times_delivered"] >= MAX_DELIVERIES:
            await _bury(client, consumer, me, idle_ms, row["message_id"])
        elif row["times_delivered"] > 1:
            await _take_over(client, consumer, me, idle_ms, [row["message_id"]])
    return len(rows)


async def _take_over(client: Redis, consumer: Consumer, me: str, idle_ms: int, ids: list[bytes]) -> None:
    entries = await _claim(client, consumer, me, idle_ms, ids)
    if entries:
        crashpoint("reaper.claimed")
        log.info("reaper.took-over", consumer=consumer.name, stream=consumer.stream, entries=len(entries))
        await consumer.consume([(entry_id, fields) for entry_id, fields in entries if fields])
        crashpoint("reaper.before-acknowledging")
        await client.xack(consumer.key, consumer.name, *[entry_id for entry_id, _ in entries])


async def _bury(client: Redis, consumer: Consumer, me: str, idle_ms: int, entry: bytes) -> None:
    letters = [
        _dead(consumer.open(entry_id, fields))
        for entry_id, fields in await _claim(client, consumer, me, idle_ms, [entry])
        if fields
    ]
    async with consumer.database.transaction() as unit:
        mine = await inbox.unsettled(unit, consumer.name, letters)
        await inbox.record(unit, consumer.name, consumer.stream, mine)
    await client.xack(consumer.key, consumer.name, entry)


def _dead(letter: Letter) -> Letter:
    letter.status = Status.DEAD
    letter.attempts = MAX_DELIVERIES
    letter.error = "It kills the process that handles it."
    return letter


async def _claim(
    client: Redis, consumer: Consumer, me: str, idle_ms: int, ids: list[bytes]
) -> list[tuple[bytes, Fields]]:
    """What is still abandoned is ours now; an entry without fields was trimmed: all had seen it."""
    taken = await client.xclaim(consumer.key, consumer.name, me, idle_ms, cast(list[Any], ids))
    return cast(list[tuple[bytes, Fields]], taken)


async def forget_the_dead(client: Redis, consumer: Consumer) -> None:
    """Remove names of processes long gone; one with something pending stays, or that would be lost."""
    for row in await client.xinfo_consumers(consumer.key, consumer.name):
        if row["pending"] == 0 and row["idle"] > FORGET_AFTER_MS:
            await client.xgroup_delconsumer(consumer.key, consumer.name, row["name"])
