"""Files read in a process of its own, which may be slow, swell or die without harm."""

import os
import resource
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import anyio
from anyio import BrokenWorkerProcess, to_process

from shared.files import UnacceptableFile, kind_of
from shared.plaintext import plaintext

MEMORY_LIMIT = 1024 * 1024 * 1024

Text = tuple[str, str]
"""The words of a file, and why there are none."""


async def texts(contents: Sequence[bytes], limit: float) -> list[Text]:
    """One for each file; together if all goes well, one by one if it does not."""
    try:
        with anyio.fail_after(limit):
            return await to_process.run_sync(_read_all, list(contents), cancellable=True)
    except (TimeoutError, BrokenWorkerProcess) as trouble:
        if len(contents) == 1:
            return [("", type(trouble).__name__)]
        return [text for content in contents for text in await texts([content], limit)]


def _read_all(contents: list[bytes]) -> list[Text]:
    _confine()
    return [_read(content) for content in contents]


def _read(content: bytes) -> Text:
    try:
        kind = kind_of(content)
        return (plaintext(kind, content), "") if kind else ("", "unknown-type")
    except UnacceptableFile as fault:
        return "", fault.code
    except MemoryError:
        os._exit(1)  # Nothing can be trusted in a process without memory; the next call gets a new one.
    except Exception:  # A parser's fault concerns one file; its words may quote the text, so they stay here.
        return "", "failed"


@cache
def _confine() -> None:
    """Once per process: only so much memory above the start, no file written, no core with the text in it."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    ceiling = pages * resource.getpagesize() + MEMORY_LIMIT
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
