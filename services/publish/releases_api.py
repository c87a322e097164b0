"""What became of each release, over HTTP: proofs and errors for officers, papers, the screen's playlist."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Path, Response
from sqlalchemy import Row

from shared.contracts.vocabulary import PlaceCode
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.objects import Objects, digest
from shared.problems import Conflict, NotFound

from .channels import Channel
from .channels.kinds.screen import Kind as Screen
from .channels.register import Register
from .reading.declared import KEPT, also
from .withdrawals import department_of

RELEASES = """
    SELECT edition, channel, state, attempts, recall_attempts, due_at, error, delivered_at, taken_at,
           recalled_at, proof
    FROM release WHERE document_id = :document_id ORDER BY edition, channel
"""

COUNTS = """
    SELECT channel, state, count(*) AS many,
           min(due_at) FILTER (WHERE state IN ('due', 'recall-due')) AS oldest_due
    FROM release GROUP BY channel, state ORDER BY channel, state
"""

TROUBLES = """
    SELECT document_id, edition, channel, state, attempts, recall_attempts, error FROM release
    WHERE error IS NOT NULL AND state IN ('due', 'failed', 'recall-due', 'recall-failed')
    ORDER BY due_at DESC LIMIT 100
"""

# In one statement: a withdrawal comes before, and nothing is given out, or after, and knows that it was.
TAKE = """
    UPDATE release SET
        taken_at = CASE WHEN state = 'delivered' THEN coalesce(taken_at, now()) ELSE taken_at END
    WHERE document_id = :document_id AND edition = :edition AND channel = :channel
    RETURNING state, proof
"""

RETRY = """
    UPDATE release SET due_at = now(), error = NULL,
        attempts = CASE WHEN state = 'failed' THEN 1 ELSE attempts END,
        recall_attempts = CASE WHEN state = 'recall-failed' THEN 0 ELSE recall_attempts END,
        state = CASE state WHEN 'failed' THEN 'due' WHEN 'recall-failed' THEN 'recall-due' ELSE state END
    WHERE document_id = :document_id AND channel = :channel
      AND state IN ('due', 'failed', 'recall-due', 'recall-failed')
    RETURNING edition
"""

OF_STATE = {"delivered": "release", "recalled": "recall", "recall-asked": "recall"}
"""Which proof's papers may be had."""


class NoPaper(Conflict):
    """The paper is not given out: the edition was taken back, or is not out yet."""

    code = "no-paper"
    zh = "该材料不能提供：信息已撤回，或者尚未发布到该渠道。"


def routes(
    database: Database, objects: Objects, register: Register, channels: Mapping[str, Channel]
) -> APIRouter:
    """For officers, but the playlist, which is as public as the documents in it."""
    router = APIRouter()
    router.include_router(_reading(database, register))
    router.include_router(_acting(database, objects))
    router.include_router(_screens(channels))
    return router


def _reading(database: Database, register: Register) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/channels")
    async def registered(officer: Who) -> dict[str, Any]:  # noqa: ARG001 signed in.
        """Every channel with the number of releases in each state, and what is in trouble."""
        counts = await database.look(COUNTS)
        return {
            "channels": [
                _channel(code, register, [row for row in counts if row.channel == code])
                for code in [
                    *register.channels,
                    *sorted({row.channel for row in counts} - set(register.channels)),
                ]
            ],
            "troubles": [dict(row._mapping) for row in await database.look(TROUBLES)],
        }

    @router.get("/documents/{document_id}/releases")
    async def releases(document_id: UUID, officer: Who) -> dict[str, Any]:  # noqa: ARG001 signed in.
        """Where each edition was put out: attempts, errors, and the proofs with their hashes."""
        rows = await database.look(RELEASES, {"document_id": document_id})
        return {"document_id": str(document_id), "releases": [_release(row) for row in rows]}

    return router


def _channel(code: str, register: Register, counts: list[Row[Any]]) -> dict[str, Any]:
    one = register.channels.get(code)
    return {
        "code": code,
        "registered": one is not None,
        "by_person": bool(one and one.kind.by_person),
        "states": {row.state: row.many for row in counts},
        "oldest_due": min((row.oldest_due for row in counts if row.oldest_due), default=None),
    }


def _release(row: Row[Any]) -> dict[str, Any]:
    proofs = {
        name: digest(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)) for name, said in row.proof.items()
    }
    return {**row._mapping, "proof_sha256": proofs}


def _acting(database: Database, objects: Objects) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get(
        "/documents/{document_id}/releases/{channel}/{edition}/papers/{name}", response_class=Response
    )
    async def paper(
        document_id: UUID,
        channel: PlaceCode,
        edition: Annotated[int, Path(ge=1, lt=2**31)],
        name: str,
        officer: Who,  # noqa: ARG001 signed in.
    ) -> Response:
        """A sheet or package to hand on; once it was fetched, a recall of it waits for a person."""
        which = {"document_id": document_id, "edition": edition, "channel": channel}
        async with database.transaction() as unit:
            row = (await unit.run(TAKE, which)).first()
        if row is None:
            raise NotFound
        found = row.proof.get(OF_STATE.get(row.state, ""), {}).get("papers", {}).get(name)
        if found is None:
            raise NoPaper
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(await objects.get(found["sha256"]), media_type=_media(name), headers=headers)

    @router.post("/documents/{document_id}/releases/{channel}/retry")
    async def retry(document_id: UUID, channel: PlaceCode, officer: Who) -> dict[str, Any]:
        """Try now what waits or was given up."""
        async with database.transaction() as unit:
            await _may_retry(unit, document_id, officer)
            rows = (await unit.run(RETRY, {"document_id": document_id, "channel": channel})).all()
        if not rows:
            raise NotFound(f"{document_id} {channel}")
        return {
            "document_id": str(document_id),
            "channel": channel,
            "editions": [row.edition for row in rows],
        }

    return router


async def _may_retry(unit: Transaction, document_id: UUID, officer: Officer) -> None:
    officer.must_have("operator", "head", "officer")
    officer.must_act_for(await department_of(unit, document_id) or "")


def _media(name: str) -> str:
    return {"pdf": "application/pdf", "zip": "application/zip"}.get(
        name.rpartition(".")[2], "application/octet-stream"
    )


def _screens(channels: Mapping[str, Channel]) -> APIRouter:
    router = APIRouter()
    screen = next((channel for channel in channels.values() if isinstance(channel, Screen)), None)

    @router.get("/screen/playlist.json", response_class=Response, responses=also("application/json") | KEPT)
    async def playlist(if_none_match: Annotated[str, Header()] = "") -> Response:
        """What electronic screens show: read from the record now, so nothing withdrawn is in it."""
        if screen is None:
            raise NotFound
        content = await screen.playlist()
        etag = f'"{digest(content)}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if etag in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return router
