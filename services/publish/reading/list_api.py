"""The list over HTTP, as JSON and as a page; what was taken back; bodies and themes."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from shared import themes

from . import catalogue_reading as catalogue
from .asked import Filters as Asked
from .asked import Paged, Place, Written
from .catalogue_reading import Page
from .declared import KEPT, IfNoneMatch, also, problems
from .entries import Bodies, Body, Listing, ThemeEntry, Themes, Withdrawals
from .pages.list_page import ListPage
from .reader import Reader
from .representations import HTML, JSON, Made, answered, given, made, wanted
from .together import Shared

Reading = Callable[[Request, Paged], Awaitable[Response]]
Filters = Annotated[Paged, Query()]


class Taken(Asked):
    """Which withdrawals: filters, and which page."""

    after: Written | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50


def routes(read: Reading, reader: Reader) -> APIRouter:
    """The lists."""
    router = APIRouter(responses=problems(422) | KEPT)
    router.include_router(_documents(read))
    router.include_router(_withdrawals(reader))
    router.include_router(_words(reader))
    return router


def reading(reader: Reader, shown: ListPage) -> Reading:
    """How the list is read, by FastAPI's route and by the straight one."""

    async def make(asked: Paged) -> Made:
        page = await catalogue.page(reader, asked)
        links = {"Link": ", ".join(_links(asked, page))}
        return made(written(asked, page), JSON, changed_at=page.changed_at, headers=links)

    lists = Shared(make)

    async def read(request: Request, asked: Paged) -> Response:
        if wanted(request, (JSON, HTML)) == HTML:
            return await shown.answer(request, asked)
        return given(request, await lists.get(asked))

    return read


def _documents(read: Reading) -> APIRouter:
    router = APIRouter(tags=["documents"])

    @router.get("/documents", response_model=Listing, responses=also(HTML))
    async def documents(
        asked: Filters,
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001 read by representations.py.
    ) -> Response:
        """The newest first, in pages; the Link header leads to the neighbouring ones and to the feeds."""
        return await read(request, asked)

    return router


def written(asked: Paged, page: Page) -> bytes:
    """The page as JSON: its entries come as PostgreSQL wrote them."""
    whole = not (asked.place() or page.next or page.previous)
    said = {"total": len(page.entries) if whole else None, "next": page.next, "previous": page.previous}
    rest = orjson.dumps(said)
    return b'{"documents":[' + ",".join(page.entries).encode() + b"]," + rest[1:]


def _links(asked: Paged, page: Page) -> list[str]:
    """RFC 8288."""
    search, first = asked.filters().query(), asked.filters().query(**asked.size())
    places = {"next": page.next and f"after={page.next}", "prev": page.previous and f"before={page.previous}"}
    joint = f"{first}&" if first else "?"
    return [
        f'</documents{first}>; rel="first"',
        *(f'</documents{joint}{place}>; rel="{rel}"' for rel, place in places.items() if place),
        f'</feed.atom{search}>; rel="alternate"; type="application/atom+xml"',
        f'</feed.json{search}>; rel="alternate"; type="application/feed+json"',
    ]


def _withdrawals(reader: Reader) -> APIRouter:
    router = APIRouter(tags=["documents"])

    @router.get("/withdrawals", response_model=Withdrawals, response_model_exclude_none=True)
    async def withdrawals(
        asked: Annotated[Taken, Query()],
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """What is public no more, the latest first; with `since`, what was taken back since."""
        place = Place.of(asked.after) if asked.after else None
        stones, following = await catalogue.withdrawn(reader, asked, place, asked.limit)
        found = Withdrawals(tombstones=stones, next=str(following) if following else None)
        return answered(request, found.model_dump_json(exclude_none=True).encode(), JSON)

    return router


def _words(reader: Reader) -> APIRouter:
    router = APIRouter(tags=["vocabulary"])

    @router.get("/bodies", response_model=Bodies)
    async def bodies(request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """The bodies whose documents these are (发布机构)."""
        found = [
            Body(**body, href=f"/documents?department={body['code']}")
            for body in await catalogue.bodies(reader)
        ]
        return answered(request, Bodies(bodies=found).model_dump_json().encode(), JSON)

    @router.get("/themes", response_model=Themes)
    async def theme_tree(request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """The State Council's theme tree, two levels (主题分类)."""
        found = Themes(themes=[_theme(theme) for theme in themes.children()])
        return answered(request, found.model_dump_json().encode(), JSON)

    return router


def _theme(theme: themes.Theme) -> ThemeEntry:
    below = [] if theme.code != theme.top else [_theme(one) for one in themes.children(theme.code)]
    href = f"/documents?theme={theme.code}"
    return ThemeEntry(code=theme.code, name=theme.zh, name_en=theme.en, href=href, below=below)
