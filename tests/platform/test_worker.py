"""A service's worker as it runs: FastStream reads, the relay carries, losses mend themselves."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from redis.asyncio import Redis

from gongkai.servers import Servers
from shared.db import Database
from shared.settings import Settings
from shared.worker import Worker
from tests.builders import noted
from tests.conftest import owner

from .conftest import HEARS, Stage

QUICK = {
    "relay_idle": 0.02,
    "watch_every": 0.2,
    "read_block": 0.2,
    "retry_every": 0.1,
    "reclaim_every": 0.2,
    "reclaim_idle": 1.0,
}


async def eventually(what: Callable[[], Awaitable[Any]], seconds: float = 20) -> None:
    """Until it is true."""
    until = time.monotonic() + seconds
    while not await what():
        assert time.monotonic() < until, "not in time"
        await asyncio.sleep(0.05)


@pytest.fixture
async def at_work(
    servers: Servers, database_url: str, database: Callable[[str], Database], broker: Redis, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """Intake's worker relays, review's hears; the client asks review's for its health."""
    urls = {"database_url": database_url, "broker_url": servers.broker_url, "edge_url": servers.edge_url}
    settings = Settings(**urls, data=tmp_path, **QUICK)  # type: ignore[arg-type]
    intake = Worker(settings, "intake", database("intake"), {}).app()
    review = Worker(settings, "review", database("review"), {"intake": HEARS}).app()
    transport = httpx.ASGITransport(app=review)
    async with (
        alive(intake),
        alive(review),
        httpx.AsyncClient(transport=transport, base_url="http://review.test") as client,
    ):
        yield client


@asynccontextmanager
async def alive(app: Any) -> AsyncIterator[None]:
    async with app.router.lifespan_context(app):
        yield


async def until_heard(stage: Stage, words: list[str]) -> None:
    async def heard() -> bool:
        return len(await stage.effects()) >= len(words)

    await eventually(heard)
    assert await stage.effects() == words


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/ready")).status_code == 200


async def test_what_is_announced_is_heard_and_losses_mend_themselves(
    stage: Stage, at_work: httpx.AsyncClient, broker: Redis
) -> None:
    """One story, for the start of a worker is the dearest part of it."""
    await eventually(lambda: is_ready(at_work))
    words: list[str] = []

    async def announce() -> None:
        words.append(str(len(words)))
        await stage.announce(noted(uuid4(), words[-1]))

    await announce()
    await until_heard(stage, words)
    await broker.flushall()
    await announce()
    await until_heard(stage, words)
    await broker.xgroup_destroy(stage.key, "review")
    await announce()
    await until_heard(stage, words)
    await broker.delete(stage.key)
    await announce()
    await until_heard(stage, words)

    async def all_acknowledged() -> bool:
        return await stage.pending() == 0

    await eventually(all_acknowledged)
    await eventually(lambda: is_ready(at_work))


async def test_a_new_timeline_is_followed_without_a_restart(
    stage: Stage, at_work: httpx.AsyncClient, broker: Redis, database_url: str
) -> None:
    await stage.announce(noted(uuid4(), "old"))
    await until_heard(stage, ["old"])
    owner(database_url, "UPDATE shared.timeline SET number = 2")

    async def begun() -> bool:
        return bool(await broker.exists("gongkai:intake:t2"))

    await eventually(begun)
    await stage.announce(noted(uuid4(), "new"))
    await until_heard(stage, ["old", "new"])


async def test_a_fenced_relay_says_so_when_asked_whether_it_is_ready(
    stage: Stage, at_work: httpx.AsyncClient, broker: Redis
) -> None:
    await eventually(lambda: is_ready(at_work))
    await broker.xadd("gongkai:review:t1", {"data": b"{}"}, id="7-0")

    async def fenced() -> bool:
        answer = await at_work.get("/ready")
        return answer.status_code == 503 and "broker at 7" in answer.json()["faults"].get("relay", "")

    await eventually(fenced)
