"""A server process of ours: in its own session, and gone when we are gone, however we went."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gongkai.servers.remembered import number
from gongkai.servers.unprivileged import OURSELVES, Account

PATIENCE = 30.0
LAST_LINES = 15


class ServerDidNotStart(Exception):
    """A server did not start."""

    def __init__(self, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        super().__init__("\n".join([f"{self.__doc__} The end of {log}:", *lines]))


class Child:
    def __init__(self, log: Path, pid_file: Path, named_in_command: Path, ending: signal.Signals) -> None:
        self.log = log
        self._pid_file = pid_file
        self._named_in_command = os.fsencode(named_in_command)
        self._ending = ending
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: list[str],
        answers: Callable[[], bool],
        *,
        folder: Path,
        account: Account = OURSELVES,
    ) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_name("log.previous"))
        with self.log.open("wb") as log:
            self._process = _apart(command, cwd=folder, stdout=log, stderr=log, **account._asdict())
        self._lifeline = _lifeline(self._process.pid, self._ending)
        if not until(lambda: self._ended() or answers()) or self._ended():
            self.kill()
            raise ServerDidNotStart(self.log)

    def stop(self) -> None:
        """End our process, or the one that a killed supervisor left behind."""
        self._end(self._ending)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _end(self, how: signal.Signals) -> None:
        self._cut_lifeline()
        if pid := self._pid():
            _send(pid, how)
            if not until(lambda: not self._runs(pid)):
                _send(pid, signal.SIGKILL)
                until(lambda: not self._runs(pid))
        self._process = None

    def _runs(self, pid: int) -> bool:
        return not self._ended() if self._process else self._named_in_command in _command_of(pid)

    def _pid(self) -> int | None:
        """Our child, else what the server's own file names, unless the number is a stranger's by now."""
        if self._process and self._process.poll() is None:
            return self._process.pid
        self._process = None
        pid = number(self._pid_file)
        return pid if pid and self._runs(pid) else None

    def _cut_lifeline(self) -> None:
        if self._lifeline:
            self._lifeline.kill()
            self._lifeline.communicate()
            self._lifeline = None


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return met


def _apart(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """In a session of its own: the terminal's Ctrl-C is for the supervisor alone."""
    options = {"stdin": subprocess.DEVNULL, **options}
    return subprocess.Popen(command, start_new_session=True, **options)


def _lifeline(pid: int, ending: signal.Signals) -> subprocess.Popen[bytes]:
    """A shell that waits for the end of our pipe, which comes even when we are killed.

    Not PR_SET_PDEATHSIG: it is Linux only, and fires when the starting *thread* ends.
    """
    wait_and_end = ["/bin/sh", "-c", 'read -r _; kill -s "$1" "$2"', "lifeline"]
    return _apart([*wait_and_end, ending.name.removeprefix("SIG"), str(pid)], cwd="/", stdin=subprocess.PIPE)


def _send(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


def _command_of(pid: int) -> bytes:
    if not Path("/proc/self").exists():
        return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], stdout=subprocess.PIPE).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
