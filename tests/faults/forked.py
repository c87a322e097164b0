"""Screening's reading process, forked instead of started: among the dying, none would be ready."""

import os
import pickle
import select
import signal
from collections.abc import Sequence

import anyio
from anyio import BrokenWorkerProcess

from services.review.screening import Screening, reader

PATIENCE = 10.0


def plant() -> None:
    """Still a process of its own, confined as in earnest."""
    reader._in_child = _in_child


async def _in_child(files: Sequence[reader.File], first: int, watch: reader.Watch) -> list[Screening]:
    return await anyio.to_thread.run_sync(_fork, list(files), first, watch)


def _fork(files: list[reader.File], first: int, watch: reader.Watch) -> list[Screening]:
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer(files, first, watch, into)
    os.close(into)
    said = _all_of(out)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(out)
    if not said:
        raise BrokenWorkerProcess
    answer: list[Screening] = pickle.loads(said)
    return answer


def _answer(files: list[reader.File], first: int, watch: reader.Watch, into: int) -> None:
    try:
        with os.fdopen(into, "wb") as pipe:
            pickle.dump(reader._read(files, first, watch, reader.MEMORY_LIMIT), pipe)
    finally:
        os._exit(0)


def _all_of(out: int) -> bytes:
    said = b""
    while select.select([out], [], [], PATIENCE)[0]:
        if not (more := os.read(out, 1 << 20)):
            return said
        said += more
    return b""
