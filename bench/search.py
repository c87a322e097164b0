"""Search: 100,000 papers and 300 questions of all kinds, against a substring scan and SQLite's FTS5."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from services.search.api import hit
from services.search.in_tantivy import InTantivy
from services.search.index import Entry, Mark

from . import withdrawals
from .figures import percentile
from .fts5 import AT_ONCE, Sqlite, batched
from .papers import papers, real
from .questions import Asked, Scan, questions

Say = Callable[[str], None]

SAMPLES = Path(__file__).parents[1] / "samples" / "documents"
ROUNDS = 3
"""Each question is asked so often, and its middle time counts, for both contestants alike."""


@dataclass
class Truth:
    """What was found, beside what a scan finds."""

    true: int = 0
    right: int = 0
    found: int = 0
    miscounted: int = 0
    """Answers whose facets are not what the scan counts, though they are not projected."""
    strayed: list[float] = field(default_factory=list)
    """Of projected facets, the share that is counted at the wrong value."""


def measure(documents: int, folder: Path | None, withdrawn: int, say: Say) -> dict[str, Any]:
    """Index, ask, and compare, in this process on one index; then withdraw on a running platform."""
    real_ones = list(real(folder or SAMPLES))
    entries = [*papers(documents), *real_ones]
    asked = list(questions(random.Random(2), entries))
    characters = sum(len(entry.text) for entry in entries)
    say(f"{len(entries):,} documents, {characters / 1e6:.0f} M characters, {len(asked)} questions")
    with tempfile.TemporaryDirectory() as scratch:
        said, ours = _ours(Path(scratch), entries, asked, say)
        beside = Sqlite(Path(scratch) / "fts5")
        took = beside.fill(entries)
        theirs = [_timed(partial(beside.ask, one)) for one in asked]
    ratio = {
        f"ratio_p{n}": round(percentile(theirs, n / 100) / percentile(ours, n / 100), 2) for n in (50, 95)
    }
    return {
        "bench": "search",
        **said,
        "ratio": ratio["ratio_p95"],
        **ratio,
        "documents": len(entries),
        "real": len(real_ones),
        "questions": len(asked),
        "fts5_p50_ms": _ms(theirs, 0.5),
        "fts5_p95_ms": _ms(theirs, 0.95),
        "fts5_documents_per_s": round(len(entries) / took),
        **(withdrawals.measure(withdrawn, say) if withdrawn else {}),
    }


def _ours(
    scratch: Path, entries: Sequence[Entry], asked: Sequence[Asked], say: Say
) -> tuple[dict[str, Any], list[float]]:
    index = InTantivy(scratch / "tantivy")
    took = _fill(index, entries)
    size = sum(one.stat().st_size for one in scratch.rglob("*") if one.is_file())
    say(f"index: {len(entries) / took:,.0f} documents/s, {size / 1e6:.0f} MB")
    ours = [_timed(partial(_ask, index, one)) for one in asked]
    for kind in dict.fromkeys(one.kind for one in asked):
        mine = [seconds for one, seconds in zip(asked, ours, strict=True) if one.kind == kind]
        say(f"{kind}: p50 {_ms(mine, 0.5)} ms, p95 {_ms(mine, 0.95)} ms")
    truth = _compared(index, asked, entries, say)
    index.close()
    return {
        "recall": truth.right / max(1, truth.true),
        "precision": truth.right / max(1, truth.found),
        "facets_wrong": truth.miscounted,
        "facets_strayed": round(max(truth.strayed, default=0.0), 4),
        "p50_ms": _ms(ours, 0.5),
        "p95_ms": _ms(ours, 0.95),
        "p99_ms": _ms(ours, 0.99),
        "documents_per_s": round(len(entries) / took),
        "size_mb": round(size / 1e6, 1),
    }, ours


def _fill(index: InTantivy, entries: Sequence[Entry]) -> float:
    """In batches, each committed, as the service does it."""
    began = time.perf_counter()
    for number, some in enumerate(batched(entries, AT_ONCE), 1):
        index.apply(some, [], Mark(1, number))
    return time.perf_counter() - began


def _timed(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return sorted(took)[ROUNDS // 2]


def _ask(index: InTantivy, asked: Asked) -> int:
    """All that the service does for an answer but HTTP: understanding, facets, marks in the texts."""
    question = asked.question()
    answer = index.search(question)
    return len([hit(one, question.wanted) for one in answer.hits])


def _compared(index: InTantivy, asked: Sequence[Asked], entries: Sequence[Entry], say: Say) -> Truth:
    """Every question's hits, all of them, and its facets."""
    scan, truth = Scan(entries), Truth()
    places = {int(entry.published_at.timestamp() * 1_000_000): at for at, entry in enumerate(entries)}
    for one in asked:
        true, found = scan.ask(one), _all(index, one, places)
        truth.true, truth.found = truth.true + len(true), truth.found + len(found)
        truth.right += len(true & found)
        if true != found:
            say(f"{one.kind} {one.typed!r}: {len(true - found)} missed, {len(found - true)} too many")
        _count(truth, index, one, scan.kinds(true))
    return truth


def _all(index: InTantivy, asked: Asked, places: dict[int, int]) -> set[int]:
    """Every hit, known by its moment, which the index tells without opening it; each has its own."""
    searcher = index._index.searcher()
    narrowing = index._narrowing(asked.question())
    found = searcher.search(narrowing, searcher.num_docs, count=False, order_by_field="at")
    return {places[at] for at, _ in found.hits}


def _count(truth: Truth, index: InTantivy, asked: Asked, kinds: dict[str, int]) -> None:
    answer = index.search(asked.question())
    told = answer.facets["kind"]
    if answer.estimated:
        away = sum(abs(told.get(kind, 0) - count) for kind, count in kinds.items())
        truth.strayed.append(away / sum(kinds.values()))
    else:
        truth.miscounted += told != kinds


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(1000 * percentile(seconds, share), 2)
