"""Bears the processes: it has read all the code once, so that a killed process is back in a moment.

Orders come on standard input and news goes to standard output, one JSON object a line. The children are real
processes with their own sessions; only how they begin is spared. When the input ends, so do all of them.
"""

import gc
import importlib
import json
import os
import random
import select
import signal
import sys
from typing import Any

from tests.faults import desk, forked, sabotaged

SERVICES = ("intake", "review", "publish", "notify", "search")

LAZY = (
    "uvloop",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "encodings.idna",
)
"""What is imported late."""

children: set[int] = set()


def main() -> None:
    """Until nobody gives orders any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    learn()
    tell({"ready": True})
    try:
        serve()
    finally:
        for pid in children:
            send(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def serve() -> None:
    received = b""
    while True:
        if select.select([0], [], [], 0.02)[0]:
            if not (more := os.read(0, 65536)):
                return
            *lines, received = (received + more).split(b"\n")
            for line in lines:
                obey(json.loads(line))
        bury()


def learn() -> None:
    """What a process does before its first event, once for all of them: then beginning takes no time."""
    for module in LAZY:
        importlib.import_module(module)
    for service in SERVICES:
        importlib.import_module(f"services.{service}.settings")
        importlib.import_module(f"services.{service}.app").PARTS["api"]()
    gc.collect()
    gc.freeze()


def obey(order: dict[str, Any]) -> None:
    """Bear a child, or send a signal to one; one that has been buried is left alone."""
    if "signal" not in order:
        bear(order)
    elif order["pid"] in children:
        send(order["pid"], order["signal"])


def send(pid: int, number: int) -> None:
    """To it and to what it started; a newborn that has no session of its own yet is alone."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        os.kill(pid, number)


def bear(order: dict[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        grow_up(order)
    children.add(pid)
    tell({"born": pid, "name": order["name"]})


def grow_up(order: dict[str, Any]) -> None:
    """The child: a session, a log and an environment of its own; then it is what it was ordered to be."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for stream, to in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(to, stream)
        os.environ.update(order["environment"])
        random.seed()
        importlib.reload(importlib.import_module("shared.crash"))
        _become(order)
    except BaseException as end:
        sys.stderr.write(f"{end!r}\n")
    finally:
        sys.stderr.flush()
        os._exit(1)


def _become(order: dict[str, Any]) -> None:
    if order["service"] == "desk":
        desk.main(order["part"])
    else:
        forked.plant()
        sabotaged.run(order["bug"], order["service"], order["part"])


def bury() -> None:
    """Tell of every child that has ended."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)
        tell({"ended": pid, "by": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})


def tell(news: dict[str, Any]) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    main()
