"""The transparency ledger over HTTP, for anybody: heads, entries and proofs."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from joserfc.jwk import KeySet, OKPKey

from shared.contracts.vocabulary import Digest
from shared.db import Database
from shared.problems import Invalid, NotFound
from shared.proofs import Asked, Proof

from ..reading.declared import also, pages, problems
from . import log_page
from .log_reading import Empty, NotSealedYet, consistency, entries, head, proof

FRESH = "public, max-age=10"
FOR_EVER = "public, max-age=31536000, immutable"
"""What the ledger said once it says always."""

PAGE_HEADERS = {
    "Cache-Control": FRESH,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Edition = Annotated[int, Query(ge=1, lt=2**31)]
Position = Annotated[int, Query(ge=1, lt=2**62)]


def routes(database: Database, pinned: Mapping[str, OKPKey]) -> APIRouter:
    """All of it is public; nothing is written."""
    router = APIRouter(tags=["ledger"], responses=problems(404, 409, 422))
    router.include_router(_whole(database, pinned))
    router.include_router(_proofs(database))
    return router


def _whole(database: Database, pinned: Mapping[str, OKPKey]) -> APIRouter:
    router = APIRouter()

    @router.get("/ledger")
    async def ledger(response: Response) -> dict[str, Any]:
        """The latest signed head: keep it, and nobody can rewrite unseen what came before."""
        async with database.transaction() as unit:
            row = await head(unit)
        response.headers["Cache-Control"] = FRESH
        said = {"ledger": "publish", "size": row.position, "root": row.hash, "at": row.at}
        return {**said, "head": row.signature}

    @router.get("/ledger/keys")
    async def keys(response: Response) -> dict[str, Any]:
        """The public keys that heads are signed with, as JWKS; compare them with what you have elsewhere."""
        response.headers["Cache-Control"] = "public, max-age=3600"
        return dict(KeySet(list(pinned.values())).as_dict(private=False))

    @router.get("/ledger/entries")
    async def listed(
        response: Response,
        first: Annotated[Position, Query(alias="from")] = 1,
        limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    ) -> dict[str, Any]:
        """Every entry, in order: who has them all can hash the tree anew."""
        async with database.transaction() as unit:
            rows = await entries(unit, first, limit)
        full = len(rows) == limit
        response.headers["Cache-Control"] = FOR_EVER if full else FRESH
        return {"entries": [dict(row._mapping) for row in rows], "next": first + limit if full else None}

    @router.get("/ledger/consistency")
    async def grown(response: Response, first: Position, second: Position | None = None) -> dict[str, Any]:
        """That the ledger only grew from one size to another; without `second`, to the latest head's."""
        async with database.transaction() as unit:
            shown = await consistency(unit, first, second)
        response.headers["Cache-Control"] = FRESH if second is None else FOR_EVER
        return shown.model_dump()

    return router


def _proofs(database: Database) -> APIRouter:
    router = APIRouter()

    @router.get("/ledger/proof")
    async def proved(
        response: Response,
        document: UUID | None = None,
        edition: Edition | None = None,
        content_sha256: Digest | None = None,
        since: Position | None = None,
    ) -> Proof:
        """What the ledger says about a document, or about whatever has this hash: a content or one file.

        `since` the size of a head that you have: it is proved that the ledger only grew since then.
        """
        if (document is None) == (content_sha256 is None) or (edition is not None and document is None):
            message = "name either document, with edition or without, or content_sha256"
            raise Invalid(faults=[{"at": "query", "code": "missing", "message": message}])
        asked = Asked(document=str(document) if document else None, edition=edition, sha256=content_sha256)
        async with database.transaction() as unit:
            found = await proof(unit, asked, since)
        name = f"proof-{asked.document or asked.sha256}.json"
        response.headers["Cache-Control"] = FRESH
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return found

    @router.get(
        "/ledger/documents/{document_id}",
        response_class=Response,
        responses=also("text/html") | pages(404, 409),
    )
    async def page(document_id: UUID) -> Response:
        """The same for people, in Chinese and English, without any script."""
        try:
            async with database.transaction() as unit:
                found = await proof(unit, Asked(document=str(document_id)))
                latest = await head(unit)
            status, body = 200, log_page.page(found, latest.position, latest.at)
        except (NotFound, NotSealedYet) as absent:
            waits = isinstance(absent, (NotSealedYet, Empty))
            status, body = absent.status, log_page.absent(str(document_id), waits=waits)
        return Response(body, status, PAGE_HEADERS, "text/html; charset=utf-8")

    return router
