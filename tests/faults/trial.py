"""One run from beginning to end: a load, misfortunes, quiet, and the verdict."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp

from . import evidence, house, reached
from .clients import Client, Log
from .disorder import disorder
from .duplicate import duplicate
from .house import House
from .load import EDITS, RACES, Load
from .lost import lost
from .misfortunes import WEIGHTS, Misfortunes, places
from .quiet import quiet
from .wrongly_public import unapproved, withdrawn_public

PREDICATES = {
    "lost": lost,
    "duplicate": duplicate,
    "disorder": disorder,
    "unapproved": unapproved,
    "withdrawn_public": withdrawn_public,
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    seconds: float
    seed: int
    bug: str = ""
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    pause: float = 0.2
    authors: int = 6
    pace: float = 0.15
    edits: float = EDITS
    races: float = RACES
    extra: Mapping[str, str] = field(default_factory=dict)
    settle_within: float = 60.0
    ambush: "Callable[[House, Load, Random], Awaitable[None]] | None" = None
    """Misfortunes of its own, instead of those by weight."""
    keep: bool = False


@dataclass
class Outcome:
    """What one run came to."""

    plan: Plan
    kills: int
    events: int
    findings: dict[str, list[str]]
    seconds: float
    happened: dict[str, int]
    crashed: dict[str, int]
    reached: dict[str, int]
    still_open: str
    strange: list[str]
    receipts: int
    data: str

    @property
    def line(self) -> str:
        """The figure to publish."""
        counts = " ".join(f"{name}={len(found)}" for name, found in self.findings.items())
        return f"kills={self.kills} events={self.events} {counts} seconds={self.seconds:.0f}"

    @property
    def clean(self) -> bool:
        return not any(self.findings.values())

    @property
    def caught(self) -> str:
        """Which predicates found something."""
        return " ".join(f"{name}={len(found)}" for name, found in self.findings.items() if found)

    def never_hit(self) -> list[str]:
        """Crash points at which nothing died."""
        return sorted({place.name for place in places()} - set(self.crashed))


async def run(plan: Plan, say: Say = lambda _words: None) -> Outcome:
    """Everything happens in a folder of its own, which is gone afterwards unless something was found."""
    folder = _folder()
    outcome: Outcome | None = None
    try:
        outcome = await _run(plan, folder / "data", say)
        return outcome
    except asyncio.CancelledError:  # Ctrl-C: nobody will look at it.
        _remove(folder)
        raise
    finally:
        if outcome is not None and (plan.bug or outcome.clean) and not plan.keep:
            await asyncio.to_thread(_remove, folder)


async def _run(plan: Plan, data: Path, say: Say) -> Outcome:
    began = time.monotonic()
    say("servers and services")
    async with house.house(data, plan.bug, plan.extra) as built:
        log, waiting = Log(), Counter[str]()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as session:
            client = Client(built, log, session)
            await _open_desks(built, client)
            load = Load(client, Random(plan.seed), plan.pace, plan.edits, plan.races)
            say("load and misfortunes")
            await _suffer(plan, built, load, waiting)
        say("quiet")
        still_open = await _calm(built, plan)
        gathered = await evidence.gather(built, log)
        say("verdict")
        return _judged(plan, built, gathered, waiting, still_open, time.monotonic() - began)


async def _suffer(plan: Plan, built: House, load: Load, waiting: Counter[str]) -> None:
    watching = asyncio.create_task(reached.watch(built, waiting))
    working = asyncio.create_task(load.run(plan.authors))
    try:
        chance = Random(plan.seed + 1)
        if plan.ambush:
            await plan.ambush(built, load, chance)
        else:
            await Misfortunes(built, chance, plan.weights, plan.pause).run(plan.seconds)
        load.stop()
        await working
    finally:
        for task in (watching, working):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _calm(built: House, plan: Plan) -> str:
    """All processes are alive and whole again; then everything may settle."""
    for resident in built.living():
        if resident.crash:
            built.kill(resident)
            built.kills -= 1
    await asyncio.sleep(0.3)
    await house.until_ready(built, 30)
    return await quiet(built, plan.settle_within)


async def _open_desks(built: House, client: Client) -> None:
    """One department hears with redis-py, one with the kit; each wants everything."""
    heads = {"library": ("peng.bo", "plain"), "audit": ("wu.xiaoqing", "kit")}
    for department, (head, kind) in heads.items():
        _, issued = await client.ask(head, "POST", "notify", f"/departments/{department}/mailbox/passwords")
        await client.ask(head, "POST", "notify", "/subscriptions", {"department": department})
        house.add_desk(built, department, kind, issued["url"])


def _judged(
    plan: Plan,
    built: House,
    gathered: evidence.Evidence,
    waiting: Counter[str],
    still_open: str,
    seconds: float,
) -> Outcome:
    return Outcome(
        plan=plan,
        kills=built.kills,
        events=sum(len(rows) for rows in gathered.outbox.values()),
        findings={name: list(predicate(gathered)) for name, predicate in PREDICATES.items()},
        seconds=seconds,
        happened=dict(built.happened),
        crashed=dict(built.crashed),
        reached=reached.reached(built, gathered, waiting),
        still_open=still_open,
        strange=gathered.log.strange,
        receipts=len(gathered.log.receipts),
        data=str(built.data),
    )


def _folder() -> Path:
    """The account that PostgreSQL runs as when we are root passes through."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-faults-"))
    folder.chmod(0o711)
    return folder


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
