"""How long what was withdrawn can still be found: from the event's commit to the first answer without it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import httpx

from gongkai.processes import Process, Processes, free_ports
from gongkai.up import environment
from services.search.entries import Found, keep
from services.search.index import Entry
from shared import db
from shared.clock import now
from shared.contracts import DocumentWithdrawn, WithdrawalKind, WithdrawalReason

from .figures import percentile
from .fts5 import batched
from .papers import papers
from .stage import Stage, stage

Say = Callable[[str], None]

RECORD = 20_000
"""Documents in the index meanwhile."""

EVERY = 0.1
LOOK = 0.03
READERS = 2
WORDS = ("通知", "养老保险", "管理", "办法 -通知", "〔2020〕15号")


def measure(count: int, say: Say) -> dict[str, Any]:
    """So many withdrawals, on real servers with search's own processes, while others search."""
    with stage(["search"], ["publish"]) as on:
        [port] = free_ports(1)
        told = environment(on.data, on.servers)
        api = Processes([Process("search", "api", port, on.data / "logs" / "search-api.log", told)])
        try:
            return asyncio.run(_measure(on, api, count, say))
        finally:
            api.stop()


async def _measure(on: Stage, api: Processes, count: int, say: Say) -> dict[str, Any]:
    entries = list(papers(RECORD, seed=7))
    await _record(on, entries)
    for processes in (on.processes, api):
        processes.start()
        await asyncio.to_thread(processes.wait_until_ready)
    publish = db.connect(on.servers.database_url, "publish", "urn:gongkai:bench:publish")
    async with httpx.AsyncClient(base_url=api.all[0].url) as client:
        readers = [asyncio.create_task(_read(client)) for _ in range(READERS)]
        took = await _withdraw(publish, client, entries[:count])
        for reader in readers:
            reader.cancel()
    await publish.close()
    figures = {f"withdrawal_p{n}_ms": round(1000 * percentile(took, n / 100)) for n in (50, 99)}
    say(f"{count} withdrawals out of {RECORD:,} documents: {figures}")
    return {"withdrawals": count, **figures}


async def _record(on: Stage, entries: Sequence[Entry]) -> None:
    """As the worker would have kept them."""
    search = db.connect(on.servers.database_url, "search", "urn:gongkai:bench:search")
    for some in batched(entries, 1000):
        async with search.transaction() as unit:
            await keep(unit, [Found(entry) for entry in some])
    await search.close()


async def _withdraw(publish: db.Database, client: httpx.AsyncClient, entries: Sequence[Entry]) -> list[float]:
    waiting = []
    for entry in entries:
        async with publish.transaction() as unit:
            unit.announce(_withdrawn(entry))
        waiting.append(asyncio.create_task(_until_gone(client, entry, time.perf_counter())))
        await asyncio.sleep(EVERY)
    return await asyncio.gather(*waiting)


def _withdrawn(entry: Entry) -> DocumentWithdrawn:
    return DocumentWithdrawn(
        document_id=entry.document_id,
        edition=entry.edition,
        kind=next(iter(WithdrawalKind)),
        reason=next(iter(WithdrawalReason)),
        withdrawn_at=now(),
    )


async def _until_gone(client: httpx.AsyncClient, entry: Entry, since: float) -> float:
    """It is found at first, so that its absence means something."""
    while True:
        answer = (await client.get("/search", params={"q": entry.index_no})).json()
        if not any(hit["document_id"] == str(entry.document_id) for hit in answer["hits"]):
            return time.perf_counter() - since
        await asyncio.sleep(LOOK)


async def _read(client: httpx.AsyncClient) -> None:
    for words in cycle(WORDS):
        (await client.get("/search", params={"q": words})).raise_for_status()
        await asyncio.sleep(LOOK)
