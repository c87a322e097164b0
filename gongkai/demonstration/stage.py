"""Where it is played: the running platform, the officers' desks, the departments that listen."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from shared.policy import Policy

from ..asking import Desk
from ..faults import Fault
from ..up import Platform, platform
from ..words import both
from .departments import Department
from .script import Script
from .shown import Narrator

T = TypeVar("T")

PATIENCE = 90.0
LISTENERS: dict[str, tuple[str, ...]] = {"archive": (), "library": ("02", "10", "12")}
"""The archive wants everything; the library what its readers ask for, by theme."""


@dataclass
class Stage:
    platform: Platform
    script: Script
    narrator: Narrator
    departments: list[Department] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def desk(self, officer: str) -> Desk:
        return Desk(self.platform.running, self.platform.tokens[officer])

    @property
    def chair(self) -> Desk:
        """The desk of the principal leader, who sees every case."""
        return self.desk(self.script.with_role("principal"))

    @cached_property
    def policy(self) -> Policy:
        """The review policy in force: who may take which step."""
        return Policy.model_validate(self.chair.ask("GET", "review", "/policy"))

    def wait(self, words: str, what: Callable[[], T | None]) -> T:
        """The first answer that is not None; meanwhile what departments receive is shown."""
        until = time.monotonic() + PATIENCE
        with self.narrator.waiting(words):
            while time.monotonic() < until:
                if (answer := what()) is not None:
                    self.listen()
                    return answer
                self.listen()
                time.sleep(0.1)
        raise Fault(f"等了 {PATIENCE:.0f} 秒仍未完成：{words}", f"Not done within {PATIENCE:.0f} s: {words}")

    def listen(self) -> None:
        """Show what the departments' programmes have printed meanwhile."""
        for department in self.departments:
            for event in department.news():
                self.narrator.received(department.name, event)

    def subscribe(self) -> None:
        for code, themes in LISTENERS.items():
            head = self.desk(self.script.with_role("head", code))
            log = self.platform.data / "consumers" / f"{code}.log"
            department = Department(code, self.script.name_of(code), themes, log)
            department.subscribe(head)
            department.start(head)
            self.departments.append(department)
            wanted = both("主题 ", "themes ") + ", ".join(themes) if themes else both("全部", "everything")
            self.narrator.did(department.name, wanted)

    def dismiss(self) -> None:
        """The departments' programmes end before the platform does."""
        for department in self.departments:
            department.stop()
        for department in self.departments:
            department.wait()


@contextmanager
def stage(data: Path, script: Script, narrator: Narrator) -> Iterator[Stage]:
    """The platform, and everything that the demonstration starts beside it."""
    began = time.monotonic()
    with ExitStack() as ending:
        with narrator.waiting(both("启动数据库、消息服务器和各服务", "Starting database, brokers, services")):
            running = ending.enter_context(platform(data.resolve(), script.organisation_file))
        found = Stage(running, script, narrator, began=began)
        ending.callback(found.dismiss)
        yield found
