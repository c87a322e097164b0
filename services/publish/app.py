"""Where publish is put together."""

from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.checkpoints import Sealer
from shared.limits import SizeLimit
from shared.loops import every
from shared.policy_file import load
from shared.worker import Worker

from . import api as public
from . import consumers, desk, log_api, recall_api, schedule_api
from .due import CalendarDesk
from .log import LOG
from .reminders import remind
from .settings import PublishSettings


def api() -> ASGIApp:
    """HTTP; it needs the database, and the public keys of the ledger."""
    settings, database = _begin()
    app = _api(settings, database)
    app.router.routes.extend(health.routes({"database": database.answers}))
    return app


def worker() -> ASGIApp:
    """The streams: relay, and what was approved; and the sealing of the ledger."""
    return _worker(*_begin()).app()


def both() -> ASGIApp:
    """Both in one process, for a small machine."""
    settings, database = _begin()
    return _worker(settings, database).app(_api(settings, database))


def _begin() -> tuple[PublishSettings, db.Database]:
    settings = PublishSettings()
    return settings, db.connect(settings.database_url, "publish", settings.source("publish"))


def _api(settings: PublishSettings, database: db.Database) -> FastAPI:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    app = FastAPI(title="Gongkai publish", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=1_000_000)
    app.include_router(public.routes(settings, database, store))
    app.include_router(desk.routes(database))
    app.include_router(schedule_api.routes(database))
    app.include_router(recall_api.routes(database))
    app.include_router(log_api.routes(database, keys.pinned(settings.data / "keys", "publish-ledger")))
    return app


def _worker(settings: PublishSettings, database: db.Database) -> Worker:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    pinned = keys.pinned(settings.data / "keys", "review")
    sealer = Sealer(
        database,
        LOG,
        keys.of_worker(settings.data / "keys", "publish", "publish-ledger"),
        settings.data / "ledger" / "publish.jsonl",
        rows=settings.checkpoint_rows,
        seconds=settings.checkpoint_every,
    )
    policy = load(settings.policy)
    calendar = CalendarDesk(database, store, pinned, policy)
    loops = [
        partial(every, settings.sealing_idle, sealer.work, "ledger"),
        partial(every, settings.calendar_every, calendar.work, "calendar"),
        partial(every, settings.remind_every, partial(remind, database), "reminders"),
    ]
    hears = consumers.table(store, pinned, policy)
    return Worker(settings, "publish", database, hears, loops=loops)


PARTS = {"api": api, "worker": worker, "both": both}
