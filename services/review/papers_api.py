"""The papers over HTTP: the review sheet, the hand-over list and the monthly summary, to read or to print."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import anyio.to_thread
import orjson
from fastapi import APIRouter, Depends, Header, Query, Response

from shared.clock import today
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.objects import Objects
from shared.policy import Policy

from .api import sees_everything, visible
from .papers.gathering import sheet
from .papers.hand_over import hand_over
from .papers.lists import hand_over_shown, monthly_shown
from .papers.monthly import monthly
from .papers.printing import Paper, docx, pdf
from .papers.shown import Shown, sheet_shown


class Format(StrEnum):
    JSON = "json"
    PDF = "pdf"
    DOCX = "docx"


MEDIA = {
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

NAMES = {Paper.SHEET: "保密审查表", Paper.HAND_OVER: "移交清单", Paper.MONTHLY: "保密审查汇总表"}

ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {media: {} for media in MEDIA.values()}}}

Language = Annotated[str, Header(alias="Accept-Language")]
Month = Annotated[
    str | None,
    Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Such as 2026-11; without it, this month"),
]


def routes(database: Database, objects: Objects, policy: Policy, templates: Path | None = None) -> APIRouter:
    """Review's papers; the folder `templates` may hold an office's own forms (DOCX)."""
    router = APIRouter()
    steps = {code: (step.name, step.name_en) for code, step in policy.steps.items()}
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.
    answer = partial(_answer, templates=templates)

    @router.get("/cases/{case_id}/sheet", response_class=Response, responses=ANSWERS)
    async def review_sheet(
        case_id: UUID, officer: Who, format: Format = Format.JSON, accept_language: Language = "zh"
    ) -> Response:
        """The review sheet (审查表) of a case: everything that was asked, said and decided."""
        async with database.transaction() as unit:
            await visible(unit, case_id, officer, policy)
        found = await sheet(database, objects, case_id)
        shown = partial(sheet_shown, found, steps)
        return await answer(
            Paper.SHEET, format, found, shown, found.printed_at, str(case_id), accept_language
        )

    @router.get("/hand-over-list", response_class=Response, responses=ANSWERS)
    async def hand_over_list(
        officer: Who,
        format: Format = Format.JSON,
        everything: bool = False,
        accept_language: Language = "zh",
    ) -> Response:
        """What was locked away and waits to be handed over (移交清单): hashes and dates, never a title."""
        officer.must_have("secrecy", "operator")
        found = await hand_over(database, everything=everything)
        shown = partial(hand_over_shown, found)
        name = f"{today():%Y%m%d}"
        return await answer(Paper.HAND_OVER, format, found, shown, found.printed_at, name, accept_language)

    @router.get("/monthly-summary", response_class=Response, responses=ANSWERS)
    async def monthly_summary(
        officer: Who, month: Month = None, format: Format = Format.JSON, accept_language: Language = "zh"
    ) -> Response:
        """What every department had reviewed in a month (汇总表); nothing is reported too (零报告)."""
        month = month or f"{today():%Y-%m}"
        found = await monthly(
            database, month, None if sees_everything(officer, policy) else officer.department
        )
        shown = partial(monthly_shown, found)
        said = found.as_json()
        return await answer(Paper.MONTHLY, format, said, shown, found.printed_at, month, accept_language)

    return router


async def _answer(
    paper: Paper,
    format: Format,
    found: Any,
    shown: Callable[[bool], Shown],
    at: datetime,
    name: str,
    language: str,
    templates: Path | None,
) -> Response:
    if format is Format.JSON:
        return Response(orjson.dumps(found), media_type=MEDIA[format])
    english = language.lower().startswith("en")
    make = (
        partial(pdf, paper, shown(english), at, english=english)
        if format is Format.PDF
        else partial(docx, paper, shown(english), english=english, templates=templates)
    )
    return Response(
        await anyio.to_thread.run_sync(make),
        media_type=MEDIA[format],
        headers={"Content-Disposition": disposition(f"{paper}-{name}", f"{NAMES[paper]}-{name}", format)},
    )


def disposition(plain: str, name: str, ending: str) -> str:
    """To be kept under this name (RFC 6266): in ASCII for old programmes, in Chinese for the others."""
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
