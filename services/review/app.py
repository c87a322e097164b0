"""Where review is put together."""

from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, keys, objects, problems
from shared.checkpoints import Sealer
from shared.limits import SizeLimit
from shared.loops import every
from shared.policy_file import load
from shared.worker import Worker

from . import acts, consumers, keyword_lists_api, lateness, papers_api
from .api import routes
from .examining import Examiner
from .keyword_lists import Rules
from .quarantine import Quarantine
from .redactions import seal_originals
from .reexamination import Reexaminer
from .refitting import refit
from .screener import Screener
from .sealed import CHAIN
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
    load(settings.policy)  # A policy with a fault is told at once, not with the first case.
    return settings, db.connect(settings.database_url, "review", settings.source("review"))


def _api(settings: ReviewSettings, database: db.Database) -> FastAPI:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    app = FastAPI(title="Gongkai review", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=1_000_000)
    policy, key = load(settings.policy), keys.private(settings.data / "keys", "review")
    secret = keys.secret(settings.data / "keys", "review", "keywords")
    app.include_router(routes(database, store, policy, Rules(database, secret)))
    app.include_router(keyword_lists_api.routes(database, secret))
    app.include_router(papers_api.routes(database, store, policy, settings.templates))
    app.include_router(acts.routes(acts.Desk(database, store, policy, key)))
    return app


def _sealed(settings: ReviewSettings, store: objects.Objects, folder: str) -> Quarantine:
    """A folder of what is locked away; the key that opens it is kept off-line."""
    return Quarantine(settings.data / folder, store, keys.sealing(settings.data / "keys", "quarantine"))


def _worker(settings: ReviewSettings, database: db.Database) -> Worker:
    store = objects.open_store(settings.store_url, settings.data / "objects")
    policy, quarantine = load(settings.policy), _sealed(settings, store, "quarantine")
    lease = settings.screening_lease
    examiner = Examiner(store, Rules(database, keys.secret(settings.data / "keys", "review", "keywords")))
    screener = Screener(database, examiner, quarantine, policy, batch=settings.screening_batch, lease=lease)
    reexaminer = Reexaminer(database, examiner, batch=settings.reexamining_batch, lease=lease)
    sealer = Sealer(
        database,
        CHAIN,
        keys.of_worker(settings.data / "keys", "review", "ledger"),
        settings.data / "ledger" / "checkpoints.jsonl",
        rows=settings.checkpoint_rows,
        seconds=settings.checkpoint_every,
    )
    originals = _sealed(settings, store, "originals")
    loops = [
        partial(every, settings.screening_idle, screener.screen, "screening", screener.bell),
        partial(every, 2.0, partial(quarantine.clear, database), "quarantine"),
        partial(every, 2.0, partial(seal_originals, database, originals), "originals"),
        partial(every, settings.sealing_idle, sealer.work, "ledger"),
        partial(every, settings.sweep_every, partial(refit, database, policy), "refitting"),
        partial(every, settings.sweep_every, partial(lateness.sweep, database, policy), "lateness"),
        partial(every, settings.reexamining_every, reexaminer.examine, "reexamination"),
    ]
    hears = consumers.table(policy, settings.working_days, screener.bell)
    return Worker(settings, "review", database, hears, loops=loops)


PARTS = {"api": api, "worker": worker, "both": both}
