"""The departments that listen: each subscribes, and runs its own programme as a process of its own."""

import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..asking import Desk
from ..faults import Fault
from ..processes import Process

PATIENCE = 10.0


@dataclass
class Department:
    """One that listens; `themes` is what it wants, all when there are none."""

    code: str
    name: str
    themes: tuple[str, ...]
    log: Path
    process: Process | None = None
    shown: int = field(default=0)
    """How many bytes of its log have been shown."""

    def wants(self, theme: str) -> bool:
        return not self.themes or theme.partition(".")[0] in self.themes

    def subscribe(self, head: Desk) -> None:
        """Once; a second demonstration finds the subscription of the first."""
        mine = {"department": self.code, "themes": list(self.themes)}
        for one in head.ask("GET", "notify", "/subscriptions")["subscriptions"]:
            if {name: one[name] for name in mine} == mine:
                return
        head.ask("POST", "notify", "/subscriptions", json=mine)

    def start(self, head: Desk) -> None:
        """A password for the mailbox, and the programme that reads it."""
        issued = head.ask("POST", "notify", f"/departments/{self.code}/mailbox/passwords")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.shown = self.log.stat().st_size if self.log.exists() else 0
        environment = {
            "GONGKAI_MAILBOX_URL": issued["url"],
            "GONGKAI_MAILBOX_STORE": str(self.log.with_suffix(".sqlite")),
        }
        command = (sys.executable, "-m", "gongkai.demonstration.consumer")
        self.process = Process(self.code, "consumer", 0, self.log, environment, command)
        self.process.start()

    def stop(self) -> None:
        """Ask its programme to finish; `wait` sees it end."""
        if self.process:
            self.process.signal(signal.SIGTERM)

    def wait(self) -> None:
        if self.process:
            self.process.wait(PATIENCE)

    def printed(self) -> list[dict[str, Any]]:
        """Every event that its programme ever printed."""
        return list(_events(self.log.read_bytes())) if self.log.exists() else []

    def news(self) -> list[dict[str, Any]]:
        """What it printed since this was asked last; raises Fault when the programme has ended."""
        if self.process and not self.process.running():
            raise Fault(
                f"{self.name}的接收程序已结束：\n{self.process.last_words()}",
                f"The programme of {self.code} has ended:\n{self.process.last_words()}",
            )
        with self.log.open("rb") as log:
            log.seek(self.shown)
            whole = log.read().rpartition(b"\n")
        self.shown += len(whole[0]) + len(whole[1])
        return list(_events(whole[0]))


def _events(printed: bytes) -> Iterator[dict[str, Any]]:
    """The programme's own lines; its log goes to the same file."""
    for line in printed.splitlines():
        if line.startswith(b"{"):
            yield json.loads(line)
