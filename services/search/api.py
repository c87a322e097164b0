"""The public's door: what is found; and for operators, what the index has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from shared.contracts.vocabulary import (
    BodyCode,
    Digest,
    DocumentKind,
    Genre,
    MatterCode,
    Stage,
    ThemeCode,
    Validity,
)
from shared.db import Database
from shared.identity import Officer, signed_in

from .copies import Copy
from .entries import stands
from .feeds import atom, json_feed
from .highlights import fragments, marked
from .index import Answer, Entry, Held
from .problems import BackwardPeriod
from .questions import Filters, Question, Sort, understood

Writer = Callable[[str, str, Question, Sequence[Entry]], bytes]

FRESH = "public, max-age=5"
"""Shorter than the pages of the catalogue: nobody should find for long what was withdrawn."""

SIZE = 20
PAGES = 500
FEED = 50

Theme = Annotated[ThemeCode, Query(description="主题分类，含下级 / with all below it")]


class Hit(BaseModel):
    """A document that was found; what is HTML is escaped, with the words in <mark>."""

    document_id: UUID
    edition: int
    content_sha256: Digest
    href: str
    index_no: str
    doc_no: str | None
    title: str
    title_html: str
    fragments_html: list[str]
    body: BodyCode
    joint_with: list[BodyCode]
    kind: DocumentKind
    theme: ThemeCode
    created_on: date
    published_at: AwareDatetime
    summary: str
    keywords: list[str]
    genre: Genre | None
    matter: MatterCode | None
    stage: Stage | None
    former_index_no: str | None
    effective_on: date | None
    lapses_on: date | None
    validity: Validity


class Found(BaseModel):
    """One page of hits; `words` is how the question was understood."""

    total: int
    page: int
    pages: int
    sort: Sort
    words: list[str]
    excluded: list[str]
    number: bool
    """The question was a document number or an index number: what bears it comes first."""
    hits: list[Hit]
    facets: dict[str, dict[str, int]]
    facets_estimated: bool
    """There are too many hits to count each: the facets are counted in a part of them, and projected."""


class Standing(BaseModel):
    """How far the index has followed the record."""

    timeline: int
    change: int
    latest: int
    making: int | None
    """The change up to which a new one has come; null while none is made."""
    made: int


def routes(database: Database, copy: Copy, public_url: str = "") -> APIRouter:
    """Search's resources."""
    router = APIRouter()
    router.include_router(_search(copy))
    router.include_router(_feeds(copy, public_url))
    router.include_router(_index(database, copy))
    return router


def _search(copy: Copy) -> APIRouter:
    router = APIRouter()

    @router.get("/search")
    async def search(
        response: Response,
        question: Annotated[Question, Depends(_question)],
    ) -> Found:
        """Blanks mean "and"; "quotes" keep words together; -word excludes; a document number or an index
        number by itself finds what bears it. Full-width and traditional characters make no difference."""
        answer = await copy.search(question)
        response.headers["Cache-Control"] = FRESH
        return _shown(question, answer)

    return router


def _feeds(copy: Copy, public_url: str) -> APIRouter:
    router = APIRouter()

    async def feed(request: Request, question: Question, write: Writer, media_type: str) -> Response:
        newest = replace(question, sort=Sort.NEWEST, page=1, size=FEED)
        base = public_url or str(request.base_url).rstrip("/")
        at = f"{base}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        body = write(base, at, question, (await copy.search(newest)).hits)
        return conditional(request, body, media_type)

    @router.get("/search/feed.atom", response_class=Response)
    async def atom_feed(request: Request, question: Asked) -> Response:
        """The newest answers to a question, as Atom: its address is the saved search."""
        return await feed(request, question, atom, "application/atom+xml")

    @router.get("/search/feed.json", response_class=Response)
    async def feed_json(request: Request, question: Asked) -> Response:
        """The newest answers to a question, as JSON Feed 1.1: its address is the saved search."""
        return await feed(request, question, json_feed, "application/feed+json")

    return router


def conditional(request: Request, body: bytes, media_type: str) -> Response:
    """The body; or 304, where whoever asks has it already."""
    tag = f'"{sha256(body).hexdigest()}"'
    headers = {"Cache-Control": FRESH, "ETag": tag}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _question(
    q: Annotated[str, Query(max_length=200, description="检索词")] = "",
    body: BodyCode | None = None,
    theme: Theme | None = None,
    kind: DocumentKind | None = None,
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    validity: Annotated[Validity | None, Query(description="有效性")] = None,
    genre: Annotated[Genre | None, Query(description="体裁")] = None,
    matter: Annotated[MatterCode | None, Query(description="事项")] = None,
    stage: Annotated[Stage | None, Query(description="决策、执行、结果")] = None,
    since: Annotated[date | None, Query(alias="from", description="发布日期不早于")] = None,
    until: Annotated[date | None, Query(alias="to", description="发布日期不晚于")] = None,
    sort: Annotated[Sort | None, Query(description="newest 最新，best 最相关")] = None,
    page: Annotated[int, Query(ge=1, le=PAGES)] = 1,
) -> Question:
    if since and until and until < since:
        raise BackwardPeriod
    filters = Filters(body, theme, kind, year, validity, genre, matter, stage, since, until)
    return understood(q, filters, sort, page, SIZE)


Asked = Annotated[Question, Depends(_question)]


def _shown(question: Question, answer: Answer) -> Found:
    return Found(
        total=answer.total,
        page=question.page,
        pages=min(PAGES, -(-answer.total // question.size)),
        sort=question.sort,
        words=list(question.wanted),
        excluded=list(question.unwanted),
        number=bool(question.number),
        hits=[hit(entry, question.wanted) for entry in answer.hits],
        facets={name: dict(values) for name, values in answer.facets.items()},
        facets_estimated=answer.estimated,
    )


def hit(entry: Entry, words: tuple[str, ...]) -> Hit:
    """The entry as it is shown to whoever asked for these words."""
    said = {name: value for name, value in vars(entry).items() if name in Hit.model_fields}
    return Hit(
        **said,
        body=entry.department,
        href=f"/documents/{entry.document_id}",
        title_html=marked(entry.title, words),
        fragments_html=fragments("\n".join(filter(None, (entry.summary, entry.text))), words),
    )


def _index(database: Database, copy: Copy) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/index")
    async def index() -> Standing:
        """How far the index has come."""
        now = await stands(database)
        mark = copy.mark or now.__class__(now.timeline, 0)
        making = copy.making.upto if copy.making else None
        return Standing(
            timeline=mark.timeline, change=mark.change, latest=now.change, making=making, made=copy.made
        )

    @router.get("/index/documents", response_class=StreamingResponse)
    async def documents() -> StreamingResponse:
        """Everything that can be found, a line of JSON each: to compare with the catalogue."""
        return StreamingResponse(_lines(copy.held()), media_type="application/x-ndjson")

    @router.post("/index/rebuilds", status_code=202)
    async def rebuild(officer: Who) -> dict[str, int]:
        """Make a new index beside the one in use, and put it in its place; `made` tells when it is done."""
        officer.must_have("operator")
        copy.ask_for_a_new_one()
        return {"made": copy.made}

    return router


def _lines(held: Iterator[Held]) -> Iterator[bytes]:
    for one in held:
        yield orjson.dumps(vars(one)) + b"\n"
