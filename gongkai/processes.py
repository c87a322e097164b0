"""The services as child processes: started, started again when they end, stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SERVICES = ("intake", "review", "publish", "notify", "search")

READY_WITHIN = 60.0
STOP_WITHIN = 20.0

HELD_OUT = 30.0
"""Whoever ran so long before ending is started again at once, else after a pause that doubles."""
LONGEST_PAUSE = 30.0


class PortTaken(Exception):
    """Another programme listens on this port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"{self.__doc__} ({port})")


class NotReady(Exception):
    """A service did not become ready; the end of its log follows."""

    def __init__(self, process: "Process") -> None:
        super().__init__(f"{self.__doc__}\n{process.name}:\n{process.last_words()}")


@dataclass
class Process:
    """One part of one service."""

    service: str
    part: str
    port: int
    log: Path
    environment: Mapping[str, str]
    command: Sequence[str] = ()
    child: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    began: float = 0.0
    pause: float = 0.0
    due: float = 0.0
    """When it is to be started again; 0 while it runs."""

    @property
    def name(self) -> str:
        return f"{self.service}-{self.part}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin; its words go to its log."""
        self._let_go()
        self.began, self.due = time.monotonic(), 0.0
        command = self.command or (sys.executable, "-m", f"services.{self.service}", self.part)
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                command,
                env={
                    **os.environ,
                    **self.environment,
                    "GONGKAI_PORT": str(self.port),
                    "GONGKAI_LIFELINE": "1",
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def is_due(self) -> bool:
        """Whether it has ended and paused; one that keeps ending pauses longer each time."""
        if self.running():
            return False
        at = time.monotonic()
        if not self.due:
            self.pause = 0.0 if at - self.began > HELD_OUT else min(max(0.5, self.pause * 2), LONGEST_PAUSE)
            self.due = at + self.pause
        return at >= self.due

    def signal(self, number: int) -> None:
        if self.child is not None and self.child.poll() is None:
            os.killpg(self.child.pid, number)

    def wait(self, seconds: float) -> None:
        """Until it has ended; what does not end in time is killed."""
        if self.child is None:
            return
        try:
            self.child.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.child.wait()
        self._let_go()

    def _let_go(self) -> None:
        """Of our end of its lifeline."""
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@dataclass
class Processes:
    """All of them, and how often one had to be started again."""

    all: list[Process] = field(default_factory=list)

    def start(self) -> None:
        for process in self.all:
            process.start()

    def wait_until_ready(self, seconds: float = READY_WITHIN) -> None:
        """Return when every one is ready; raises NotReady."""
        until = time.monotonic() + seconds
        waiting = list(self.all)
        while waiting:
            waiting = [process for process in waiting if not process.ready()]
            ended = [process for process in waiting if not process.running()]
            if ended or (waiting and time.monotonic() > until):
                raise NotReady((ended or waiting)[0])
            time.sleep(0.1)

    def mend(self) -> list[str]:
        """Start again what ended, unless it has to pause; their names."""
        ended = [process for process in self.all if process.is_due()]
        for process in ended:
            process.restarts += 1
            process.start()
        return [process.name for process in ended]

    def stop(self) -> None:
        """Ask all to finish, wait, and kill what does not."""
        for process in self.all:
            process.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN
        for process in self.all:
            process.wait(until - time.monotonic())


def planned(environment: Mapping[str, str], logs: Path, workers: int = 0, first_port: int = 0) -> Processes:
    """One process for each service; or with `workers` one for its API, so many for its work; and channels."""
    logs.mkdir(parents=True, exist_ok=True)
    each = ("api", *["worker"] * workers) if workers else ("both",)
    parts = [(service, part) for service in SERVICES for part in each]
    parts += [("publish", "channels")] if workers else []
    ports = _following(first_port, len(parts)) if first_port else free_ports(len(parts))
    return Processes(
        [
            Process(service, part, port, logs / f"{service}-{part}.log", environment)
            for (service, part), port in zip(parts, ports, strict=True)
        ]
    )


def _following(first: int, count: int) -> list[int]:
    """These and no others; better said now than by a service that does not get ready."""
    for port in range(first, first + count):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            raise PortTaken(port) from None
    return list(range(first, first + count))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
