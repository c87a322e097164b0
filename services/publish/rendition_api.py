"""Public files as pages, for who cannot or will not open them: read in place, on any screen."""

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from shared.db import Database
from shared.objects import Objects
from shared.problems import NotFound

from .api import public
from .file_answers import FRESH, unchanged
from .rendered import PublicFile, rendition_of
from .renditions import VERSION, NotRendered
from .renditions.page import Original, page, page_without

STYLE = (Path(__file__).parent / "renditions" / "rendition.css").read_bytes()
STYLE_TAG = f'"{sha256(STYLE).hexdigest()[:16]}"'

PAGE_HEADERS = {
    "Cache-Control": FRESH,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes(database: Database, objects: Objects) -> APIRouter:
    router = APIRouter(tags=["renditions"])

    @router.api_route("/documents/{document_id}/files/{number}/html", methods=["GET", "HEAD"])
    async def rendition(document_id: UUID, number: int, request: Request) -> Response:
        """The file as an accessible page without anything that runs; 410 when it was withdrawn."""
        row = await _public(database, document_id)
        if not 1 <= number <= len(row.files):
            raise NotFound
        tag = f'"{row.files[number - 1]["sha256"][:32]}-{row.edition}-{VERSION}"'
        headers = {**PAGE_HEADERS, "ETag": tag}
        if unchanged(request, tag):
            return Response(status_code=304, headers=headers)
        shown = await _page(database, objects, row, number)
        await _public(database, document_id)  # Making it took time: it may have been withdrawn meanwhile.
        return Response(shown, media_type="text/html; charset=utf-8", headers=headers)

    @router.api_route("/assets/rendition.css", methods=["GET", "HEAD"])
    async def style(request: Request) -> Response:
        """What the pages look like."""
        headers = {
            "Cache-Control": "public, max-age=3600",
            "ETag": STYLE_TAG,
            "X-Content-Type-Options": "nosniff",
        }
        if unchanged(request, STYLE_TAG):
            return Response(status_code=304, headers=headers)
        return Response(STYLE, media_type="text/css; charset=utf-8", headers=headers)

    return router


async def _public(database: Database, document_id: UUID) -> Row[Any]:
    async with database.transaction() as unit:
        return await public(unit, document_id)


async def _page(database: Database, objects: Objects, row: Row[Any], number: int) -> str:
    described = row.files[number - 1]
    original = Original(described["name"], described["size"], f"../{number}")
    file = PublicFile(row.document_id, row.edition, described["sha256"], described["media_type"])
    try:
        return page(await rendition_of(database, objects, file), row.title, original)
    except NotRendered as reason:
        return page_without(reason, row.title, original)
