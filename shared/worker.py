"""One service's worker: hears its streams, carries its announcements, mends what a crash left behind."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from redis.asyncio import Redis
from starlette.applications import Starlette

from . import groups, health, metrics, progress, reaper, retries, streams, timeline
from .consumer import Consumer, Hearing
from .contracts import Fact
from .db import Database
from .letters import Fields
from .loops import end_if_cancelled, every
from .relay import Relay
from .settings import Settings

log = structlog.get_logger()

SILENT_TOO_LONG = 15.0
"""A relay that has not finished a round for so long cannot reach the database or the broker."""

Loop = Callable[[], Coroutine[Any, Any, None]]


class TimelineMoved(Exception):
    """The database began another timeline."""


@dataclass
class Worker:
    """What runs in the process; `hears` is the service's table of events, by stream."""

    settings: Settings
    service: str
    database: Database
    hears: Mapping[str, Mapping[type[Fact], Hearing]]
    loops: Sequence[Loop] = ()
    checks: dict[str, health.Check] = field(default_factory=dict)
    rest: float = 0.0
    """Seconds between two readings: what only keeps books reads seldom and much, and costs a fraction."""

    def app(self, beside: Starlette | None = None) -> Starlette:
        """The process as an ASGI application: its lifespan is the work, its routes the health.

        `beside` is the service's API, when one process does both.
        """
        self.checks |= {"database": self.database.answers, "relay": _not_yet, "subscribers": _not_yet}
        app = beside or Starlette()
        app.router.lifespan_context = self._lifespan
        app.router.routes.extend(health.routes(self.checks))
        return app

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002 Starlette's signature.
        work = asyncio.create_task(self._work())
        yield
        while not work.done():  # Once may not do: an error from a broken connection can hide it.
            work.cancel()
            await asyncio.wait([work], timeout=5.0)
        await self.database.close()

    async def _work(self) -> None:
        """Begin as soon as the servers are there; begin again should anything unforeseen end it."""
        while True:
            try:
                await self._begin()
            except asyncio.CancelledError:
                raise
            except Exception as trouble:
                self.checks |= {"relay": _not_yet, "subscribers": _not_yet}
                log.warning("worker.begins-again", error=repr(trouble)[:300])
                await asyncio.sleep(1.0)

    async def _begin(self) -> None:
        now = await timeline.current(self.database)
        client = streams.client(self.settings.broker_url)
        consumers = [
            Consumer(
                self.database,
                self.service,
                stream,
                timeline.key(stream, now),
                table,
                timeout=self.settings.handler_timeout,
            )
            for stream, table in self.hears.items()
        ]
        for consumer in consumers:
            await progress.register(self.database, self.service, consumer.stream)
            await groups.ensure(client, consumer.key, [self.service])
        relay = Relay(
            self.database,
            client,
            self.service,
            timeline.key(self.service, now),
            batch=self.settings.relay_batch,
        )
        self.database.on_announced = relay.bell.ring
        self.checks["relay"] = partial(_relay_runs, relay)
        try:
            async with asyncio.TaskGroup() as tasks:
                for loop in self._loops(client, relay, consumers, now):
                    tasks.create_task(loop)
                tasks.create_task(self._listen(consumers))
        finally:
            await client.aclose()

    def _loops(
        self, client: Redis, relay: Relay, consumers: Sequence[Consumer], now: int
    ) -> Sequence[Coroutine[Any, Any, None]]:
        settings, me = self.settings, streams.consumer_name()
        loops: list[Coroutine[Any, Any, None]] = [
            relay.run(settings.relay_idle, settings.watch_every),
            every(60, partial(relay.trim, settings.keep_entries), "trim"),
            self._while_timeline_is(now),
            *(loop() for loop in self.loops),
        ]
        for consumer in consumers:
            reap = partial(reaper.reap, client, consumer, me, settings.reclaim_idle)
            loops += [
                every(settings.retry_every, partial(retries.retry, consumer), "retry"),
                every(settings.reclaim_every, reap, "reap"),
                every(600, partial(reaper.forget_the_dead, client, consumer), "forget"),
                every(5, partial(self._note_progress, consumer), "progress"),
            ]
        return loops

    async def _listen(self, consumers: Sequence[Consumer]) -> None:
        """Subscribe through FastStream; a subscriber that gave up, its group being gone, is started again."""
        broker = streams.broker(self.settings.broker_url)
        subscribers = [
            streams.subscribe(
                broker, consumer.key, self.service, self.settings, partial(self._consume, consumer)
            )
            for consumer in consumers
        ]
        self.checks["subscribers"] = partial(_subscribers_read, subscribers)
        try:
            await broker.start()
            while True:
                end_if_cancelled()
                await asyncio.sleep(self.settings.watch_every)
                for consumer, subscriber in zip(consumers, subscribers, strict=True):
                    if not subscriber.running:
                        await self._listen_again(consumer, subscriber)
        finally:
            await broker.stop()

    async def _consume(self, consumer: Consumer, entries: Sequence[tuple[bytes, Fields]]) -> None:
        await consumer.consume(entries)
        await asyncio.sleep(self.rest)

    async def _listen_again(self, consumer: Consumer, subscriber: StreamBatchSubscriber) -> None:
        client = streams.client(self.settings.broker_url)
        try:
            await groups.ensure(client, consumer.key, [self.service])
            await streams.from_the_beginning(subscriber).start()
            log.info("worker.listens-again", stream=consumer.stream)
        except Exception as trouble:
            log.warning("worker.cannot-listen", stream=consumer.stream, error=repr(trouble)[:200])
        finally:
            await client.aclose()

    async def _note_progress(self, consumer: Consumer) -> None:
        low_water = await progress.advance(self.database, consumer.name, consumer.stream)
        metrics.LOW_WATER.labels(consumer.name, consumer.stream).set(low_water)

    async def _while_timeline_is(self, number: int) -> None:
        """After a restore the streams have other names: begin again with those."""
        while await timeline.current(self.database) == number:
            await asyncio.sleep(2)
        raise TimelineMoved


async def _not_yet() -> str:
    return "not begun"


async def _relay_runs(relay: Relay) -> str:
    silent = time.monotonic() - relay.ran_at
    return str(relay.fenced or (f"has not run for {silent:.0f} s" if silent > SILENT_TOO_LONG else ""))


async def _subscribers_read(subscribers: Sequence[StreamBatchSubscriber]) -> str:
    # All of its tasks: one that failed stays in the list when the framework begins another in its place.
    still = [s.stream_sub.name for s in subscribers if not s.running or all(t.done() for t in s.tasks)]
    return f"not reading: {', '.join(still)}" if still else ""
