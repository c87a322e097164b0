"""The public's door: what is public, and that something was withdrawn."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from shared.contracts.vocabulary import BodyCode, DocumentKind, ThemeCode
from shared.db import Database, Transaction
from shared.objects import Objects
from shared.problems import NotFound, Problem

from .feeds import json_feed
from .file_answers import FRESH, answered, safe_headers, unchanged
from .settings import PublishSettings

FIELDS = """
    document.id AS document_id, document.index_no, edition.edition, edition.title, edition.kind,
    edition.theme, edition.department, edition.joint_with, edition.doc_no, edition.created_on,
    edition.published_at, edition.content_sha256, edition.files
"""

PUBLIC = """
    document JOIN edition ON edition.document_id = document.id AND edition.edition = document.current_edition
"""

LIST = f"""
    SELECT {FIELDS} FROM {PUBLIC}
    WHERE (CAST(:department AS text) IS NULL OR department = :department OR :department = ANY(joint_with))
      AND (CAST(:theme AS text) IS NULL OR theme = :theme OR theme LIKE :theme || '.%')
      AND (CAST(:kind AS text) IS NULL OR kind = :kind)
      AND (CAST(:after AS uuid) IS NULL OR (last_published_at, document.id) <
           (SELECT last_published_at, id FROM document WHERE id = :after))
    ORDER BY last_published_at DESC, document.id DESC LIMIT :limit
"""  # noqa: S608 made of our own words only.

ONE = f"SELECT {FIELDS} FROM {PUBLIC} WHERE document.id = :id"  # noqa: S608 the same.

TOMBSTONE = """
    SELECT document.index_no, withdrawal.edition, withdrawal.kind, withdrawal.reason, withdrawal.withdrawn_at
    FROM withdrawal JOIN document ON document.id = withdrawal.document_id
    WHERE document_id = :id ORDER BY withdrawal.edition DESC LIMIT 1
"""

EDITIONS = """
    SELECT edition.edition, edition.published_at, edition.content_sha256,
           edition.edition <= document.withdrawn_upto AS withdrawn
    FROM edition JOIN document ON document.id = edition.document_id
    WHERE document_id = :id ORDER BY edition.edition
"""


class Withdrawn(Problem):
    """This document was withdrawn."""

    status = 410
    code = "withdrawn"
    zh = "该信息已撤回。"


def routes(settings: PublishSettings, database: Database, objects: Objects) -> APIRouter:
    """All that anybody may read. Every answer is read from the record at that moment."""
    router = APIRouter()
    router.include_router(_lists(settings, database))
    router.include_router(_documents(database, objects))
    return router


def _lists(settings: PublishSettings, database: Database) -> APIRouter:
    router = APIRouter()

    @router.get("/documents")
    async def documents(
        response: Response,
        department: BodyCode | None = None,
        theme: ThemeCode | None = None,
        kind: DocumentKind | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """The newest first; `after` the last one of the page before."""
        asked = {"department": department, "theme": theme, "kind": kind, "after": after, "limit": limit}
        async with database.transaction() as unit:
            rows = (await unit.run(LIST, asked)).all()
        response.headers["Cache-Control"] = FRESH
        return {
            "documents": [_shown(row) for row in rows],
            "next": str(rows[-1].document_id) if len(rows) == limit else None,
        }

    @router.get("/feed.json")
    async def feed(
        request: Request, department: BodyCode | None = None, theme: ThemeCode | None = None
    ) -> Response:
        """What was published last, as JSON Feed 1.1."""
        asked = {"department": department, "theme": theme, "kind": None, "after": None, "limit": 50}
        async with database.transaction() as unit:
            rows = (await unit.run(LIST, asked)).all()
        base = settings.public_url or str(request.base_url).rstrip("/")
        body = json_feed(base, [_shown(row) for row in rows])
        return Response(body, media_type="application/feed+json", headers={"Cache-Control": FRESH})

    return router


def _documents(database: Database, objects: Objects) -> APIRouter:
    router = APIRouter()

    @router.get("/documents/{document_id}")
    async def document(document_id: UUID, response: Response) -> dict[str, Any]:
        """One document; 410 with the tombstone when it was withdrawn."""
        async with database.transaction() as unit:
            row = await public(unit, document_id)
        response.headers["Cache-Control"] = FRESH
        response.headers["ETag"] = f'"{row.content_sha256}"'
        return _shown(row)

    @router.get("/documents/{document_id}/editions")
    async def editions(document_id: UUID) -> dict[str, Any]:
        """Its history: which editions there were, and which were withdrawn."""
        async with database.transaction() as unit:
            rows = (await unit.run(EDITIONS, {"id": document_id})).all()
        if not rows:
            raise NotFound
        return {"editions": [dict(row._mapping) for row in rows]}

    @router.api_route("/documents/{document_id}/files/{number}", methods=["GET", "HEAD"])
    async def file(document_id: UUID, number: int, request: Request) -> Response:
        """The bytes that were approved: their hash is checked as they are read."""
        async with database.transaction() as unit:
            row = await public(unit, document_id)
        if not 1 <= number <= len(row.files):
            raise NotFound
        described = row.files[number - 1]
        if unchanged(request, f'"{described["sha256"]}"'):
            return Response(status_code=304, headers=safe_headers(described))
        return answered(request, described, await objects.get(described["sha256"]))

    return router


async def public(unit: Transaction, document_id: UUID) -> Row[Any]:
    """The document as it is public now; raises Withdrawn with its tombstone, or NotFound."""
    row = (await unit.run(ONE, {"id": document_id})).first()
    if row is not None:
        return row
    tombstone = (await unit.run(TOMBSTONE, {"id": document_id})).first()
    if tombstone is None:
        raise NotFound
    raise Withdrawn(tombstone={name: str(value) for name, value in tombstone._mapping.items()})


def _shown(row: Row[Any]) -> dict[str, Any]:
    """An entry as the public sees it, each file with its address."""
    shown = dict(row._mapping)
    href = f"/documents/{row.document_id}"
    shown["files"] = [
        {**described, "href": f"{href}/files/{number}"} for number, described in enumerate(row.files, 1)
    ]
    return {**shown, "href": href}
