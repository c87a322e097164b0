"""Everything that runs: real servers, every part of every service as a process, and two departments."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from psycopg import sql

from gongkai import home
from gongkai.processes import planned
from gongkai.servers import Servers, Valkey, running
from gongkai.up import environment, prepare

ROOT = Path(__file__).parents[2]

QUICK = {
    "GONGKAI_RECLAIM_IDLE": "2",
    "GONGKAI_RECLAIM_EVERY": "0.5",
    "GONGKAI_WATCH_EVERY": "0.5",
    "GONGKAI_READ_BLOCK": "0.3",
    "GONGKAI_RETRY_EVERY": "0.4",
    "GONGKAI_RELAY_IDLE": "0.15",
    "GONGKAI_MAILBOX_IDLE": "0.15",
    "GONGKAI_SCREENING_LEASE": "4",
    "GONGKAI_REEXAMINING_EVERY": "0.4",
    "GONGKAI_CHECKPOINT_EVERY": "1",
    "GONGKAI_LOG_LEVEL": "info",
}
"""Times shortened, so that what takes minutes in earnest is over in seconds."""


class NotReady(Exception):
    """The platform did not become ready."""


class NurseryClosed(Exception):
    """The process that bears the others has ended."""


@dataclass
class Resident:
    """One process, whichever number it has at the moment."""

    name: str
    service: str
    part: str
    log: Path
    environment: Mapping[str, str]
    port: int = 0
    pid: int | None = None
    crash: str = ""
    """The crash point it was started with."""
    wanted: bool = True
    """Start it again when it ends."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class House:
    """What is running, and what happened to it."""

    data: Path
    servers: Servers
    bug: str
    tokens: dict[str, str]
    residents: dict[str, Resident] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    """Faults, by kind."""
    crashed: Counter[str] = field(default_factory=Counter)
    """Deaths at crash points, by name."""
    kills: int = 0
    desk_kills: Counter[str] = field(default_factory=Counter)
    closing: bool = False
    _nursery: asyncio.subprocess.Process | None = None

    def url(self, service: str) -> str:
        return self.residents[f"{service}-api"].url

    def living(self, part: str = "", service: str = "") -> list[Resident]:
        return [
            one
            for one in self.residents.values()
            if one.pid and (not part or one.part == part) and (not service or one.service == service)
        ]

    def start(self, resident: Resident, **extra: str) -> None:
        """Ask for it to be born; `extra` for this life only."""
        resident.crash = extra.get("GONGKAI_CRASH", "").partition(":")[0]
        self._order(
            name=resident.name,
            service=resident.service,
            part=resident.part,
            bug=self.bug,
            log=str(resident.log),
            environment={**resident.environment, "GONGKAI_PORT": str(resident.port), **extra},
        )

    def kill(self, resident: Resident) -> None:
        """By SIGKILL, wherever it is in its work."""
        if resident.pid:
            self.kills += 1
            resident.crash = ""
            self.desk_kills[resident.name] += resident.service == "desk"
            self.send(resident, signal.SIGKILL)

    def send(self, resident: Resident, number: signal.Signals) -> None:
        if resident.pid:
            self._order(pid=resident.pid, signal=int(number))

    async def ended(self, resident: Resident, pid: int | None, seconds: float) -> bool:
        """Wait until that life of it is over."""
        until = time.monotonic() + seconds
        while resident.pid == pid and pid and time.monotonic() < until:
            await asyncio.sleep(0.02)
        return resident.pid != pid

    def _order(self, **order: Any) -> None:
        assert self._nursery
        assert self._nursery.stdin
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")

    async def listen(self) -> None:
        """Follow the nursery's news, and have started again what ended."""
        assert self._nursery
        assert self._nursery.stdout
        async for line in self._nursery.stdout:
            news = json.loads(line)
            if "born" in news:
                self.residents[news["name"]].pid = news["born"]
            elif "ended" in news:
                self._mourn(news["ended"], news["by"])
        if not self.closing:
            raise NurseryClosed((self.data / "nursery.log").read_text())

    def _mourn(self, pid: int, by: int) -> None:
        for resident in self.residents.values():
            if resident.pid != pid:
                continue
            resident.pid = None
            if by == signal.SIGKILL and resident.crash:
                self.kills += 1
                self.crashed[resident.crash] += 1
            if resident.wanted and not self.closing:
                self.start(resident)


@asynccontextmanager
async def house(data: Path, bug: str = "", extra: Mapping[str, str] | None = None) -> AsyncIterator[House]:
    """Everything started and ready; everything stopped at the end, however it ends."""
    with running(data, durable=False) as servers:
        await asyncio.to_thread(_remember_commit_times, servers)
        who = ROOT / "samples" / "organisation.yaml"
        await asyncio.to_thread(prepare, data, servers.database_url, who)
        built = House(data, servers, bug, home.tokens(data))
        async with _nursery(built) as listening:
            _move_in(built, {**environment(data, servers), **QUICK, **(extra or {})})
            await until_ready(built, 60)
            yield built
            built.closing = True
            listening.cancel()


def _remember_commit_times(servers: Servers) -> None:
    """With them the checker sees in which order effects were committed; it takes a restart."""
    with psycopg.connect(plain(servers.database_url), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER SYSTEM SET track_commit_timestamp = on"))
    servers.postgres.stop()
    servers.postgres.start()


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@asynccontextmanager
async def _nursery(built: House) -> AsyncIterator[asyncio.Task[None]]:
    with (built.data / "nursery.log").open("wb") as log:
        built._nursery = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.nursery",
            cwd=ROOT,
            env={**os.environ, **environment(built.data, built.servers)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert built._nursery.stdout
    assert built._nursery.stdin
    await built._nursery.stdout.readline()
    listening = asyncio.create_task(built.listen())
    try:
        yield listening
    finally:
        built.closing = True
        built._nursery.stdin.close()
        await asyncio.wait_for(built._nursery.wait(), 10)
        listening.cancel()


def _move_in(built: House, told: Mapping[str, str]) -> None:
    """One API and two workers of every service."""
    for number, process in enumerate(planned(told, built.data / "logs", workers=2).all):
        name = process.name if process.part == "api" else f"{process.name}-{number}"
        resident = Resident(name, process.service, process.part, process.log, told, process.port)
        built.residents[name] = resident
        built.start(resident)


async def until_ready(built: House, seconds: float) -> None:
    """Every service's processes say that they can work."""
    until = time.monotonic() + seconds
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(3)) as client:
        for resident in [one for one in built.residents.values() if one.port]:
            while fault := await _unready(client, resident):
                if time.monotonic() > until:
                    raise NotReady(f"{resident.name}: {fault}\n{resident.log.read_text()[-2000:]}")
                await asyncio.sleep(0.1)


async def _unready(client: aiohttp.ClientSession, resident: Resident) -> str:
    """What its health complains of; empty when it is ready."""
    try:
        async with client.get(f"{resident.url}/ready") as answer:
            return "" if answer.status == 200 else await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
        return repr(trouble)


def add_desk(built: House, department: str, kind: str, url: str) -> None:
    """A department's programme, which can be killed like the others."""
    told = {
        "GONGKAI_MAILBOX_URL": url,
        "GONGKAI_FAULTS_DESK_LOG": str(desk_log(built.data, department)),
    }
    log = built.data / "logs" / f"desk-{department}.log"
    resident = Resident(f"desk-{department}", "desk", kind, log, told)
    built.residents[resident.name] = resident
    built.start(resident)


def desk_log(data: Path, department: str) -> Path:
    return data / f"desk-{department}.jsonl"


def photograph(server: Valkey, to: Path) -> None:
    """A copy of what the broker has on its disk now, for being put back later."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(server.home / "appendonlydir", to)


def put_back(server: Valkey, photograph_: Path) -> None:
    """Stop, replace what is on the disk by what was there earlier, start."""
    server.kill()
    shutil.rmtree(server.home / "appendonlydir", ignore_errors=True)
    shutil.copytree(photograph_, server.home / "appendonlydir")
    server.start()
