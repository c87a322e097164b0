"""A producer, its stream and a consumer, moved step by step so that a test says when what happens."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared import backoff, groups, progress, retries
from shared.append import Moved
from shared.consumer import Consumer, Hearing
from shared.contracts import Event, Fact
from shared.db import Database, Transaction
from shared.letters import Fields
from shared.relay import Relay
from tests.builders import Noted, Recalled

KEY = "gongkai:intake:t1"
Entries = list[tuple[bytes, Fields]]

WRITE = "INSERT INTO effect (event_id, subject, sequence, word) VALUES (:id, :subject, :sequence, :word)"


class Displeased(Exception):
    """The handler does not like this word."""


async def note(unit: Transaction, events: Sequence[Event[Any]]) -> None:
    """The effect: a row for each event; some words are more than it can bear."""
    for event in events:
        of = {"id": event.id, "subject": event.subject, "sequence": event.sequence, "word": event.data.word}
        await unit.run(WRITE, of)
        if event.data.word == "bad":
            raise Displeased
        if event.data.word == "wrong for the driver":
            await unit.run(WRITE, {**of, "word": "a\0b"})
        if event.data.word == "wrong in SQL":
            await unit.run("SELECT 1 / 0")


HEARS: dict[type[Fact], Hearing] = {Noted: Hearing(note), Recalled: Hearing(note, urgent=True)}


@dataclass
class Stage:
    """Intake announces, review hears."""

    producer: Database
    hearer: Database
    client: Redis
    relay: Relay
    consumer: Consumer
    connect: Callable[[str], Database]
    key: str = KEY
    read_so_far: list[bytes] = field(default_factory=list)

    async def announce(self, *facts: Fact) -> None:
        """Each fact in a transaction of its own."""
        for fact in facts:
            async with self.producer.transaction() as unit:
                unit.announce(fact)

    async def carry(self, relay: Relay | None = None) -> int:
        """Everything that is to be carried, as the relay's own loop does it."""
        relay, carried = relay or self.relay, 0
        for _ in range(1000):
            try:
                if not (count := await relay.carry()):
                    return carried
                carried += count
            except Moved:
                relay.top = None
        raise AssertionError("the relay comes to no end")

    async def on_stream(self) -> Entries:
        return cast(Entries, await self.client.xrange(self.key))

    async def words(self) -> list[str]:
        """What the data of the stream's entries say."""
        return [
            fields[b"data"].partition(b'"word":"')[2][:-2].decode() for _, fields in await self.on_stream()
        ]

    async def read(self, count: int = 1000, name: str = "desk") -> Entries:
        """What the consumer's group has not been given yet."""
        found = cast(Any, await self.client.xreadgroup("review", name, {self.key: ">"}, count=count))
        return cast(Entries, found[0][1]) if found else []

    async def consume(self) -> None:
        """Read, handle, acknowledge, until nothing is left."""
        while entries := await self.read():
            await self.consumer.consume(entries)
            await self.acknowledge(entries)

    async def acknowledge(self, entries: Entries) -> None:
        await self.client.xack(self.key, "review", *[entry_id for entry_id, _ in entries])

    async def retry(self) -> None:
        """Until nothing is due."""
        while await retries.retry(self.consumer):
            pass

    async def effects(self, subject: UUID | None = None) -> list[str]:
        """What was done, in the order in which it was done."""
        async with self.hearer.transaction() as unit:
            rows = await unit.run(
                "SELECT word FROM effect WHERE :all OR subject = :subject ORDER BY no",
                {"all": subject is None, "subject": str(subject)},
            )
            return [row.word for row in rows]

    async def statuses(self) -> list[str]:
        """Of the rows of the inbox, by position."""
        return [row.status for row in await self.inbox()]

    async def inbox(self) -> Sequence[Any]:
        async with self.hearer.transaction() as unit:
            return (await unit.run("SELECT * FROM inbox ORDER BY position, first_seen")).all()

    async def pending(self) -> int:
        try:
            return int((await self.client.xpending(self.key, "review"))["pending"])
        except ResponseError:
            return 0


@pytest.fixture
async def stage(database: Callable[[str], Database], broker: Redis) -> Stage:
    producer, hearer = database("intake"), database("review")
    await progress.register(hearer, "review", "intake")
    await groups.ensure(broker, KEY, ["review"])
    relay = Relay(producer, broker, "intake", KEY, batch=100)
    consumer = Consumer(hearer, "review", "intake", KEY, HEARS, timeout=2)
    return Stage(producer, hearer, broker, relay, consumer, database)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two further attempts, without a wait."""
    monkeypatch.setattr(backoff, "SCHEDULE", (timedelta(microseconds=1),) * 2)


Work = Callable[[], Awaitable[Any]]
