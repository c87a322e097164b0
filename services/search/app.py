"""Where search is put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, objects, problems
from shared.clock import today
from shared.limits import SizeLimit
from shared.loops import every
from shared.worker import Worker

from . import consumers
from .api import routes
from .copies import Copy
from .entries import redate
from .folders import Folders
from .in_opensearch import Aliases
from .index import Place
from .settings import SearchSettings


def api() -> ASGIApp:
    """HTTP, and the index that answers it: once it is made, it needs nothing to answer."""
    settings, database = _begin()
    copy = _copy(settings, database)
    app = _api(settings, database, copy)
    app.router.lifespan_context = partial(_following, copy, database)
    app.router.routes.extend(health.routes({"index": copy.complaint}))
    return app


def worker() -> ASGIApp:
    """The streams: what was published and withdrawn; it has no index."""
    return _worker(*_begin()).app()


def both() -> ASGIApp:
    """Both in one process, for a small machine."""
    settings, database = _begin()
    copy = _copy(settings, database)
    return _worker(settings, database, copy).app(_api(settings, database, copy))


def _begin() -> tuple[SearchSettings, db.Database]:
    settings = SearchSettings()
    return settings, db.connect(settings.database_url, "search", settings.source("search"))


def _api(settings: SearchSettings, database: db.Database, copy: Copy) -> FastAPI:
    app = FastAPI(title="Gongkai search", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=1_000_000)
    app.include_router(routes(database, copy, settings.public_url))
    return app


def _copy(settings: SearchSettings, database: db.Database) -> Copy:
    return Copy(database, partial(_place, settings), settings.follow_every, settings.follow_batch)


def _place(settings: SearchSettings) -> Place:
    if settings.opensearch_url:
        return Aliases(settings.opensearch_url, f"gongkai-{settings.organisation}")
    return Folders(settings.data / "search")


def _worker(settings: SearchSettings, database: db.Database, copy: Copy | None = None) -> Worker:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    hears = consumers.table(store, settings.reading_limit)
    redating = partial(every, settings.redate_every, partial(_redate, database), "redate")
    if copy is None:
        return Worker(settings, "search", database, hears, loops=[redating])
    return Worker(
        settings, "search", database, hears, loops=[redating, copy.run], checks={"index": copy.complaint}
    )


async def _redate(database: db.Database) -> int:
    return await redate(database, today())


@asynccontextmanager
async def _following(copy: Copy, database: db.Database, _app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(copy.run())
    yield
    while not task.done():  # Once may not do: an error from a broken connection can hide it.
        task.cancel()
        await asyncio.wait([task], timeout=5.0)
    await database.close()


PARTS = {"api": api, "worker": worker, "both": both}
