"""Questions of every kind about generated papers, and what a scan of every text says to them."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from opencc import OpenCC

from services.search.folding import folded
from services.search.index import Entry
from services.search.kept import as_values, day_of
from services.search.questions import Filters, Question, Sort, understood

LENGTHS = (
    ("one character", 1, 1, 20),
    ("two characters", 2, 2, 50),
    ("three to six", 3, 6, 50),
    ("long", 8, 18, 20),
)


@dataclass(frozen=True)
class Asked:
    """What is typed and chosen, and in plain words what must stand in a hit and what must not."""

    kind: str
    typed: str
    wanted: Sequence[str]
    unwanted: Sequence[str] = ()
    filters: Filters = field(default_factory=Filters)
    sort: Sort | None = None

    def question(self) -> Question:
        return understood(self.typed, self.filters, self.sort)


class Scan:
    """Every text, looked through from its beginning to its end."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.texts = [entry.folded() for entry in entries]
        self.facets = [{name: as_values(entry)[name] for name in ("kind", "year")} for entry in entries]
        self.days = [day_of(entry.published_at) for entry in entries]

    def ask(self, asked: Asked) -> set[int]:
        """The places of all that answers."""
        exact, days = asked.filters.exact(), asked.filters.days()
        return {
            at
            for at, text in enumerate(self.texts)
            if all(word in text for word in asked.wanted)
            and not any(word in text for word in asked.unwanted)
            and all(value in self.facets[at][name] for name, value in exact.items())
            and (days[0] or 0) <= self.days[at] <= (days[1] or 99_999_999)
        }

    def kinds(self, found: set[int]) -> dict[str, int]:
        return dict(Counter(kind for at in found for kind in self.facets[at]["kind"]))


def questions(chance: random.Random, entries: Sequence[Entry]) -> Iterator[Asked]:
    """About 300; words are cut from the texts wherever it falls, so that they are there."""

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
        yield Asked("traditional", OpenCC("s2t").convert(word), [word])
        yield Asked("full-width", "".join(map(_wide, word)), [word])
        yield Asked("best", word, [word], sort=Sort.BEST)
        yield Asked("newest", word, [word], sort=Sort.NEWEST)
    yield from _narrowed(chance, [piece(1, 4) for _ in range(20)])
    yield from _numbers(chance, entries)


def _narrowed(chance: random.Random, words: Sequence[str]) -> Iterator[Asked]:
    for word in words:
        year = chance.randrange(2018, 2026)
        yield Asked("of a kind and year", word, [word], filters=Filters(kind="notice", year=year))
        period = Filters(since=date(year, 3, 1), until=date(year + 1, 2, 1))
        yield Asked("of a period", word, [word], filters=period)
    yield Asked("everything", "", [])


def _numbers(chance: random.Random, entries: Sequence[Entry]) -> Iterator[Asked]:
    numbered = [entry for entry in entries if entry.doc_no]
    for entry in chance.sample(numbered, min(20, len(numbered))):
        number = entry.doc_no or ""
        yield Asked("document number", chance.choice((str, _square))(number), [folded(number)])
    for entry in chance.sample(entries, min(10, len(entries))):
        yield Asked("index number", entry.index_no, [folded(entry.index_no)])


def _piece(chance: random.Random, entry: Entry, shortest: int, longest: int) -> str:
    runs = re.findall(rf"[一-龥]{{{longest},}}", f"{entry.title}\n{entry.text}") or ["通知公告" * longest]
    run = chance.choice(runs)
    start = chance.randrange(len(run) - longest + 1)
    return str(run[start : start + chance.randint(shortest, longest)])


def _wide(character: str) -> str:
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def _square(number: str) -> str:
    return number.replace("〔", "[").replace("〕", "]")
