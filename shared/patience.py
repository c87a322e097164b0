"""Waiting for a database that is away: that is nobody's failure."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from .failures import gone

log = structlog.get_logger()

T = TypeVar("T")


async def patiently(work: Callable[[], Awaitable[T]], what: str) -> T:
    """Do the work, again and again while the database is away; any other trouble is raised."""
    pause = 0.2
    while True:
        try:
            return await work()
        except Exception as trouble:
            if not gone(trouble):
                raise
            log.warning("database.away", during=what, error=str(trouble)[:200])
        await asyncio.sleep(pause)
        pause = min(2 * pause, 5.0)
