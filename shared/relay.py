"""From the outbox to the stream, in order, and again after any loss in the broker."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from . import groups, metrics, progress
from .append import EMPTY, Entry, Moved, Top, append, parse, script, top_of
from .bell import Bell
from .crash import crashpoint
from .db import Database
from .loops import end_if_cancelled
from .sequencer import sequence
from .timeline import BrokerAhead

log = structlog.get_logger()

STANDING = """
    SELECT position, EXISTS (SELECT FROM announcement) AS news FROM head
"""

AFTER = """
    SELECT position, event_id, source, type, subject, sequence, time, data FROM outbox
    WHERE position > :after ORDER BY position LIMIT :batch
"""


class Relay:
    """Carries one service's announcements to its stream; several may run, one append at a time succeeds."""

    def __init__(self, database: Database, client: Redis, stream: str, key: str, *, batch: int) -> None:
        self.database = database
        self.client = client
        self.stream = stream
        self.key = key
        self.batch = batch
        self.compare = script(client)
        self.top: Top | None = None
        """Where we believe the stream ends; None when we must look."""
        self.fenced: BrokerAhead | None = None
        self.ran_at = time.monotonic()
        """When a round last went well."""
        self.bell = Bell()
        """Rung when there is something to carry."""

    async def run(self, idle: float, watch_every: float) -> None:
        """Carry for ever; look for losses in the broker every `watch_every` seconds."""
        looked = 0.0
        while True:
            end_if_cancelled()
            try:
                if (now := asyncio.get_running_loop().time()) - looked > watch_every:
                    looked = now
                    await self.look()
                carried = await self.carry()
                self.ran_at = time.monotonic()
                if not carried:
                    await self.bell.rest(idle)
            except BrokerAhead as ahead:
                await self._fence(ahead, watch_every)
            except Moved as moved:
                log.info("relay.moved", stream=self.stream, top=str(moved.top))
                self.top = None
                await asyncio.sleep(idle)
            except (RedisError, SQLAlchemyError, OSError) as trouble:
                log.warning("relay.trouble", stream=self.stream, error=str(trouble)[:300])
                self.top = None
                await asyncio.sleep(0.5)

    async def look(self) -> None:
        """Put the groups in place and see where the stream ends: it may have lost its tail, or everything."""
        readers = await progress.consumers_of(self.database, self.stream)
        await groups.ensure(self.client, self.key, readers)
        crashpoint("relay.grouped")
        self.top = await top_of(self.client, self.key)
        head = (await self._standing()).position
        if self.top.position > head:
            raise BrokerAhead(self.stream, self.top.position, head)
        self.fenced = None
        metrics.HEAD.labels(self.stream).set(head)
        metrics.FENCED.labels(self.stream).set(0)
        if readers and await self._lacks(self.top, min(readers.values()) + 1):
            log.warning("relay.begins-anew", stream=self.stream, wanted=min(readers.values()) + 1)
            await self.client.delete(self.key)
            await groups.ensure(self.client, self.key, readers)
            self.top = EMPTY

    async def _lacks(self, top: Top, wanted: int) -> bool:
        """Whether somebody still wants this position, and the stream has it no more.

        A consumer that comes late wants what was trimmed before it came. Nothing can be put in front of other
        entries: the stream is made anew, and whoever has seen them passes them over.
        """
        if top.position < wanted:
            return False
        first = await self.client.xrange(self.key, count=1)
        return not first or parse(cast(bytes, first[0][0])).position > wanted

    async def carry(self) -> int:
        """Sequence what is new and append the next batch; how many entries."""
        standing = await self._standing()
        rows = await sequence(self.database, self.batch) if standing.news else []
        crashpoint("relay.sequenced")
        if self.top is None:
            await self.look()
        assert self.top is not None
        if self.top.position < (rows[0].position - 1 if rows else standing.position):
            rows = await self._rows(await self._start(self.top))
        if not rows:
            return 0
        crashpoint("relay.before-append")
        self.top = await append(self.compare, self.key, self.top, [_entry(row) for row in rows])
        crashpoint("relay.after-append")
        metrics.RELAYED.labels(self.stream).inc(len(rows))
        return len(rows)

    async def trim(self, keep: int) -> None:
        """Drop entries that every consumer has long seen; the outbox keeps them, and a late one gets them."""
        readers = await progress.consumers_of(self.database, self.stream)
        seen = min(readers.values(), default=self.top.position if self.top else 0)
        if seen > keep:
            await self.client.xtrim(self.key, minid=f"{seen - keep}-0", approximate=True)

    async def _fence(self, ahead: BrokerAhead, pause: float) -> None:
        if self.fenced is None:
            log.critical("relay.fenced", stream=self.stream, top=ahead.top, head=ahead.head)
        self.fenced = ahead
        metrics.FENCED.labels(self.stream).set(1)
        self.top = None
        await asyncio.sleep(pause)

    async def _standing(self) -> Row[Any]:
        """The head, and whether something waits for a position."""
        [standing] = await self.database.look(STANDING)
        return standing

    async def _start(self, top: Top) -> int:
        """An empty stream is rebuilt from what some consumer has not seen, not from the beginning of time."""
        if top != EMPTY:
            return top.position
        readers = await progress.consumers_of(self.database, self.stream)
        return min(readers.values(), default=0)

    async def _rows(self, after: int) -> Sequence[Row[Any]]:
        return await self.database.look(AFTER, {"after": after, "batch": self.batch})


def fields_of(row: Row[Any]) -> dict[str, bytes]:
    """The fields of a stream entry, from a row that holds an event: a CloudEvent, one attribute a field."""
    return {
        "specversion": b"1.0",
        "id": str(row.event_id).encode(),
        "source": row.source.encode(),
        "type": row.type.encode(),
        "subject": row.subject.encode(),
        "time": row.time.isoformat().encode(),
        "sequence": b"%010d" % row.sequence,
        "datacontenttype": b"application/json",
        "data": bytes(row.data),
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(Top(row.position), fields_of(row))
