"""Work that repeats for as long as the process lives."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from .bell import Bell

log = structlog.get_logger()


async def every(
    seconds: float, work: Callable[[], Awaitable[int | None]], name: str, bell: Bell | None = None
) -> None:
    """Do the work, rest, and again; no rest while it says that it did something; trouble is logged once."""
    complained = ""
    while True:
        did: int | None = 0
        try:
            did = await work()
            complained = ""
        except Exception as trouble:
            if (complaint := repr(trouble)[:300]) != complained:
                log.warning("loop.trouble", loop=name, error=complaint)
            complained = complaint
        end_if_cancelled()
        await (bell or Bell()).rest(0 if did else seconds)


def end_if_cancelled() -> None:
    """For loops that go on after any error: one from a broken connection can take a cancellation's place."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
