"""For the tests of channels: a municipal site that is a real server, and editions in the record."""

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from aiohttp import web
from aiohttp.test_utils import unused_port

from services.publish import releases, withdrawals
from services.publish.channels import Around
from services.publish.channels.register import Register, read
from services.publish.outgoing import Record
from services.publish.releases import Releaser
from shared.clock import now
from shared.contracts import WithdrawalKind, WithdrawalReason
from shared.db import Database
from shared.objects import Objects
from shared.rows import packed

SECRET = b"a secret of thirty-two bytes long"
DOCUMENT = "INSERT INTO document (id) VALUES (:id) ON CONFLICT DO NOTHING"
SHOW = """
    UPDATE document SET current_edition = :edition, index_no = coalesce(index_no, :index_no),
        last_published_at = :at
    WHERE id = :id
"""
ENTER = """
    INSERT INTO edition (document_id, edition, title, kind, theme, department, joint_with, doc_no, created_on,
        content_sha256, files, about, approval_id, approval, approved_by, published_at)
    VALUES (:id, :edition, :title, 'notice', '02.01', 'archive', '{}', '滨开档〔2026〕5号', :created_on,
        :sha256, CAST(:files AS jsonb), CAST(:about AS jsonb), gen_random_uuid(), '', 'cao.zhiyuan', :at)
"""
TEXT = "档案馆开放时间调整，自下月起执行。"


@dataclass
class Site:
    """Takes documents as docs/architecture/channels.md asks of a receiver, in whatever mood it is."""

    moods: list[str] = field(default_factory=list)
    """How the next requests are met; well, when there is none left."""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    port: int = 0
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/documents"

    async def put(self, request: web.Request) -> web.StreamResponse:
        body = await self._checked(request)
        mood = self.moods.pop(0) if self.moods else ""
        document, edition = request.match_info["document"], _metadata(body)
        if mood == "busy":
            return web.Response(status=503, headers={"Retry-After": "7"})
        if mood.isdigit():
            return web.Response(status=int(mood), headers={"Location": "/elsewhere"})
        if self.gone.get(document, 0) >= edition["edition"]:
            return web.Response(status=410)
        self.shown[document] = edition
        if mood == "slow":
            self.busy.set()
            await self.go_on.wait()
        if mood == "dies":
            assert request.transport
            request.transport.abort()
        wrong = {"content_sha256": "0" * 64} if mood == "wrong" else {}
        return web.json_response(
            {"edition": edition["edition"], "content_sha256": edition["content_sha256"], **wrong}
        )

    async def delete(self, request: web.Request) -> web.StreamResponse:
        said = orjson.loads(await self._checked(request))
        if self.moods and self.moods.pop(0):
            return web.Response(status=500)
        document = request.match_info["document"]
        self.gone[document] = max(said["edition"], self.gone.get(document, 0))
        if document in self.shown and self.shown[document]["edition"] <= said["edition"]:
            del self.shown[document]
            return web.Response(status=204)
        return web.Response(status=404)

    async def _checked(self, request: web.Request) -> bytes:
        """What was sent, as it was sent."""
        body = await request.read()
        said = request.headers
        assert said["Content-Digest"] == f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"
        signed = b".".join([said["webhook-id"].encode(), said["webhook-timestamp"].encode(), body])
        mac = base64.b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
        assert said["webhook-signature"] == f"v1,{mac}"
        self.keys.append(said["Idempotency-Key"])
        return body


def _metadata(body: bytes) -> dict[str, Any]:
    return dict(orjson.loads(body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0]))


@asynccontextmanager
async def site(port: int = 0) -> AsyncIterator[Site]:
    """A site that listens."""
    made = Site(port=port or unused_port())
    app = web.Application(client_max_size=2**24)
    app.router.add_put("/documents/{document}", made.put)
    app.router.add_delete("/documents/{document}", made.delete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", made.port).start()
    yield made
    made.go_on.set()
    await runner.cleanup()


def register_file(folder: Path, site_url: str) -> Path:
    secret = folder / "municipal.secret"
    secret.write_text(f"whsec_{base64.b64encode(SECRET).decode()}")
    path = folder / "channels.yaml"
    path.write_text(
        f"channels:\n  municipal: {{url: '{site_url}', secret: {secret}}}\n  bulletin:\n  screen:\n  press:\n"
        "rooms: [archive, library]\n"
    )
    return path


@dataclass
class Outward:
    """The catalogue and its channels, without anything before them."""

    database: Database
    objects: Objects
    register: Register
    folder: Path
    public_url: str = "https://www.example.gov.cn"

    @property
    def record(self) -> Record:
        return Record(self.database, self.objects, self.public_url)

    def releaser(self, channel: str = "municipal", **more: Any) -> Releaser:
        around = Around(self.public_url, self.folder / channel, self.record.news)
        opened = self.register.channels[channel].open(around)
        return Releaser(self.database, self.record, self.objects, opened, **more)

    async def publish(
        self, document: UUID | None = None, edition: int = 1, title: str = "关于开放时间的通知", **more: Any
    ) -> UUID:
        """An edition as the catalogue enters it, with its releases."""
        document = document or uuid4()
        content = f"{TEXT}{document}/{edition}".encode()
        address = await self.objects.put(content)
        file = {"name": "通知.txt", "media_type": "text/plain", "size": len(content), "sha256": address}
        at = more.pop("at", now())
        row = {
            "id": document,
            "edition": edition,
            "title": title,
            "index_no": f"12219900MB0A20027E/2026-{int(document) % 10**9:09}",
            "at": at,
            "created_on": date(2026, 11, 20),
            "sha256": sha256(f"{document}/{edition}".encode()).hexdigest(),
            "files": packed([file]),
            "about": packed(more.pop("about", {})),  # type: ignore[arg-type]
        }
        planned = {"document_id": document, "edition": edition, "department": "archive", "kind": "notice"}
        async with self.database.transaction() as unit:
            for statement in (DOCUMENT, ENTER, SHOW):
                await unit.run(statement, row)
            await releases.plan(unit, [{**planned, "theme": "02.01", **more}], self.register, at)
        return document

    async def withdraw(self, document: UUID, edition: int = 1) -> None:
        async with self.database.transaction() as unit:
            kind, reason = WithdrawalKind.WITHDRAWN, WithdrawalReason.INACCURATE
            await withdrawals.withdraw(unit, document, edition, kind, reason, "x", "cao.zhiyuan")

    async def row(self, document: UUID, edition: int = 1, channel: str = "municipal") -> Any:
        which = {"document_id": document, "edition": edition, "channel": channel}
        statement = """
            SELECT *, due_at - now() AS waits FROM release
            WHERE document_id = :document_id AND edition = :edition AND channel = :channel
        """
        return (await self.database.look(statement, which))[0]

    async def state(self, document: UUID, edition: int = 1, channel: str = "municipal") -> str:
        return str((await self.row(document, edition, channel)).state)

    async def open_places(self, document: UUID) -> Sequence[str]:
        """Who has not given the withdrawn document back."""
        statement = """
            SELECT code FROM recall_place WHERE document_id = :id AND confirmed_at IS NULL ORDER BY code
        """
        return [row.code for row in await self.database.look(statement, {"id": document})]

    async def hasten(self) -> None:
        """The time has come for everything, and every lease has run out."""
        async with self.database.transaction() as unit:
            await unit.run("UPDATE release SET due_at = now(), leased_until = now() - interval '1 second'")

    async def announced(self, kind: str) -> int:
        return len(
            await self.database.look("SELECT FROM announcement WHERE type LIKE :kind", {"kind": f"%{kind}%"})
        )


@asynccontextmanager
async def outward(database: Database, objects: Objects, folder: Path) -> AsyncIterator[tuple[Outward, Site]]:
    async with site() as municipal:
        yield Outward(database, objects, read(register_file(folder, municipal.url)), folder), municipal
