"""Reading the catalogue beside a handler that does nothing, and when a withdrawal is seen everywhere."""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from gongkai.processes import Process, Processes, free_ports
from gongkai.servers import running
from gongkai.up import environment, prepare
from services.publish.withdrawals import withdraw
from shared import db
from shared.contracts import WithdrawalKind, WithdrawalReason

from .client import Load, load
from .generated import fill

Say = Callable[[str], None]

ROOT = Path(__file__).parents[1]
ROUNDS = 3
WITHDRAWN = 200

FILTERS = (
    "?department=archive",
    "?kind=report",
    "?theme=02",
    "?theme=04.04",
    "?department=library&year=2020",
    "?keyword=事项7",
    "?matter=matter-{}",
    "?since=2026-01-01T00:00:00Z&kind=plan",
)


def measure(documents: int, seconds: float, say: Say) -> dict[str, Any]:
    """Ratios to the bare handler in the same run, and how long a withdrawal takes to the last place."""
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with running(data) as servers:
            prepare(data, servers.database_url, ROOT / "samples" / "organisation.yaml")
            (data / "logs").mkdir()
            say(f"{documents:,} documents …")
            ids = fill(servers.database_url, documents)
            told = environment(data, servers)
            port, bare_port = free_ports(2)
            publish = _process("publish", "api", port, data, told)
            publish.start()
            try:
                publish.wait_until_ready()
                return _measured(ids, port, bare_port, seconds, servers.database_url, data, told, say)
            finally:
                publish.stop()


def _process(
    name: str, part: str, port: int, data: Path, told: dict[str, str], command: tuple[str, ...] = ()
) -> Processes:
    return Processes([Process(name, part, port, data / "logs" / f"{name}.log", told, command)])


def _measured(
    ids: list[str],
    port: int,
    bare_port: int,
    seconds: float,
    url: str,
    data: Path,
    told: dict[str, str],
    say: Say,
) -> dict[str, Any]:
    chance = random.Random(4)
    asked = {
        "document": _some_documents(ids, chance),
        "list": _some_pages(len(ids), chance),
        "filtered": _some_searches(chance),
    }
    sizes = {name: round(load(port, paths, 1).size) for name, paths in asked.items()}
    command = (sys.executable, "-m", "bench.bare", *map(str, sizes.values()))
    bare = _process("bare", "api", bare_port, data, told, command)
    bare.start()
    try:
        bare.wait_until_ready()
        found: dict[str, Any] = {"bench": "read", "documents": len(ids)}
        for number, (name, paths) in enumerate(asked.items()):
            found |= _compared(name, paths, f"/{number}", port, bare_port, seconds, say)
    finally:
        bare.stop()
    lags = asyncio.run(_lags(url, port, chance.sample(ids, WITHDRAWN)))
    lags.sort()
    found |= {"withdrawn_p50_ms": round(lags[len(lags) // 2], 1), "withdrawn_p99_ms": round(lags[-2], 1)}
    say(
        f"withdrawn: p50 {found['withdrawn_p50_ms']} ms, p99 {found['withdrawn_p99_ms']} ms to the last place"
    )
    return {**found, "ratio": min(found["document_ratio"], found["list_ratio"])}


def _some_documents(ids: list[str], chance: random.Random) -> Iterator[str]:
    """Each at random among all: no cache could know it."""
    while True:
        yield f"/documents/{chance.choice(ids)}"


def _some_pages(count: int, chance: random.Random) -> Iterator[str]:
    """The first page of the list, and as often one from anywhere in it."""
    now = time.time_ns() // 1000
    while True:
        place = f"?after={now - chance.randrange(count) * 60_000_000}.{'f' * 32}"
        yield "/documents" + chance.choice(["", place])


def _some_searches(chance: random.Random) -> Iterator[str]:
    """By what is common, rare and both."""
    while True:
        query = chance.choice(FILTERS).format(chance.randrange(20_000))
        yield f"/documents?{httpx.QueryParams(query.removeprefix('?'))}"


def _compared(
    name: str, paths: Iterator[str], bare_path: str, port: int, bare_port: int, seconds: float, say: Say
) -> dict[str, Any]:
    """Turn by turn, so that both have the same weather."""
    ours: list[Load] = []
    bare: list[Load] = []
    for _ in range(ROUNDS):
        bare.append(load(bare_port, iter(lambda: bare_path, ""), seconds))
        ours.append(load(port, paths, seconds))
    rate, limit = (statistics.median(one.rate for one in loads) for loads in (ours, bare))
    p50, p99 = (statistics.median(getattr(one, key) for one in ours) for key in ("p50_ms", "p99_ms"))
    say(f"{name}: {rate:,.0f}/s of {limit:,.0f}/s bare, {ours[0].size:,.0f} bytes, p50 {p50:.1f} ms")
    return {
        f"{name}_rate": round(rate, 1),
        f"{name}_limit": round(limit, 1),
        f"{name}_ratio": round(rate / limit, 3),
        f"{name}_bytes": round(ours[0].size),
        f"{name}_p99_ms": round(p99, 2),
    }


async def _lags(url: str, port: int, ids: list[str]) -> list[float]:
    """Milliseconds from each withdrawal's commit until page, list, feeds and file all show it."""
    database = db.connect(url, "publish", "urn:gongkai:bench:publish")
    lags = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        for document in ids:
            number = (await client.get(f"/documents/{document}")).json()["index_no"]
            shown = [await _shows(client, document, number, place) for place in PLACES]
            assert all(shown), f"{document} was not everywhere: {shown}"
            async with database.transaction() as unit:
                await withdraw(
                    unit,
                    UUID(document),
                    1,
                    WithdrawalKind.WITHDRAWN,
                    WithdrawalReason.INACCURATE,
                    "bench",
                    "cao.zhiyuan",
                )
            committed = time.perf_counter()
            for place in PLACES:
                while await _shows(client, document, number, place):
                    await asyncio.sleep(0.001)
            lags.append(1000 * (time.perf_counter() - committed))
    await database.close()
    return lags


PLACES = ("/documents/{id}", "page", "/documents", "/feed.json", "/feed.atom", "/catalogue.jsonld", "file")


async def _shows(client: httpx.AsyncClient, document: str, number: str, place: str) -> bool:
    """Whether this place still gives the document out."""
    if place == "file":
        return (await client.get(f"/documents/{document}/files/1")).status_code != 410
    if place == "page":
        answer = await client.get(f"/documents/{document}", headers={"Accept": "text/html"})
        return answer.status_code == 200
    if place == "/documents/{id}":
        return (await client.get(f"/documents/{document}")).status_code == 200
    return "通知正文" in (await client.get(place, params={"index_no": number})).text
