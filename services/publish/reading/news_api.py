"""The catalogue for machines over HTTP: feeds, sitemap, robots.txt, linked data."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from shared.problems import NotFound

from ..settings import PublishSettings
from . import catalogue_reading as catalogue
from . import linked, sitemaps
from .asked import Paged
from .declared import KEPT, IfNoneMatch, also, problems
from .feeds import Feed, atom, json_feed
from .reader import Reader
from .representations import LINKED, answered, base

ATOM, JSON_FEED, XML, TEXT = "application/atom+xml", "application/feed+json", "application/xml", "text/plain"

TAKEN_BACK = 200
"""Tombstones on the first page of a feed; /withdrawals has all."""


def routes(settings: PublishSettings, reader: Reader) -> APIRouter:
    """Each from the record at that moment."""
    router = APIRouter(responses=problems(404, 422) | KEPT)
    router.include_router(_feeds(settings, reader))
    router.include_router(_sitemaps(settings, reader))
    router.include_router(_linked(settings, reader))
    return router


def _only(media_type: str) -> dict[str, Any]:
    """The one representation of an address, for its description."""
    return {"response_class": Response, "responses": also(media_type)}


def _feeds(settings: PublishSettings, reader: Reader) -> APIRouter:
    router = APIRouter(tags=["feeds"])

    @router.get("/feed.atom", **_only(ATOM))
    async def as_atom(
        asked: Annotated[Paged, Query()],
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001 read by representations.py.
    ) -> Response:
        """News as Atom (RFC 4287); every filter of the list makes a feed of its own."""
        feed = await _feed(settings, reader, request, asked)
        return answered(request, atom(feed), ATOM, changed_at=feed.changed_at, headers=_hub(feed))

    @router.get("/feed.json", **_only(JSON_FEED))
    async def as_json(
        asked: Annotated[Paged, Query()],
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """The same as JSON Feed 1.1."""
        feed = await _feed(settings, reader, request, asked)
        return answered(request, json_feed(feed), JSON_FEED, changed_at=feed.changed_at, headers=_hub(feed))

    return router


async def _feed(settings: PublishSettings, reader: Reader, request: Request, asked: Paged) -> Feed:
    filters = asked.filters()
    page = await catalogue.page(reader, asked)
    first = not asked.place()
    stones, _ = await catalogue.withdrawn(reader, filters, None, TAKEN_BACK) if first else ([], None)
    entries = [orjson.loads(entry) for entry in page.entries]
    place = f"before={asked.before}" if asked.before else f"after={asked.after}" if asked.after else ""
    return Feed(
        title=settings.site_name,
        base=base(request, settings.public_url),
        query=filters.query(**asked.size()),
        entries=entries,
        tombstones=stones,
        changed_at=page.changed_at or (stones[0].withdrawn_at if stones else None),
        bodies=await catalogue.names(reader),
        hub=settings.websub_hub,
        place=place,
        next=page.next or "",
        previous=page.previous or "",
    )


def _hub(feed: Feed) -> dict[str, str]:
    """WebSub is found by the Link header too."""
    return {"Link": f'<{feed.hub}>; rel="hub"'} if feed.hub else {}


def _sitemaps(settings: PublishSettings, reader: Reader) -> APIRouter:
    router = APIRouter(tags=["feeds"])

    @router.get("/sitemap.xml", **_only(XML))
    async def index(request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """Which sitemaps there are."""
        return answered(request, await sitemaps.index(reader, base(request, settings.public_url)), XML)

    @router.get("/sitemaps/{number}.xml", **_only(XML))
    async def part(
        number: Annotated[int, Path(ge=1, le=50_000)],
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """Every public document, 50,000 in one file."""
        found = await sitemaps.part(reader, base(request, settings.public_url), number)
        if found is None:
            raise NotFound
        return answered(request, found, XML)

    @router.get("/robots.txt", **_only(TEXT))
    async def robots(request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
        """That all may read all, and where the sitemap is."""
        return answered(request, sitemaps.robots(base(request, settings.public_url)).encode(), TEXT)

    return router


def _linked(settings: PublishSettings, reader: Reader) -> APIRouter:
    router = APIRouter(tags=["linked data"])

    @router.get("/catalogue.jsonld", **_only(LINKED))
    async def whole(
        asked: Annotated[Paged, Query()],
        request: Request,
        if_none_match: IfNoneMatch = None,  # noqa: ARG001
    ) -> Response:
        """The catalogue in the words of DCAT, in pages; filters as the list has them."""
        page = await catalogue.page(reader, asked)
        root = base(request, settings.public_url)
        entries = [orjson.loads(entry) for entry in page.entries]
        said = linked.catalogue(
            settings.column_name, root, entries, await catalogue.names(reader), _neighbours(root, asked, page)
        )
        return answered(request, orjson.dumps(said), LINKED, changed_at=page.changed_at)

    return router


def _neighbours(root: str, asked: Paged, page: catalogue.Page) -> dict[str, str]:
    filters = asked.filters()
    own = {name: value for name, value in (("after", asked.after), ("before", asked.before)) if value}
    places: dict[str, dict[str, Any]] = {
        "self": own,
        "first": {},
        "next": {"after": page.next},
        "previous": {"before": page.previous},
    }
    return {
        name: f"{root}/catalogue.jsonld{filters.query(**asked.size(), **place)}"
        for name, place in places.items()
        if all(place.values())
    }
