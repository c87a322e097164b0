"""One hop, as it runs: intake's relay and review's worker, each its own process."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from shared import db
from shared.clock import new_id, now
from shared.contracts import CaseOpened, DocumentKind, DocumentSubmitted, Event, encode

from .arrivals import Arrivals
from .figures import cpu_seconds, latencies_ms, per_unit, since
from .limit import pipelined_xadd
from .stage import Stage, stage

Say = Callable[[str], None]

STEADY = 200
"""Events a second while latency is measured."""

STEADY_SECONDS = 10


def measure(events: int, say: Say) -> dict[str, Any]:
    """Throughput of a backlog, then latency under a steady load."""
    with stage(["review"], ["intake"], GONGKAI_SCREENING_BATCH="0") as on:
        return asyncio.run(_measure(on, events, say))


async def _measure(on: Stage, events: int, say: Say) -> dict[str, Any]:
    intake = db.connect(on.servers.database_url, "intake", "urn:gongkai:bench:intake")
    review = db.connect(on.servers.database_url, "review", "urn:gongkai:bench:review")
    on.processes.start()
    on.processes.wait_until_ready()
    limit = await pipelined_xadd(on.servers.broker_url, [encode(an_event()) for _ in range(events)])
    say(f"limit: {limit:,.0f} entries/s, pipelined XADD")
    rate, cpu = await _backlog(intake, review, events)
    say(f"hop:   {rate:,.0f} events/s, {per_unit(cpu, events)}")
    delays = await _steady(on, intake)
    await intake.close()
    await review.close()
    return {
        "bench": "hop",
        "events": events,
        "rate": round(rate, 1),
        "limit": round(limit, 1),
        "ratio": round(rate / limit, 4),
        **latencies_ms(delays),
        "cpu_us": round(1e6 * sum(cpu.values()) / events, 1),
    }


def _fact() -> DocumentSubmitted:
    return DocumentSubmitted(
        document_id=uuid4(),
        edition=1,
        submission_id=new_id(),
        department="service",
        author="liu.fang",
        kind=DocumentKind.NOTICE,
        theme="02.01",
        content_sha256="0" * 64,
    )


def an_event() -> Event[DocumentSubmitted]:
    fact = _fact()
    return Event(new_id(), "urn:gongkai:bench:intake", fact.subject, 1, now(), fact)


async def _backlog(intake: db.Database, review: db.Database, events: int) -> tuple[float, dict[str, float]]:
    """Announce while the head is locked, so that nothing moves before all is there; then let go."""
    async with intake.transaction() as brake:
        await brake.run("SELECT position FROM head FOR UPDATE")
        for _ in range(0, events, 1000):
            async with intake.transaction() as unit:
                unit.announce(*(_fact() for _ in range(1000)))
    used, began = cpu_seconds(), time.perf_counter()
    while await _opened(review) < events:
        await asyncio.sleep(0.05)
    took = time.perf_counter() - began
    return events / took, since(used)


async def _opened(review: db.Database) -> int:
    async with review.transaction() as unit:
        return int(
            (
                await unit.run("SELECT (SELECT count(*) FROM announcement) + (SELECT position FROM head)")
            ).scalar_one()
        )


async def _steady(on: Stage, intake: db.Database) -> list[float]:
    """From the commit of an announcement until its effect can be read on the next stream."""
    arrivals = Arrivals(on.servers.broker_url, "gongkai:review:t1", CaseOpened.type)
    reading = asyncio.create_task(arrivals.read())
    await asyncio.sleep(0.5)
    committed: dict[str, float] = {}
    for _ in range(STEADY * STEADY_SECONDS // 10):
        batch = [_fact() for _ in range(10)]
        async with intake.transaction() as unit:
            unit.announce(*batch)
        committed |= {fact.subject: time.perf_counter() for fact in batch}
        await asyncio.sleep(10 / STEADY)
    await arrivals.all_of(committed)
    reading.cancel()
    return [arrivals.at[subject] - moment for subject, moment in committed.items()]
