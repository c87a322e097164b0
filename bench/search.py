"""Search: 100,000 papers and 270 questions of all kinds, against a substring scan and SQLite's FTS5."""

import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from opencc import OpenCC

from services.search.api import hit
from services.search.folding import bigrams, characters, folded
from services.search.in_tantivy import InTantivy
from services.search.index import Entry, Mark
from services.search.questions import Question, Sort, understood

from .figures import percentile
from .papers import papers, real

Say = Callable[[str], None]
T = TypeVar("T")

SAMPLES = Path(__file__).parents[1] / "samples" / "documents"
AT_ONCE = 1_000
ROUNDS = 3
"""Each question is asked so often, and its middle time counts, for both contestants alike."""


LENGTHS = (
    ("one character", 1, 1, 20),
    ("two characters", 2, 2, 60),
    ("three to six", 3, 6, 60),
    ("long", 8, 18, 20),
)


@dataclass(frozen=True)
class Asked:
    """What is typed, and in plain words what must stand in a hit and what must not."""

    kind: str
    typed: str
    wanted: Sequence[str]
    unwanted: Sequence[str] = ()


def measure(documents: int, folder: Path | None, say: Say) -> dict[str, Any]:
    """Index, ask, and compare; everything in this process and on one index."""
    entries = [*papers(documents), *real(folder or SAMPLES)]
    whole = [(_at(entry), entry.folded()) for entry in entries]
    asked = list(_questions(random.Random(2), entries))
    say(f"{len(entries):,} documents, {sum(len(text) for _, text in whole) / 1e6:.0f} M characters")
    with tempfile.TemporaryDirectory() as scratch:
        index = InTantivy(Path(scratch) / "tantivy")
        took = _fill(index, entries)
        size = sum(one.stat().st_size for one in Path(scratch).rglob("*") if one.is_file())
        say(f"index: {len(entries) / took:,.0f} documents/s, {size / 1e6:.0f} MB")
        ours = [_timed(partial(_ask, index, one)) for one in asked]
        recall, precision = _compared(index, asked, whole, say)
        index.close()
        beside = _Sqlite(Path(scratch) / "fts5")
        other_took = beside.fill(entries)
        theirs = [_timed(partial(beside.ask, one)) for one in asked]
    return _said(entries, asked, took, size, (recall, precision), ours, theirs, other_took, say)


def _fill(index: InTantivy, entries: Sequence[Entry]) -> float:
    """In batches, each committed, as the service does it."""
    began = time.perf_counter()
    for number, some in enumerate(_batches(entries), 1):
        index.apply(some, [], Mark(1, number))
    return time.perf_counter() - began


def _batches(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    return (all_[start : start + AT_ONCE] for start in range(0, len(all_), AT_ONCE))


def _timed(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return sorted(took)[ROUNDS // 2]


def _ask(index: InTantivy, asked: Asked) -> int:
    """All that the service does for an answer but HTTP: understanding, facets, marks in the texts."""
    question = understood(asked.typed)
    answer = index.search(question)
    return len([hit(one, question.wanted) for one in answer.hits])


# --- questions of all kinds


def _questions(chance: random.Random, entries: Sequence[Entry]) -> Iterator[Asked]:
    traditional = OpenCC("s2t").convert

    def piece(shortest: int, longest: int) -> str:
        return _piece(chance, chance.choice(entries), shortest, longest)

    for kind, shortest, longest, count in LENGTHS:
        for word in (piece(shortest, longest) for _ in range(count)):
            yield Asked(kind, word, [word])
    for _ in range(20):
        one, other = piece(2, 3), piece(2, 3)
        yield Asked("two words", f"{one} {other}", [one, other])
        yield Asked("one without another", f"{one} -{other}", [one], [other])
    for word in (piece(2, 5) for _ in range(20)):
        yield Asked("traditional", traditional(word), [word])
        yield Asked("full-width", "".join(map(_wide, word)), [word])
    numbered = [entry for entry in entries if entry.doc_no]
    for entry in chance.sample(numbered, min(20, len(numbered))):
        assert entry.doc_no
        yield Asked("document number", chance.choice((str, _square))(entry.doc_no), [folded(entry.doc_no)])
    for entry in chance.sample(entries, min(10, len(entries))):
        yield Asked("index number", entry.index_no, [folded(entry.index_no)])


def _piece(chance: random.Random, entry: Entry, shortest: int, longest: int) -> str:
    """Cut from a run of words wherever it falls: also across words."""
    runs = re.findall(rf"[一-龥]{{{longest},}}", f"{entry.title}\n{entry.text}") or ["通知公告" * longest]
    run = chance.choice(runs)
    start = chance.randrange(len(run) - longest + 1)
    return str(run[start : start + chance.randint(shortest, longest)])


def _wide(character: str) -> str:
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def _square(number: str) -> str:
    return number.replace("〔", "[").replace("〕", "]")


# --- the truth


def _compared(
    index: InTantivy, asked: Sequence[Asked], whole: Sequence[tuple[int, str]], say: Say
) -> tuple[float, float]:
    """Of what a substring scan finds, the share that is found; and of what is found, the share it finds."""
    true = right = all_found = 0
    for one in asked:
        truth = {name for name, text in whole if _stands(one, text)}
        found = _all(index, one)
        true, right, all_found = true + len(truth), right + len(truth & found), all_found + len(found)
        if truth != found:
            say(f"{one.kind} {one.typed!r}: {len(truth - found)} missed, {len(found - truth)} too many")
    return right / max(1, true), right / max(1, all_found)


def _stands(asked: Asked, text: str) -> bool:
    return all(word in text for word in asked.wanted) and not any(word in text for word in asked.unwanted)


def _all(index: InTantivy, asked: Asked) -> set[int]:
    """Every hit by its moment, which the index tells without opening any document; each has its own."""
    question = understood(asked.typed)
    if question.hopeless:
        return set()
    searcher = index._index.searcher()
    found = searcher.search(index._narrowing(question), searcher.num_docs, count=False, order_by_field="at")
    return {at for at, _ in found.hits}


def _at(entry: Entry) -> int:
    return int(entry.published_at.timestamp() * 1_000_000)


# --- the yardstick


class _Sqlite:
    """FTS5 with the same bigrams; it gives the hits and their number, no facets and no marks."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path)
        self.database.executescript("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE document (id INTEGER PRIMARY KEY, at INTEGER, title TEXT, text TEXT);
            CREATE INDEX newest ON document (at DESC);
            CREATE VIRTUAL TABLE words USING fts5 (
                title, text, characters, content = '', tokenize = "unicode61 categories 'L* N* S* P* Co'");
        """)

    def fill(self, entries: Sequence[Entry]) -> float:
        began = time.perf_counter()
        for some in _batches(list(enumerate(entries, 1))):
            with self.database:
                self.database.executemany("INSERT INTO document VALUES (?, ?, ?, ?)", map(_kept, some))
                self.database.executemany(
                    "INSERT INTO words (rowid, title, text, characters) VALUES (?, ?, ?, ?)",
                    map(_indexed, some),
                )
        return time.perf_counter() - began

    def ask(self, asked: Asked) -> int:
        question = understood(asked.typed)
        match, order = _match(question), "rank" if question.sort is Sort.BEST else "at DESC"
        hits = self.database.execute(
            f"SELECT document.* FROM words JOIN document ON id = words.rowid WHERE words MATCH ? "
            f"ORDER BY {order} LIMIT 20",
            (match,),
        ).fetchall()
        [(count,)] = self.database.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,))
        return len(hits) + int(count)


def _kept(numbered: tuple[int, Entry]) -> tuple[Any, ...]:
    number, entry = numbered
    return number, int(entry.published_at.timestamp()), entry.title, entry.text


def _indexed(numbered: tuple[int, Entry]) -> tuple[Any, ...]:
    number, entry = numbered
    text = entry.folded()
    return number, bigrams(folded(entry.title)), bigrams(text), characters(text)


def _match(question: Question) -> str:
    wanted = " AND ".join(map(_phrase, question.wanted))
    return " NOT ".join((wanted, *map(_phrase, question.unwanted)))


def _phrase(word: str) -> str:
    return f'text : "{bigrams(word)}"' if len(word) > 1 else f'characters : "{word}"'


def _said(
    entries: Sequence[Entry],
    asked: Sequence[Asked],
    took: float,
    size: int,
    truth: tuple[float, float],
    ours: Sequence[float],
    theirs: Sequence[float],
    other_took: float,
    say: Say,
) -> dict[str, Any]:
    for kind in dict.fromkeys(one.kind for one in asked):
        mine = [seconds for one, seconds in zip(asked, ours, strict=True) if one.kind == kind]
        say(f"{kind}: p50 {_ms(mine, 0.5)} ms, p95 {_ms(mine, 0.95)} ms")
    return {
        "bench": "search",
        "recall": truth[0],
        "precision": truth[1],
        "p50_ms": _ms(ours, 0.5),
        "p95_ms": _ms(ours, 0.95),
        "documents_per_s": round(len(entries) / took),
        "ratio": round(percentile(theirs, 0.95) / percentile(ours, 0.95), 2),
        "ratio_p50": round(percentile(theirs, 0.5) / percentile(ours, 0.5), 2),
        "size_mb": round(size / 1e6, 1),
        "documents": len(entries),
        "questions": len(asked),
        "fts5_p50_ms": _ms(theirs, 0.5),
        "fts5_p95_ms": _ms(theirs, 0.95),
        "fts5_documents_per_s": round(len(entries) / other_took),
    }


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(1000 * percentile(seconds, share), 2)
