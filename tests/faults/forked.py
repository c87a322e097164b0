"""What reads and redacts files, forked instead of started: among the dying, no process would be ready."""

import os
import pickle
import select
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import anyio
from anyio import BrokenWorkerProcess

from services.review.redaction import apart
from services.review.screening import reader
from services.search import reading

PATIENCE = 10.0


def plant() -> None:
    """Still processes of their own, confined as in earnest."""
    for module in (reader, apart, reading):
        vars(module)["to_process"] = SimpleNamespace(run_sync=_run)


async def _run(work: Callable[..., Any], *args: Any, cancellable: bool) -> Any:
    return await anyio.to_thread.run_sync(_fork, work, args, abandon_on_cancel=cancellable)


def _fork(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer(work, args, into)
    os.close(into)
    said = _all_of(out)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(out)
    if not said:
        raise BrokenWorkerProcess
    answer, fault = pickle.loads(said)
    if fault is not None:
        raise fault
    return answer


def _answer(work: Callable[..., Any], args: tuple[Any, ...], into: int) -> None:
    try:
        with os.fdopen(into, "wb") as pipe:
            pipe.write(pickle.dumps(_outcome(work, args)))
    finally:
        os._exit(1)


def _outcome(work: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return work(*args), None
    except Exception as fault:
        return None, fault


def _all_of(out: int) -> bytes:
    said = b""
    while select.select([out], [], [], PATIENCE)[0]:
        if not (more := os.read(out, 1 << 20)):
            return said
        said += more
    return b""
