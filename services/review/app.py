"""Where review is put together."""

from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.limits import SizeLimit
from shared.loops import every
from shared.worker import Worker

from . import consumers
from .api import routes
from .quarantine import Quarantine
from .screener import Screener
from .settings import ReviewSettings


def api() -> ASGIApp:
    """HTTP; it needs the database alone."""
    settings, database = _begin()
    app = _api(settings, database)
    app.router.routes.extend(health.routes({"database": database.answers}))
    return app


def worker() -> ASGIApp:
    """The streams: relay, new submissions; and screening."""
    return _worker(*_begin()).app()


def both() -> ASGIApp:
    """Both in one process, for a small machine."""
    settings, database = _begin()
    return _worker(settings, database).app(_api(settings, database))


def _begin() -> tuple[ReviewSettings, db.Database]:
    settings = ReviewSettings()
    return settings, db.connect(settings.database_url, "review", settings.source("review"))


def _api(settings: ReviewSettings, database: db.Database) -> FastAPI:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    app = FastAPI(title="Gongkai review", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=1_000_000)
    app.include_router(routes(database, store, keys.private(settings.data / "keys", "review")))
    return app


def _worker(settings: ReviewSettings, database: db.Database) -> Worker:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    quarantine = Quarantine(
        settings.data / "quarantine", store, keys.sealing(settings.data / "keys", "quarantine")
    )
    screener = Screener(
        database, store, quarantine, batch=settings.screening_batch, lease=settings.screening_lease
    )
    loops = [
        partial(every, settings.screening_idle, screener.screen, "screening", screener.bell),
        partial(every, 2.0, partial(quarantine.clear, database), "quarantine"),
    ]
    hears = consumers.table(settings.working_days, screener.bell)
    return Worker(settings, "review", database, hears, loops=loops)


PARTS = {"api": api, "worker": worker, "both": both}
