"""What runs for the channels: a loop for each, so that a slow one holds up nobody; and monthly transfers."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette

from shared import health
from shared.db import Database
from shared.loops import every
from shared.objects import Objects
from shared.worker import Loop

from .channels import Around, Channel
from .channels.register import Register
from .outgoing import Record
from .releases import Releaser
from .settings import PublishSettings
from .transfers import Transfers


def open_all(settings: PublishSettings, register: Register, record: Record) -> Mapping[str, Channel]:
    """Every channel of the register; raises what a channel objects to, before anything is served."""
    opened = {}
    for code, one in register.channels.items():
        around = Around(settings.public_url, settings.data / "channels" / code, record.news)
        opened[code] = one.open(around)
    return opened


def loops(
    settings: PublishSettings, database: Database, objects: Objects, register: Register
) -> Sequence[Loop]:
    """A loop for each channel, and one for the reading rooms."""
    record = Record(database, objects, settings.public_url)
    channels = open_all(settings, register, record).values()
    releasers = {channel.code: Releaser(database, record, objects, channel) for channel in channels}
    transfers = Transfers(database, record, objects, register.rooms)
    return [
        *(partial(every, settings.releasing_idle, one.work, code) for code, one in releasers.items()),
        partial(every, settings.transfers_every, transfers.work, "transfers"),
    ]


def alone(database: Database, work: Sequence[Loop]) -> Starlette:
    """A process that does this and nothing else."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(loop()) for loop in work]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()

    return Starlette(routes=health.routes({"database": database.answers}), lifespan=lifespan)
