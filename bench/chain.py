"""The whole chain as it runs: four workers, automata that check and approve, a department at its mailbox."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from joserfc.jwk import OKPKey

from services.intake.submissions import Handed, accept
from services.notify.subscriptions import subscribe
from services.review.cases import agree
from shared import db, keys
from shared.contracts import DocumentPublished, encode
from shared.edge import mailbox
from shared.identity import Officer
from shared.policy import Policy
from shared.policy_file import load

from .arrivals import Arrivals
from .documents import hand_in
from .figures import cpu_seconds, latencies_ms, per_unit, since
from .hop import an_event
from .limit import pipelined_xadd
from .stage import Stage, stage

Say = Callable[[str], None]

STEADY = 20
"""Documents a second while latency is measured."""

AT_ONCE = 50
"""Documents that intake's door commits together while throughput is measured."""

PEOPLE = {
    "check": Officer("han.mei", "", "secrecy", frozenset({"officer", "secrecy"})),
    "head": Officer("ma.jun", "", "service", frozenset({"head"})),
}
"""Who takes which step of an ordinary notice."""

DUE = """
    SELECT id FROM review_case WHERE state = 'reviewing' AND step = :step ORDER BY opened_at LIMIT 100
"""


def measure(documents: int, seconds: int, say: Say) -> dict[str, Any]:
    """Throughput of a crowd, then latency at a steady pace."""
    with stage(["intake", "review", "publish", "notify"]) as on:
        return asyncio.run(_measure(on, documents, seconds, say))


async def _measure(on: Stage, documents: int, seconds: int, say: Say) -> dict[str, Any]:
    intake, review, notify = (
        db.connect(on.servers.database_url, name, f"urn:gongkai:bench:{name}")
        for name in ("intake", "review", "notify")
    )
    async with notify.transaction() as unit:
        await subscribe(unit, "archive", [], [], [], "cao.zhiyuan")
    on.processes.start()
    on.processes.wait_until_ready()
    limit = await pipelined_xadd(on.servers.edge_url, [encode(an_event()) for _ in range(20_000)])
    say(f"limit: {limit:,.0f} entries/s, pipelined XADD")
    arrivals = Arrivals(on.servers.edge_url, mailbox("archive"), DocumentPublished.type)
    key, policy = keys.private(on.data / "keys", "review"), load("default")
    tasks = [
        asyncio.create_task(arrivals.read()),
        *(asyncio.create_task(_agree(review, policy, key, step)) for step in PEOPLE),
    ]
    await asyncio.sleep(0.5)
    handed = [await hand_in(on.objects, "bench") for _ in range(documents)]
    say(f"{documents:,} documents at once …")
    rate, cpu = await _crowd(intake, arrivals, handed)
    opinions = await _opinions(review) / documents
    say(f"chain: {rate:,.0f} documents/s, {opinions:.0f} opinions each, {per_unit(cpu, documents)}")
    delays = await _steady(on, intake, arrivals, seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for database in (intake, review, notify):
        await database.close()
    return {
        "bench": "chain",
        "documents": documents,
        "opinions_each": opinions,
        "rate": round(rate, 1),
        "limit": round(limit, 1),
        "ratio": round(rate / limit, 4),
        **latencies_ms(delays),
        "cpu_us": round(1e6 * sum(cpu.values()) / documents, 1),
    }


async def _agree(review: db.Database, policy: Policy, key: OKPKey, step: str) -> None:
    """An officer who agrees to whatever has come to this step: story and signature are the real ones."""
    while True:
        cases = [row.id for row in await review.look(DUE, {"step": step})]
        if cases:
            async with review.transaction() as unit:
                await agree(unit, policy, key, cases, PEOPLE[step], "bench", step)
        await asyncio.sleep(0 if cases else 0.02)


async def _opinions(review: db.Database) -> int:
    """How often somebody agreed; the author's own step is none."""
    [row] = await review.look("SELECT count(*) AS said FROM opinion WHERE act IN ('agreed', 'approved')")
    return int(row.said)


async def _crowd(
    intake: db.Database, arrivals: Arrivals, handed: list[Handed]
) -> tuple[float, dict[str, float]]:
    documents = len(handed)
    used, began = cpu_seconds(), time.perf_counter()
    wanted: list[str] = []
    for start in range(0, documents, AT_ONCE):
        wanted += await _commit(intake, handed[start : start + AT_ONCE])
        await asyncio.sleep(0)
    await arrivals.all_of(wanted)
    took = time.perf_counter() - began
    return documents / took, since(used)


async def _steady(on: Stage, intake: db.Database, arrivals: Arrivals, seconds: int) -> list[float]:
    committed: dict[str, float] = {}
    for _ in range(STEADY * seconds):
        began = time.perf_counter()
        for subject in await _commit(intake, [await hand_in(on.objects, "bench")]):
            committed[subject] = time.perf_counter()
        await asyncio.sleep(max(0.0, 1 / STEADY - (time.perf_counter() - began)))
    await arrivals.all_of(committed)
    return [arrivals.at[subject] - moment for subject, moment in committed.items()]


async def _commit(intake: db.Database, handed: list[Handed]) -> list[str]:
    async with intake.transaction() as unit:
        return [str(receipt.document_id) for receipt in await accept(unit, handed)]
