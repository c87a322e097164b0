"""Renditions made in a process of its own, which may be slow, swell or die without harm."""

import os

import anyio
from anyio import BrokenWorkerProcess, to_process

from shared.confined import confine

from .rendering import render
from .rendition import NotRendered, Rendition

TIME_LIMIT = 20.0
MEMORY_LIMIT = 1024 * 1024 * 1024


async def render_apart(
    content: bytes, media_type: str, *, seconds: float = TIME_LIMIT, memory: int = MEMORY_LIMIT
) -> Rendition:
    """As `render`; who needs too much time or memory is refused as well."""
    try:
        with anyio.fail_after(seconds):
            return await _in_child_or_the_next(content, media_type, memory)
    except TimeoutError:
        raise NotRendered("too-slow") from None
    except BrokenWorkerProcess:
        raise NotRendered("too-large") from None


async def _in_child_or_the_next(content: bytes, media_type: str, memory: int) -> Rendition:
    """A process that waited idle may have died of something else than this file."""
    try:
        return await to_process.run_sync(_render, content, media_type, memory, cancellable=True)
    except BrokenWorkerProcess:
        return await to_process.run_sync(_render, content, media_type, memory, cancellable=True)


def _render(content: bytes, media_type: str, memory: int) -> Rendition:
    confine(memory)
    try:
        return render(content, media_type)
    except NotRendered:
        raise
    except MemoryError:
        os._exit(1)  # Nothing can be trusted in a process without memory; the next call gets a new one.
    except RecursionError:
        raise NotRendered("too-deep") from None
    except Exception:  # A parser's fault; its words may quote the text, so they stay here.
        raise NotRendered("damaged") from None
