"""One document over HTTP: as JSON, as a page, as linked data; its editions and its files."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request, Response

from shared.files import FileType
from shared.objects import Objects
from shared.problems import NotFound

from ..settings import PublishSettings
from . import catalogue_reading as catalogue
from . import linked
from .declared import KEPT, IfNoneMatch, Language, also, pages, problems
from .entries import EditionLine, Editions, Entry, Relations
from .file_answers import answered as part_of
from .file_answers import safe_headers
from .pages.document_page import DocumentPage
from .reader import Reader
from .related import relations_of
from .representations import HTML, JSON, LINKED, answered, base, has, wanted
from .together import Together

Reading = Callable[[Request, UUID], Awaitable[Response]]

EditionNumber = Annotated[int, Path(ge=1, lt=2**31)]
FileNumber = Annotated[int, Path(description="Counted from 1")]


def routes(read: Reading, reader: Reader, objects: Objects) -> APIRouter:
    """Under /documents/{document_id}."""
    router = APIRouter(tags=["documents"], responses=problems(404, 410, 422) | KEPT)
    router.include_router(_whole(read, reader))
    router.include_router(_editions(reader))
    router.include_router(_files(reader, objects))
    return router


def reading(settings: PublishSettings, reader: Reader, page: DocumentPage) -> Reading:
    """How a document is read, by FastAPI's route and by the straight one."""

    entries = Together(partial(catalogue.some, reader))

    async def read(request: Request, document_id: UUID) -> Response:
        kind = wanted(request, (JSON, HTML, LINKED))
        if kind == HTML:
            return await page.answer(request, document_id)
        found = await entries.get(document_id)
        if found is None:
            raise await catalogue.missing(reader, document_id)
        entry, changed_at = found
        if kind == JSON:
            return answered(request, entry.encode(), JSON, changed_at=changed_at)
        root, bodies = base(request, settings.public_url), await catalogue.names(reader)
        body = linked.document(root, orjson.loads(entry), bodies)
        return answered(request, orjson.dumps(body), LINKED, changed_at=changed_at)

    return read


def _whole(read: Reading, reader: Reader) -> APIRouter:
    router = APIRouter()

    @router.get(
        "/documents/{document_id}", response_model=Entry, responses=also(HTML, LINKED) | pages(404, 410)
    )
    async def document(
        document_id: UUID,
        request: Request,
        lang: Language = None,  # noqa: ARG001 read by the page.
        if_none_match: IfNoneMatch = None,  # noqa: ARG001 read by representations.py.
    ) -> Response:
        """One document as JSON, as a page or as JSON-LD; 410 with the tombstone when it was withdrawn."""
        return await read(request, document_id)

    @router.get("/documents/{document_id}/relations", response_model=Relations)
    async def relations(document_id: UUID, request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """What it has to do with other documents, and its matter from decision to result."""
        entry, _ = await catalogue.one(reader, document_id)
        found = await relations_of(reader, orjson.loads(entry))
        return answered(request, found.model_dump_json().encode(), JSON)

    return router


def _editions(reader: Reader) -> APIRouter:
    router = APIRouter()

    @router.get("/documents/{document_id}/editions", response_model=Editions)
    async def editions(document_id: UUID, request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """Its history: which editions there were, and which were withdrawn."""
        lines = [_line(document_id, row) for row in await catalogue.editions(reader, document_id)]
        return answered(request, Editions(editions=lines).model_dump_json().encode(), JSON)

    @router.get("/documents/{document_id}/editions/{number}", response_model=Entry)
    async def edition(
        document_id: UUID,
        number: EditionNumber,
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """What was said of one edition; only the current one's files are given out."""
        entry, changed_at = await catalogue.edition(reader, document_id, number)
        return answered(request, entry.encode(), JSON, changed_at=changed_at)

    return router


def _line(document_id: UUID, row: tuple[Any, ...]) -> EditionLine:
    number, published_at, content_sha256, amendment, withdrawn = row
    return EditionLine(
        edition=number,
        published_at=published_at,
        content_sha256=content_sha256,
        amendment=amendment,
        withdrawn=withdrawn,
        href=f"/documents/{document_id}/editions/{number}",
    )


def _files(reader: Reader, objects: Objects) -> APIRouter:
    router = APIRouter()

    @router.get(
        "/documents/{document_id}/files/{number}",
        response_class=Response,
        responses=also(*(kind.media_type for kind in FileType)),
    )
    async def file(
        document_id: UUID,
        number: FileNumber,
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """The bytes that were approved: their hash is checked as they are read."""
        files = await catalogue.files(reader, document_id)
        if not 1 <= number <= len(files):
            raise NotFound
        described = files[number - 1]
        if has(request, f'"{described["sha256"]}"'):
            return Response(status_code=304, headers=safe_headers(described))
        return part_of(request, described, await objects.get(described["sha256"]))

    return router
