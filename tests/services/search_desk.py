"""What the tests of search share: a text, a look at the index, a door, patience."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from gongkai.processes import Process
from services.search.app import api as search_api
from services.search.copies import Copy
from services.search.questions import understood
from tests.services.conftest import House, in_process

TEXT = "为深化“放管服”改革，档案馆自下月起调整开放时间，请预约。"


async def found(copy: Copy, words: str) -> set[str]:
    while await copy.follow():
        continue
    return {str(entry.document_id) for entry in (await copy.search(understood(words))).hits}


async def until(what: Callable[[], Any], seconds: float = 40.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while not await what():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def ready(process: Process) -> bool:
    return await asyncio.to_thread(process.ready)


@asynccontextmanager
async def door(_house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Search's API with its own index, as it runs."""
    app: Any = search_api()
    async with app.router.lifespan_context(app), in_process(app) as client:
        await until(lambda: _answers(client))
        yield client


async def _answers(client: httpx.AsyncClient) -> bool:
    return (await client.get("/search")).status_code == 200
