"""What a server keeps from its first start to the next: its port and its password."""

import os
import secrets
import socket
from pathlib import Path

# Below every system's range for outgoing connections: no client takes the port while the server is down.
FIRST, LAST = 20_000, 32_000


def port(home: Path) -> int:
    file = home / "port"
    known = number(file)
    chosen = known if known and _free(known) else _any_free()
    keep(file, str(chosen))
    return chosen


def password(home: Path) -> str:
    file = home / "password"
    if not file.exists():
        keep(file, secrets.token_urlsafe(24))
    return file.read_text()


def number(file: Path) -> int | None:
    """A crash may have left the file empty or half written."""
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _free(candidate: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", candidate))
        except OSError:
            return False
        return True


def _any_free() -> int:
    while not _free(candidate := FIRST + secrets.randbelow(LAST - FIRST)):
        pass
    return candidate


def keep(file: Path, text: str) -> None:
    """Whole or not at all, for our eyes only."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    new.replace(file)
