"""Redaction in a process of its own, which may be slow, swell or die without harm."""

import os
from collections.abc import Sequence

import anyio
from anyio import BrokenWorkerProcess, to_process

from services.review.redaction import Area, Redacted, Span, redact
from services.review.redaction.refused import CannotRedact, RedactionDied, RedactionTooSlow
from shared.confined import confine
from shared.files import DamagedFile, FileType, UnacceptableFile

TIME_LIMIT = 120.0
MEMORY_LIMIT = 1024 * 1024 * 1024


async def redact_apart(
    filetype: FileType,
    content: bytes,
    areas: Sequence[Area],
    spans: Sequence[Span],
    *,
    time_limit: float = TIME_LIMIT,
    memory_limit: int = MEMORY_LIMIT,
) -> Redacted:
    """As `redact`; besides, raises RedactionTooSlow and RedactionDied. Limits in seconds and bytes."""
    try:
        with anyio.fail_after(time_limit):
            call = (filetype, content, list(areas), list(spans), memory_limit)
            return await to_process.run_sync(_redact, *call, cancellable=True)
    except TimeoutError:
        raise RedactionTooSlow(seconds=int(time_limit)) from None
    except BrokenWorkerProcess:
        raise RedactionDied from None


def _redact(
    filetype: FileType, content: bytes, areas: list[Area], spans: list[Span], memory: int
) -> Redacted:
    confine(memory)
    try:
        return redact(filetype, content, areas, spans)
    except (CannotRedact, UnacceptableFile):
        raise
    except MemoryError:
        os._exit(1)  # Nothing can be trusted in a process without memory; the next call gets a new one.
    except Exception:  # A parser's fault; its words may quote the text, so they stay here.
        raise DamagedFile from None
