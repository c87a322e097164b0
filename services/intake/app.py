"""Where intake is put together."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.limits import SizeLimit
from shared.worker import Worker

from . import consumers
from .api import routes
from .inbound import Inbound
from .portals import routes as portal_routes
from .settings import IntakeSettings


def api() -> ASGIApp:
    """HTTP; it needs the database alone."""
    settings, database = _begin()
    app = _api(settings, database)
    app.router.routes.extend(health.routes({"database": database.answers}))
    return app


def worker() -> ASGIApp:
    """The streams: relay, what became of submissions, and what portals post."""
    return _worker(*_begin()).app()


def both() -> ASGIApp:
    """Both in one process, for a small machine."""
    settings, database = _begin()
    return _worker(settings, database).app(_api(settings, database))


def _begin() -> tuple[IntakeSettings, db.Database]:
    settings = IntakeSettings()
    return settings, db.connect(settings.database_url, "intake", settings.source("intake"))


def _api(settings: IntakeSettings, database: db.Database) -> FastAPI:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    app = FastAPI(title="Gongkai intake", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=settings.max_request_bytes)
    app.include_router(routes(database, store, keys.private(settings.data / "keys", "intake")))
    app.include_router(portal_routes(settings, database))
    return app


def _worker(settings: IntakeSettings, database: db.Database) -> Worker:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    inbound = Inbound(settings, database, store)
    return Worker(
        settings, "intake", database, consumers.table(store), loops=[inbound.run], rest=settings.rest
    )


PARTS = {"api": api, "worker": worker, "both": both}
