"""Where publish is put together."""

from functools import partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.checkpoints import Sealer
from shared.limits import SizeLimit
from shared.loops import every
from shared.policy_file import load
from shared.worker import Worker

from . import api as public
from . import consumers, desk, log_api
from .head import Head
from .log import LOG
from .reader import Reader
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
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=READING, expose_headers=SEEN)
    app.add_middleware(Head)
    straight, described = public.routes(settings, Reader(settings.database_url, "publish"), store)
    app.router.routes[:0] = straight
    app.include_router(described)
    app.include_router(desk.routes(database))
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
    loops = [partial(every, settings.sealing_idle, sealer.work, "ledger")]
    hears = consumers.table(store, pinned, load(settings.policy))
    return Worker(settings, "publish", database, hears, loops=loops)


PARTS = {"api": api, "worker": worker, "both": both}
