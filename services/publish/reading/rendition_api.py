"""Public files as pages, for who cannot or will not open them: read in place, on any screen."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.db import Database
from shared.objects import Objects
from shared.problems import NotFound

from .catalogue_reading import one
from .declared import KEPT, also
from .file_answers import FRESH, unchanged
from .reader import Reader
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


def routes(reader: Reader, database: Database, objects: Objects) -> APIRouter:
    router = APIRouter(tags=["renditions"])

    @router.get("/documents/{document_id}/files/{number}/html", response_class=HTMLResponse, responses=KEPT)
    async def rendition(document_id: UUID, number: int, request: Request) -> Response:
        """The file as an accessible page without anything that runs; 410 when it was withdrawn."""
        entry = await _public(reader, document_id)
        if not 1 <= number <= len(entry["files"]):
            raise NotFound
        tag = f'"{entry["files"][number - 1]["sha256"][:32]}-{entry["edition"]}-{VERSION}"'
        headers = {**PAGE_HEADERS, "ETag": tag}
        if unchanged(request, tag):
            return Response(status_code=304, headers=headers)
        shown = await _page(database, objects, entry, number)
        await _public(reader, document_id)  # Making it took time: it may have been withdrawn meanwhile.
        return Response(shown, media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/assets/rendition.css", response_class=Response, responses=also("text/css") | KEPT)
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


async def _public(reader: Reader, document_id: UUID) -> dict[str, Any]:
    """The document as it is public now; raises NotFound and Withdrawn."""
    entry, _ = await one(reader, document_id)
    return dict(orjson.loads(entry))


async def _page(database: Database, objects: Objects, entry: Mapping[str, Any], number: int) -> str:
    described = entry["files"][number - 1]
    original = Original(described["name"], described["size"], f"../{number}")
    id_, kind = UUID(entry["document_id"]), described["media_type"]
    file = PublicFile(id_, entry["edition"], described["sha256"], kind)
    try:
        return page(await rendition_of(database, objects, file), entry["title"], original)
    except NotRendered as reason:
        return page_without(reason, entry["title"], original)
