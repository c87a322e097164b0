"""Runs one process of a service until it is told to stop."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping

import uvicorn
from starlette.types import ASGIApp

from .logs import set_up
from .settings import Settings

Start = Callable[[], ASGIApp]


def main(service: str, settings: Settings, parts: Mapping[str, Start]) -> None:
    """`python -m services.<service> PART`: serve the part named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in parts:
        sys.exit(f"usage: python -m services.{service} {'|'.join(parts)}")
    set_up(settings, f"{service}-{sys.argv[1]}")
    serve(parts[sys.argv[1]](), settings)


def serve(app: ASGIApp, settings: Settings) -> None:
    """Answer HTTP on the settings' port; SIGTERM finishes what is under way."""
    if os.environ.get("GONGKAI_LIFELINE"):
        threading.Thread(target=_outlive_nobody, daemon=True).start()
    # What was imported lives for ever: looking through it again for garbage cost a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=20,
        server_header=False,
    )


def _outlive_nobody() -> None:
    """Standard input is a pipe from the supervisor: when it ends, so did the supervisor."""
    while os.read(sys.stdin.fileno(), 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
