"""One process at a mailbox: reads through FastStream, and looks after what reading alone leaves behind."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

from faststream.redis import RedisBroker
from redis.asyncio import Redis

from . import reading
from .desk import Desk
from .letters import open_letter

log = logging.getLogger("gongkai_kit")


class Hearing:
    def __init__(
        self, client: Redis, key: str, desk: Desk, *, waits: Sequence[float], reclaim_idle: float, batch: int
    ) -> None:
        self.client = client
        self.key = key
        self.desk = desk
        self.waits = waits
        self.reclaim_idle = reclaim_idle
        self.batch = batch
        self.consumer = reading.consumer_name()
        # Alone over a lasting store, whatever is pending was left by a process that has ended.
        self._idle = 0.0 if desk.store.lasts else reclaim_idle
        self._next_sweep = 0.0
        self._turn = asyncio.Lock()

    async def go_on(self, broker: RedisBroker) -> None:
        """Until closing time, whatever happens to the edge meanwhile."""
        subscriber = reading.subscribe(broker, self.key, self.consumer, self.batch, self.consume)
        log.info("hearing %s as %s", self.key, self.consumer)
        while not self.desk.closing.is_set():
            try:
                if not reading.reads(subscriber):
                    await reading.begin(self.client, self.key, subscriber)
                await self.try_what_is_asked()
                await self.sweep_when_due()
            except Exception as trouble:
                log.warning("%s cannot be read now: %r", self.key, trouble)
            await self.desk.pause(1.0)

    async def consume(self, entries: reading.Entries) -> None:
        """What is new."""
        async with self._turn:
            await self._deal(entries, self.waits)

    async def try_what_is_asked(self) -> None:
        """Failed events that somebody asked to have tried again."""
        for entry in self.desk.store.take_asked():
            async with self._turn:
                entries: Any = await self.client.xrange(self.key, entry, entry)
                if not entries:
                    self.desk.store.forget_failure(entry)
                await self._deal(entries)

    async def sweep_when_due(self) -> None:
        if time.monotonic() >= self._next_sweep:
            await self._sweep()
            self._idle = self.reclaim_idle
            self._next_sweep = time.monotonic() + max(1.0, self.reclaim_idle / 10)

    async def _sweep(self) -> None:
        """Take what nobody dealt with for so long: it failed before, or a killed process left it."""
        cursor: Any = "0-0"
        while cursor != b"0-0" and not self.desk.closing.is_set():
            async with self._turn:
                cursor, entries, *_ = await self.client.xautoclaim(
                    self.key,
                    reading.GROUP,
                    self.consumer,
                    int(self._idle * 1000),
                    start_id=cursor,
                    count=self.batch,
                )
                await self._deal(entries)

    async def _deal(self, entries: reading.Entries, waits: Sequence[float] = ()) -> None:
        letters = [open_letter(entry, fields, self.desk.heard) for entry, fields in entries]
        await self.desk.deal(letters, self._acknowledge, waits)

    async def _acknowledge(self, entries: Sequence[str]) -> None:
        await self.client.xack(self.key, reading.GROUP, *entries)
