"""The yardstick beside search: SQLite's FTS5 with the same bigrams."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from services.search.folding import bigrams, characters, folded
from services.search.index import Entry
from services.search.kept import day_of
from services.search.questions import Question, Sort
from shared.clock import BEIJING

from .questions import Asked

T = TypeVar("T")
AT_ONCE = 1_000


def batched(all_: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (all_[start : start + size] for start in range(0, len(all_), size))


class Sqlite:
    """FTS5 with the same bigrams; it gives the hits and their number, no facets and no marks."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path)
        self.database.executescript("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE document (
                id INTEGER PRIMARY KEY, at INTEGER, day INTEGER, year TEXT, kind TEXT, title TEXT, text TEXT);
            CREATE INDEX newest ON document (at DESC);
            CREATE VIRTUAL TABLE words USING fts5 (
                title, text, characters, content = '', tokenize = "unicode61 categories 'L* N* S* P* Co'");
        """)

    def fill(self, entries: Sequence[Entry]) -> float:
        began = time.perf_counter()
        for some in batched(list(enumerate(entries, 1)), AT_ONCE):
            with self.database:
                self.database.executemany(
                    "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", map(_kept, some)
                )
                self.database.executemany(
                    "INSERT INTO words (rowid, title, text, characters) VALUES (?, ?, ?, ?)",
                    map(_indexed, some),
                )
        return time.perf_counter() - began

    def ask(self, asked: Asked) -> int:
        question = asked.question()
        narrowed, values = _narrowed(question)
        order = "rank" if question.sort is Sort.BEST and question.wanted else "at DESC"
        found = f"FROM {_source(question)} WHERE {narrowed}"
        hits = self.database.execute(
            f"SELECT document.* {found} ORDER BY {order} LIMIT 20", values
        ).fetchall()
        [(count,)] = self.database.execute(f"SELECT count(*) {found}", values)
        return len(hits) + int(count)


def _source(question: Question) -> str:
    return "words JOIN document ON id = words.rowid" if question.wanted else "document"


def _narrowed(question: Question) -> tuple[str, list[Any]]:
    """The conditions, and what stands for their question marks."""
    since, until = question.filters.days()
    said: dict[str, Any] = {f"{name} = ?": value for name, value in question.filters.exact().items()}
    said |= {"day >= ?": since} if since else {}
    said |= {"day <= ?": until} if until else {}
    said |= {"words MATCH ?": _match(question)} if question.wanted else {}
    return " AND ".join(said) or "true", list(said.values())


def _kept(numbered: tuple[int, Entry]) -> tuple[Any, ...]:
    number, entry = numbered
    year = str(entry.published_at.astimezone(BEIJING).year)
    at, day = int(entry.published_at.timestamp()), day_of(entry.published_at)
    return number, at, day, year, entry.kind, entry.title, entry.text


def _indexed(numbered: tuple[int, Entry]) -> tuple[Any, ...]:
    number, entry = numbered
    text = entry.folded()
    return number, bigrams(folded(entry.title)), bigrams(text), characters(text)


def _match(question: Question) -> str:
    wanted = " AND ".join(map(_phrase, question.wanted))
    return " NOT ".join((wanted, *map(_phrase, question.unwanted)))


def _phrase(word: str) -> str:
    return f'text : "{bigrams(word)}"' if len(word) > 1 else f'characters : "{word}"'
