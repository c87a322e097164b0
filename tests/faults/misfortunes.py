"""What befalls the house: one misfortune after another, chosen by the seed."""

import asyncio
import re
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from gongkai.servers import Postgres, Valkey
from shared.append import top_of
from shared.timeline import key

from .house import ROOT, House, Resident, photograph, put_back

CRASHPOINT = re.compile(r'crashpoint\("([^"]+)"\)')

OF_THE_API = ("intake.", "review.", "withdrawal.", "search.")
"""Crash points that an API passes; workers pass all others."""

ELSEWHERE = ("notices.", "transfer.", "repeal.")
"""What no load reaches: a day's end, a month's, an officer's rare act."""

OF_THE_CHANNELS = ("release.", "transfer.")
"""Those that only the process for the channels passes."""

HEARD = (
    ("intake", "review"),
    ("intake", "publish"),
    ("review", "intake"),
    ("review", "publish"),
    ("publish", "intake"),
    ("publish", "notify"),
    ("publish", "search"),
    ("notify", "publish"),
)
"""Each stream, and a service that hears it."""

WEIGHTS: Mapping[str, int] = {
    "kill": 30,
    "crash": 30,
    "freeze": 6,
    "roll": 4,
    "kill_desk": 4,
    "flush_broker": 3,
    "flush_edge": 3,
    "kill_broker": 3,
    "kill_edge": 3,
    "empty_broker": 2,
    "empty_edge": 2,
    "age_broker": 2,
    "age_edge": 2,
    "kill_postgres": 2,
    "stumble": 1,
    "destroy_group": 3,
    "delete_stream": 3,
    "delete_mailbox": 2,
    "spoil_index": 2,
    "foreign_entry": 1,
}


@dataclass(frozen=True)
class Place:
    """A crash point, and which processes pass it."""

    name: str
    service: str
    """Empty: every service."""
    part: str


def places() -> list[Place]:
    """Every crash point in the code."""
    found = []
    for path in sorted([*(ROOT / "shared").glob("*.py"), *(ROOT / "services").glob("*/*.py")]):
        for name in CRASHPOINT.findall(path.read_text(encoding="utf-8")):
            if name.startswith(ELSEWHERE):
                continue
            service = path.parent.name if path.parent.parent.name == "services" else ""
            part = "api" if name.startswith(OF_THE_API) else "worker"
            part = "channels" if name.startswith(OF_THE_CHANNELS) else part
            found.append(Place(name, service, part))
    return found


@dataclass
class Misfortunes:
    house: House
    chance: Random
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    pause: float = 0.2
    places: Sequence[Place] = field(default_factory=places)
    until: float = 0.0
    _place: int = 0
    _asides: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self, seconds: float) -> None:
        """One after the other, until the time is over; everything that was stopped goes on at the end."""
        self.until = time.monotonic() + seconds
        self._photograph()
        kinds = [kind for kind, weight in self.weights.items() if weight]
        while time.monotonic() < self.until:
            [kind] = self.chance.choices(kinds, [self.weights[kind] for kind in kinds])
            befall: Callable[[], Awaitable[None]] = getattr(self, kind)
            await befall()
            self.house.happened[kind] += 1
            await asyncio.sleep(self.pause * self.chance.uniform(0.3, 1.7))
        await asyncio.gather(*self._asides)

    async def kill(self) -> None:
        """Any process of a service, wherever it is."""
        if living := [one for one in self.house.living() if one.service != "desk"]:
            self.house.kill(self.chance.choice(living))

    async def crash(self) -> None:
        """A process that dies at a named place: it is replaced by one that was told where."""
        place = self.places[self._place % len(self.places)]
        self._place += 1
        if living := self.house.living(place.part, place.service):
            which = self.chance.choice(living)
            times = self.chance.choice((1, 1, 1, 2, 5))
            await self._reborn(which, GONGKAI_CRASH=f"{place.name}:{times}")

    async def freeze(self) -> None:
        """A worker that stands still for a while, and then goes on as if nothing had been."""
        if living := self.house.living("worker"):
            which = self.chance.choice(living)
            self._aside(self._thaw(which, which.pid, self.chance.uniform(1, 4)))

    async def roll(self) -> None:
        """A deployment: asked to end, and started again."""
        which = self.chance.choice([one for one in self.house.residents.values() if one.service != "desk"])
        self.house.send(which, signal.SIGTERM)

    async def kill_desk(self) -> None:
        """A department's own programme."""
        if desks := self.house.living(service="desk"):
            self.house.kill(self.chance.choice(desks))

    async def flush_broker(self) -> None:
        await self._command(self.house.servers.broker, "FLUSHALL")

    async def flush_edge(self) -> None:
        await self._command(self.house.servers.edge, "FLUSHALL")

    async def kill_broker(self) -> None:
        await self._kill_server(self.house.servers.broker)

    async def kill_edge(self) -> None:
        await self._kill_server(self.house.servers.edge)

    async def empty_broker(self) -> None:
        await self._kill_server(self.house.servers.broker, empty=True)

    async def empty_edge(self) -> None:
        await self._kill_server(self.house.servers.edge, empty=True)

    async def age_broker(self) -> None:
        """It comes back as it was some time ago."""
        await self._age(self.house.servers.broker, self.house.data / "broker.then")

    async def age_edge(self) -> None:
        await self._age(self.house.servers.edge, self.house.data / "edge.then")

    async def stumble(self) -> None:
        """All workers begin while the broker comes and goes."""
        for worker in self.house.living("worker"):
            self.house.kill(worker)
        for _ in range(2):
            await self._kill_server(self.house.servers.broker)

    async def kill_postgres(self) -> None:
        await self._kill_server(self.house.servers.postgres)

    async def destroy_group(self) -> None:
        stream, group = self.chance.choice(HEARD)
        await self._command(self.house.servers.broker, "XGROUP", "DESTROY", key(stream, 1), group)

    async def delete_stream(self) -> None:
        stream, _ = self.chance.choice(HEARD)
        await self._command(self.house.servers.broker, "DEL", key(stream, 1))

    async def delete_mailbox(self) -> None:
        desks = [name.removeprefix("desk-") for name in self.house.residents if name.startswith("desk-")]
        await self._command(self.house.servers.edge, "DEL", f"mailbox:{self.chance.choice(desks)}")

    async def spoil_index(self) -> None:
        """The search index comes back from its disk damaged."""
        for which in self.house.living("api", "search"):
            for meta in (self.house.data / "search").rglob("meta.json"):
                meta.write_text("{")
            self.house.kill(which)

    async def foreign_entry(self) -> None:
        """Somebody writes an entry with a giant id: the relay stops there until the stream is removed."""
        stream, _ = self.chance.choice(HEARD)
        async with self._client(self.house.servers.broker) as client:
            top = await top_of(client, key(stream, 1))
            await client.xadd(key(stream, 1), {"garbage": "1"}, id=f"{top.position + 1_000_000}-0")
            await asyncio.sleep(1.5)
            await client.delete(key(stream, 1))

    async def _reborn(self, which: Resident, **told: str) -> None:
        pid = which.pid
        which.wanted = False
        self.house.kill(which)
        if await self.house.ended(which, pid, 5):
            which.wanted = True
            self.house.start(which, **told)
        which.wanted = True

    async def _thaw(self, which: Resident, pid: int | None, seconds: float) -> None:
        self.house.send(which, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if which.pid == pid:
            self.house.send(which, signal.SIGCONT)

    async def _kill_server(self, server: object, *, empty: bool = False) -> None:
        assert isinstance(server, Valkey | Postgres)
        self.house.kills += 1
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(self.chance.uniform(0, 1))
        await asyncio.to_thread(server.start, empty=empty)

    async def _age(self, server: object, then: Path) -> None:
        assert isinstance(server, Valkey)
        self.house.kills += 1
        await asyncio.to_thread(put_back, server, then)
        self._photograph()

    def _photograph(self) -> None:
        for server in (self.house.servers.broker, self.house.servers.edge):
            assert isinstance(server, Valkey)
            photograph(server, self.house.data / f"{server.home.name}.then")

    async def _command(self, server: object, *words: str) -> None:
        assert isinstance(server, Valkey)
        async with self._client(server) as client:
            with suppress(ResponseError):  # What is to be destroyed may be gone already.
                await client.execute_command(*words)  # type: ignore[no-untyped-call]

    def _client(self, server: object) -> Redis:
        assert isinstance(server, Valkey)
        return Redis.from_url(server.url, socket_timeout=5)

    def _aside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
