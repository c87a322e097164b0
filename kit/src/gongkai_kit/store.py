"""What a department remembers: which events it has handled, how far each document has come, what failed."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from .letters import Lane, Letter, Place

log = logging.getLogger("gongkai_kit")

MEMORY = ":memory:"

TABLES = """
CREATE TABLE IF NOT EXISTS handled (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lane (
    source TEXT, subject TEXT, timeline INTEGER NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY (source, subject)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failure (
    entry TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
    attempts INTEGER NOT NULL, error TEXT NOT NULL, since TEXT NOT NULL, again INTEGER NOT NULL DEFAULT 0);
"""

ADVANCE = """
INSERT INTO lane VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET timeline = excluded.timeline, sequence = excluded.sequence
WHERE (excluded.timeline, excluded.sequence) > (lane.timeline, lane.sequence)
"""

FAIL = """
INSERT INTO failure VALUES (?, ?, ?, ?, 1, ?, ?, 0) ON CONFLICT DO UPDATE
SET attempts = attempts + 1, error = excluded.error
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """An event that could not be handled; unconfirmed until it is."""

    entry: str
    id: str
    type: str
    subject: str
    attempts: int
    error: str
    since: str


class Store:
    """An SQLite file, or memory that is gone with the process."""

    def __init__(self, path: str = MEMORY) -> None:
        self.path = path
        self._database = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._database.executescript(TABLES)

    def has_handled(self, letter: Letter) -> bool:
        event_id = str(letter.event.id) if letter.event else ""
        return (
            self._database.execute("SELECT 1 FROM handled WHERE id = ?", (event_id,)).fetchone() is not None
        )

    def last(self, lane: Lane) -> Place | None:
        query = "SELECT timeline, sequence FROM lane WHERE source = ? AND subject = ?"
        row: Place | None = self._database.execute(query, lane).fetchone()
        return row

    def note_handled(self, letter: Letter) -> None:
        """All of it or nothing: the event is handled, its document has come so far, nothing failed."""
        assert letter.event
        assert letter.lane
        with self._database as transaction:
            transaction.execute("INSERT OR IGNORE INTO handled VALUES (?)", (str(letter.event.id),))
            transaction.execute(ADVANCE, (*letter.lane, *letter.place))
            transaction.execute("DELETE FROM failure WHERE entry = ?", (letter.entry,))

    def note_failed(self, letter: Letter, error: str) -> int:
        """How often it has failed by now."""
        event = letter.event
        what = (str(event.id), event.type, event.subject) if event else ("", "", "")
        with self._database as transaction:
            transaction.execute(FAIL, (letter.entry, *what, error[:2000], _now()))
        attempts: int = self._database.execute(
            "SELECT attempts FROM failure WHERE entry = ?", (letter.entry,)
        ).fetchone()[0]
        return attempts

    def forget_failure(self, entry: str) -> None:
        with self._database as transaction:
            transaction.execute("DELETE FROM failure WHERE entry = ?", (entry,))

    def failures(self) -> Iterator[Failure]:
        query = "SELECT entry, id, type, subject, attempts, error, since FROM failure ORDER BY since, entry"
        return (Failure(*row) for row in self._database.execute(query).fetchall())

    def ask_again(self, entry: str | None = None) -> int:
        """Have one failed event, or all, tried again by the process that hears the mailbox; how many."""
        query = "UPDATE failure SET again = 1 WHERE ? IS NULL OR entry = ?"
        with self._database as transaction:
            return transaction.execute(query, (entry, entry)).rowcount

    def take_asked(self) -> list[str]:
        """What is to be tried again now; asked for once, tried once."""
        with self._database as transaction:
            rows = transaction.execute("UPDATE failure SET again = 0 WHERE again RETURNING entry").fetchall()
        return [entry for (entry,) in rows]

    @property
    def lasts(self) -> bool:
        return self.path != MEMORY

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """One process at a time over one file: with two, a document's events would overtake each other.

        The lock is SQLite's own, so it works wherever SQLite does and ends with the process that holds it.
        """
        if not self.lasts:
            yield
            return
        lock = sqlite3.connect(f"{self.path}.lock", timeout=0, isolation_level=None)
        try:
            await _acquire(lock, self.path)
            yield
        finally:
            lock.close()

    def close(self) -> None:
        self._database.close()


async def _acquire(lock: sqlite3.Connection, path: str) -> None:
    told = False
    while True:
        try:
            lock.execute("BEGIN EXCLUSIVE")
            return
        except sqlite3.OperationalError as busy:
            if "locked" not in str(busy):
                raise
        if not told:
            log.info("another process hears this mailbox over %s: standing by until it ends", path)
            told = True
        await asyncio.sleep(0.5)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
