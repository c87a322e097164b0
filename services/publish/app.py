"""Where publish is put together."""

from collections.abc import Sequence
from functools import partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.checkpoints import Sealer
from shared.limits import SizeLimit
from shared.loops import every
from shared.policy_file import load
from shared.worker import Loop, Worker

from . import (
    channel_work,
    consumers,
    desk,
    recall_api,
    releases_api,
    repeals_api,
    schedule_api,
    transfers_api,
)
from .channels import register
from .due import CalendarDesk
from .ledger import log_api
from .ledger.log import LOG
from .obligations import obligations_api, overdue
from .outgoing import Record
from .reading import api as public
from .reading import lookups, rendition_api
from .reading.declared import problems as problems_of
from .reading.head import Head
from .reading.reader import Reader
from .reminders import remind
from .settings import PublishSettings

READING = ["GET", "HEAD"]
SEEN = ["ETag", "Last-Modified", "Link", "Content-Language", "Content-Disposition"]
"""What a page of another site may do and see: read, and nothing else."""


def api() -> ASGIApp:
    """HTTP; it needs the database, and the public keys of the ledger."""
    settings, database = _begin()
    app = _api(settings, database)
    app.router.routes.extend(health.routes({"database": database.answers}))
    return app


def worker() -> ASGIApp:
    """The streams: relay, and what was approved; and the sealing of the ledger."""
    return _worker(*_begin()).app()


def channels() -> ASGIApp:
    """What goes out of the house, and is taken back; it signs nothing."""
    settings, database = _begin()
    return channel_work.alone(database, _outward(settings, database))


def both() -> ASGIApp:
    """All in one process, for a small machine."""
    settings, database = _begin()
    worker = _worker(settings, database)
    worker.loops = [*worker.loops, *_outward(settings, database)]
    return worker.app(_api(settings, database))


def _begin() -> tuple[PublishSettings, db.Database]:
    settings = PublishSettings()
    register.load(settings.channels)  # A register with a fault is told at once, not with the first release.
    return settings, db.connect(settings.database_url, "publish", settings.source("publish"))


def _api(settings: PublishSettings, database: db.Database) -> FastAPI:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    app = FastAPI(title="Gongkai publish", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=8_000_000)  # A whole obligation register.
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=READING, expose_headers=SEEN)
    app.add_middleware(Head)
    reader = Reader(settings.database_url, "publish")
    straight, described = public.routes(settings, reader, store)
    app.router.routes[:0] = straight
    app.include_router(described)
    app.include_router(rendition_api.routes(reader, database, store), responses=problems_of(404, 410, 422))
    app.include_router(desk.routes(database))
    app.include_router(lookups.routes(database), responses=problems_of(404, 410, 422))
    app.include_router(repeals_api.routes(database))
    app.include_router(schedule_api.routes(database))
    app.include_router(recall_api.routes(database))
    obligations = obligations_api.routes(database, load(settings.policy))
    app.include_router(obligations, responses=problems_of(404, 422))
    app.include_router(log_api.routes(database, keys.pinned(settings.data / "keys", "publish-ledger")))
    registered = register.load(settings.channels)
    opened = channel_work.open_all(settings, registered, Record(database, store, settings.public_url))
    out = releases_api.routes(database, store, registered, opened)
    app.include_router(out, responses=problems_of(404, 422))
    app.include_router(transfers_api.routes(database, store))
    return app


def _outward(settings: PublishSettings, database: db.Database) -> Sequence[Loop]:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    return channel_work.loops(settings, database, store, register.load(settings.channels))


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
    policy, registered = load(settings.policy), register.load(settings.channels)
    calendar = CalendarDesk(database, store, pinned, policy, registered)
    loops = [
        partial(every, settings.sealing_idle, sealer.work, "ledger"),
        partial(every, settings.calendar_every, calendar.work, "calendar"),
        partial(every, settings.remind_every, partial(remind, database), "reminders"),
        partial(every, settings.overdue_every, partial(overdue.sweep, database), "overdue"),
    ]
    hears = consumers.table(store, pinned, policy, registered)
    return Worker(settings, "publish", database, hears, loops=loops)


PARTS = {"api": api, "worker": worker, "channels": channels, "both": both}
