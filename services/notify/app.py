"""Where notify is put together."""

from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from shared import db, health, problems, streams
from shared.limits import SizeLimit
from shared.loops import every
from shared.worker import Worker

from . import confirmations, consumers
from .api import routes
from .mailboxes import Mailboxes
from .settings import NotifySettings


def api() -> ASGIApp:
    """HTTP; it needs the database, and the edge for passwords."""
    settings, database = _begin()
    app = _api(settings, database)
    app.router.routes.extend(health.routes({"database": database.answers}))
    return app


def worker() -> ASGIApp:
    """The streams: what was published and withdrawn, the mailboxes, and their confirmations."""
    return _worker(*_begin()).app()


def both() -> ASGIApp:
    """Both in one process, for a small machine."""
    settings, database = _begin()
    return _worker(settings, database).app(_api(settings, database))


def _begin() -> tuple[NotifySettings, db.Database]:
    settings = NotifySettings()
    return settings, db.connect(settings.database_url, "notify", settings.source("notify"))


def _api(settings: NotifySettings, database: db.Database) -> FastAPI:
    app = FastAPI(title="Gongkai notify", version="1", redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SizeLimit, limit=1_000_000)
    app.include_router(routes(settings, database))
    return app


def _worker(settings: NotifySettings, database: db.Database) -> Worker:
    client = streams.client(settings.edge_url)
    mailboxes = Mailboxes(database, client, batch=settings.relay_batch, keep=settings.mailbox_entries)

    async def edge_answers() -> str:
        await client.ping()
        return f"ahead of the record: {', '.join(mailboxes.fenced)}" if mailboxes.fenced else ""

    loops = [
        partial(mailboxes.run, settings.mailbox_idle, settings.watch_every),
        partial(every, settings.confirm_every, partial(confirmations.observe, client, database), "confirm"),
    ]
    return Worker(
        settings,
        "notify",
        database,
        consumers.table(mailboxes.bell),
        loops=loops,
        checks={"edge": edge_answers},
    )


PARTS = {"api": api, "worker": worker, "both": both}
