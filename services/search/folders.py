"""Indexes in folders: each process has a place of its own; an old index makes way for a new one at once."""

import fcntl
import os
import shutil
from itertools import count
from pathlib import Path
from uuid import uuid4

import structlog

from .in_tantivy import InTantivy
from .index import SearchIndex
from .kept import FORM

log = structlog.get_logger()

CURRENT = "current"


class Folders:
    """A Place below `root`: the first that no other living process holds."""

    def __init__(self, root: Path) -> None:
        self._lock, self.folder = _first_free(root)

    def current(self) -> InTantivy | None:
        try:
            name = (self.folder / CURRENT).read_text()
            return InTantivy(self.folder / name) if _is_ours(name) else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as trouble:
            log.warning("search.unusable", index=str(self.folder), error=str(trouble)[:300])
            return None

    def beside(self) -> InTantivy:
        """What was left half made by a process that was killed goes first."""
        self._remove_all_but((self.folder / CURRENT).read_text() if (self.folder / CURRENT).exists() else "")
        return InTantivy(self.folder / f"{FORM}-{uuid4().hex}")

    def put_in_use(self, new: SearchIndex) -> None:
        assert isinstance(new, InTantivy)
        draft = self.folder / "current.part"
        draft.write_text(new.folder.name)
        draft.replace(self.folder / CURRENT)
        self._remove_all_but(new.folder.name)

    def leave(self) -> None:
        os.close(self._lock)

    def _remove_all_but(self, kept: str) -> None:
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name != kept:
                shutil.rmtree(folder)


def _is_ours(name: str) -> bool:
    """Made by this form of index, and named by us."""
    return name.startswith(f"{FORM}-") and "/" not in name


def _first_free(root: Path) -> tuple[int, Path]:
    for number in count(1):
        folder = root / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        return lock, folder
    raise AssertionError("there is no end to numbers")
