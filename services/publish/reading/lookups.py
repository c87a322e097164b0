"""How a document is found by its numbers, a matter by its code; whether a document holds."""

import unicodedata
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse

from shared.db import Database, Transaction
from shared.doc_numbers import key_of
from shared.labels import STAGES
from shared.problems import NotFound

from .. import repeals
from .file_answers import FRESH

# Its own number leads to a withdrawn document too, whose tombstone says it; others only to what is public.
BY_INDEX_NO = """
    SELECT id, 0 AS rank, last_published_at FROM document WHERE index_no = :number
    UNION ALL
    SELECT id, 1, last_published_at FROM former_index_no JOIN document ON document.id = document_id
    WHERE former = :number AND current_edition IS NOT NULL
    ORDER BY rank, last_published_at DESC LIMIT 1
"""

BY_DOC_NO = """
    SELECT document_id AS id FROM public_edition WHERE doc_no_key = :number ORDER BY published_at DESC LIMIT 1
"""

MATTER = """
    SELECT public_edition.document_id, edition, title, kind, theme, department, joint_with, doc_no, index_no,
        created_on, published_at, about ->> 'stage' AS stage, validity.validity
    FROM public_edition LEFT JOIN validity ON validity.document_id = public_edition.document_id
    WHERE about ? 'matter' AND about ->> 'matter' = :code
    ORDER BY array_position(ARRAY['decision', 'execution', 'result'], about ->> 'stage'),
        created_on, published_at
"""

Number = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


def routes(database: Database) -> APIRouter:
    """Lookups, matters, validity."""
    router = APIRouter()
    router.include_router(_numbers(database))
    router.include_router(_matters(database))
    return router


def _numbers(database: Database) -> APIRouter:
    router = APIRouter()

    @router.get("/lookups/index-number", status_code=303, response_class=RedirectResponse)
    async def by_index_number(no: Number) -> RedirectResponse:
        """The document with this index number, or that had it before this platform (索引号)."""
        plain = "".join(unicodedata.normalize("NFKC", no).upper().split())
        async with database.transaction() as unit:
            return await _found(unit, BY_INDEX_NO, plain, no)

    @router.get("/lookups/document-number", status_code=303, response_class=RedirectResponse)
    async def by_document_number(no: Number) -> RedirectResponse:
        """The public document with this number, in whatever way it is written (发文字号)."""
        async with database.transaction() as unit:
            return await _found(unit, BY_DOC_NO, key_of(no), no)

    return router


def _matters(database: Database) -> APIRouter:
    router = APIRouter()

    @router.get("/matters/{code}")
    async def matter(
        code: Annotated[str, InPath(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{1,39}$")], response: Response
    ) -> dict[str, Any]:
        """The documents of one matter from its decision to its results (决策、执行、结果), in that order."""
        async with database.transaction() as unit:
            rows = (await unit.run(MATTER, {"code": code})).all()
        if not rows:
            raise NotFound
        response.headers["Cache-Control"] = FRESH
        documents = [{**row._mapping, "href": f"/documents/{row.document_id}"} for row in rows]
        stages = [(stage.value, name.zh, name.en) for stage, name in STAGES.items()] + [(None, "", "")]
        parted = [
            {"stage": stage, "label": zh, "label_en": en, "documents": named}
            for stage, zh, en in stages
            if (named := [one for one in documents if one["stage"] == stage])
        ]
        return {"matter": code, "stages": parted}

    @router.get("/documents/{document_id}/validity")
    async def validity(document_id: UUID, response: Response) -> dict[str, Any]:
        """Whether a public document holds, since when and by what (有效性)."""
        async with database.transaction() as unit:
            found = (await repeals.standings_of(unit, [document_id])).get(document_id)
        if found is None:
            raise NotFound
        response.headers["Cache-Control"] = FRESH
        return found

    return router


async def _found(unit: Transaction, statement: str, number: str, asked: str) -> RedirectResponse:
    row = (await unit.run(statement, {"number": number})).first()
    if row is None:
        raise NotFound(asked)
    headers = {"Cache-Control": FRESH}
    return RedirectResponse(f"/documents/{row.id}", status_code=303, headers=headers)
