"""What somebody wants to find: the words as they were typed, understood. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .folding import BREAK, folded
from .numbers import document_number, index_number


class Sort(StrEnum):
    """In which order hits come."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True)
class Filters:
    """What hits must be besides having the words; None asks for nothing."""

    body: str | None = None
    theme: str | None = None
    kind: str | None = None
    year: int | None = None
    validity: str | None = None
    genre: str | None = None
    matter: str | None = None
    stage: str | None = None
    since: date | None = None
    until: date | None = None

    def exact(self) -> dict[str, str]:
        """What must be just so, by facet."""
        asked = {name: value for name, value in vars(self).items() if name not in ("since", "until")}
        return {name: str(value) for name, value in asked.items() if value is not None}

    def days(self) -> tuple[int | None, int | None]:
        """The first and the last day of publication, as indexes have days."""
        return _number(self.since), _number(self.until)


def _number(day: date | None) -> int | None:
    return day.year * 10_000 + day.month * 100 + day.day if day else None


@dataclass(frozen=True)
class Question:
    """Phrases are folded: all of `wanted` and none of `unwanted` stand in a hit."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    number: str = ""
    """A document or an index number, when the words are nothing else: what bears it comes first."""
    empty: bool = True
    """Nothing was asked, so everything answers; false with no words means that none could be looked for."""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.NEWEST
    page: int = 1
    size: int = 20

    @property
    def hopeless(self) -> bool:
        """Something was asked in which there is nothing to look for, such as `？！`."""
        return not (self.empty or self.wanted or self.unwanted)


_WORDS = re.compile(r"""([-－]?)(?:["＂“”]([^"＂“”]*)["＂“”]?|(\S[^\s"＂“”]*))""")


def understood(
    asked: str, filters: Filters | None = None, sort: Sort | None = None, page: int = 1, size: int = 20
) -> Question:
    """Blanks mean "and", quotes keep words together, a stroke before a word excludes it."""
    number = document_number(asked) or index_number(asked)
    words = [(folded(asked).strip(BREAK), False)] if number else _words(asked)
    wanted = tuple(dict.fromkeys(word for word, excluded in words if not excluded))
    unwanted = tuple(dict.fromkeys(word for word, excluded in words if excluded))
    return Question(
        wanted,
        unwanted,
        number,
        not asked.strip(),
        filters or Filters(),
        sort or _usual(wanted, number),
        page,
        size,
    )


def _words(asked: str) -> list[tuple[str, bool]]:
    found = []
    for stroke, quoted, bare in _WORDS.findall(asked):
        parts = [folded(quoted).strip(BREAK)] if quoted else folded(bare).split(BREAK)
        found += [(part, bool(stroke)) for part in parts if part]
    return found


def _usual(wanted: tuple[str, ...], number: str) -> Sort:
    """A word or two say too little to tell what is best."""
    return Sort.BEST if number or any(len(word) > 2 for word in wanted) else Sort.NEWEST
