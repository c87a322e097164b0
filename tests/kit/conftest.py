"""A real edge broker, with departments' accounts as the platform makes them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from gongkai_kit import DocumentPublished, DocumentWithdrawn, Event, Mailbox, WithdrawalKind, WithdrawalReason
from gongkai_kit.contracts import DocumentKind, encode
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from gongkai.servers import Valkey
from gongkai.servers.valkey import EDGE
from shared.edge import grant, mailbox, new_password, reader

PUBLISH = "urn:gongkai:demo:publish"
WHEN = datetime(2026, 3, 9, 15, 40, tzinfo=UTC)

numbers = count(1)


def published(document: UUID, sequence: int, edition: int = 1) -> Event[Any]:
    fact = DocumentPublished(
        document_id=document,
        edition=edition,
        index_no=f"11219900MB0A10013C/2026-{edition:05}",
        department="development",
        kind=DocumentKind.PLAN,
        theme="02.01",
        content_sha256="0" * 64,
        published_at=WHEN,
        href=f"/documents/{document}",
    )
    return Event(uuid4(), PUBLISH, str(document), sequence, WHEN, fact)


def withdrawn(document: UUID, sequence: int, edition: int = 1) -> Event[Any]:
    fact = DocumentWithdrawn(
        document_id=document,
        edition=edition,
        kind=WithdrawalKind.GONE,
        reason=WithdrawalReason.SECRECY,
        withdrawn_at=WHEN,
    )
    return Event(uuid4(), PUBLISH, str(document), sequence, WHEN, fact)


@dataclass
class Department:
    """One department's mailbox as the platform sees it."""

    edge: Valkey
    code: str
    password: str
    entries: int = 0

    @property
    def url(self) -> str:
        address = self.edge.url.rpartition("@")[2]
        return f"redis://dept-{self.code}:{self.password}@{address}"

    @property
    def key(self) -> str:
        return mailbox(self.code)

    def post(self, *events: Event[Any], timeline: int = 1) -> None:
        for event in events:
            self.post_fields(encode(event), timeline=timeline)

    def post_fields(self, fields: dict[str, bytes], timeline: int = 1) -> None:
        self.entries += 1
        with admin(self.edge) as client:
            client.xadd(self.key, dict(fields), id=f"{timeline}-{self.entries}")

    def unconfirmed(self) -> list[str]:
        """What the delivery board shows: read but not acknowledged, and not yet read."""
        with admin(self.edge) as client:
            groups = client.xinfo_groups(self.key)
            rows = client.xpending_range(self.key, "main", "-", "+", 1000) if groups else []
            unread = client.xrange(self.key, min=f"({groups[0]['last-delivered-id']}" if groups else "-")
            return [row["message_id"] for row in rows] + [entry for entry, _ in unread]


def admin(edge: Valkey) -> Redis:
    return Redis.from_url(edge.url, decode_responses=True)


async def admit(edge: Valkey, code: str, password: str, digest: bytes) -> None:
    async with AsyncRedis.from_url(edge.url) as client:
        await grant(client, reader(code, [digest]))


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    edge = Valkey(tmp_path_factory.mktemp("edge") / "edge", EDGE)
    edge.start()
    yield edge
    edge.stop()


@pytest.fixture
async def department(edge: Valkey) -> AsyncIterator[Department]:
    """A department of its own for every test; afterwards nothing it did may have been refused."""
    department = await new_department(edge)
    yield department
    assert refusals(edge, department) == []


async def new_department(edge: Valkey) -> Department:
    password, digest = new_password()
    department = Department(edge, f"library-{next(numbers)}", password)
    await admit(edge, department.code, password, digest)
    return department


def refusals(edge: Valkey, department: Department) -> list[str]:
    with admin(edge) as client:
        rows = client.execute_command("ACL", "LOG")
    return [str(row) for row in rows if f"dept-{department.code}" in str(row)]


@dataclass
class Desk:
    """A department's programme: notes what it is told, and fails where a test wants it to."""

    mailbox: Mailbox
    told: list[tuple[str, int, int]] = field(default_factory=list)
    attempts: list[UUID] = field(default_factory=list)
    fails: Callable[[Event[Any]], bool] = lambda event: False

    async def note(self, event: Event[Any]) -> None:
        self.attempts.append(event.id)
        if self.fails(event):
            raise RuntimeError("The department's own system is away.")
        self.told.append((event.subject, event.sequence, event.data.edition))

    @property
    def sequences(self) -> list[int]:
        return [sequence for _, sequence, _ in self.told]


def desk(department: Department, store: str | Path = ":memory:", **options: Any) -> Desk:
    options = {"waits": (0.05, 0.1), "reclaim_idle": 60.0, **options}
    made = Desk(Mailbox(department.url, store, **options))

    @made.mailbox.on(DocumentPublished)
    async def on_published(event: Event[DocumentPublished]) -> None:
        await made.note(event)

    @made.mailbox.on(DocumentWithdrawn)
    async def on_withdrawn(event: Event[DocumentWithdrawn]) -> None:
        await made.note(event)

    return made


@asynccontextmanager
async def open_desk(desk: Desk) -> AsyncIterator[Desk]:
    hearing = asyncio.create_task(desk.mailbox.serve())
    try:
        yield desk
    finally:
        desk.mailbox.stop()
        await asyncio.wait_for(hearing, 20)


async def until(condition: Callable[[], bool], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "It did not come to pass."
        await asyncio.sleep(0.02)
