"""Keyword lists: what an office watches for, who answers for them, on what ground."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from services.review.screening.findings import Hit, Proposal, Severity
from services.review.screening.normalise import normalise
from services.review.screening.rules import MOST
from services.review.screening.spots import Lookout

MOST_WORDS = 20_000
LONGEST_WORD = 200


class TooManyWords(ValueError):
    """A keyword list holds at most 20,000 words."""

    zh = "一个词表最多两万词"


class UnusableWord(ValueError):
    """A keyword has at least one and at most 200 visible characters."""

    zh = "词条须有一至二百个可见字符"


@dataclass(frozen=True)
class KeywordList:
    """`legal_basis` is what every finding gives as its reason; by default a person decides.

    The words are themselves sensitive: they are kept sealed, and a reviewer sees no more than the place.
    """

    name: str
    owner: str
    version: str
    legal_basis: str
    effective_on: date
    words: tuple[str, ...]
    severity: Severity = Severity.person

    def __post_init__(self) -> None:
        if len(self.words) > MOST_WORDS:
            raise TooManyWords
        if not all(1 <= len(word) <= LONGEST_WORD for word in map(_word, self.words)):
            raise UnusableWord

    def __repr__(self) -> str:
        return f"KeywordList({self.name!r}, version={self.version!r}, {len(self.words)} words)"


def _word(word: str) -> str:
    return normalise(word).text.strip()


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All lists in force. Equal content gives an equal `version`, whatever the order of lists and words."""

    lists: tuple[KeywordList, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexicon) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits; empty without lists."""
        contents = sorted(json.dumps(record(one), sort_keys=True, ensure_ascii=False) for one in self.lists)
        return hashlib.sha256("\n".join(contents).encode()).hexdigest()[:12] if contents else ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word of every list once, as normalised text has it."""
        return tuple(dict.fromkeys(word for one in self.lists for word in map(_word, one.words)))

    @cached_property
    def _models(self) -> Sequence[Sequence[Hit]]:
        """For each of `words`, a hit of every list that has it, still without a place."""
        models: dict[str, list[Hit]] = {word: [] for word in self.words}
        for one in self.lists:
            for word in dict.fromkeys(map(_word, one.words)):
                models[word].append(_model(one, word))
        return list(models.values())

    def hits(self, text: str) -> Iterator[Hit]:
        """The keywords in a normalised text; for many texts use a `Lookout` that is built once."""
        yield from self.hits_at(Lookout((), self.words).look(text).of_words)

    def hits_at(self, found: Sequence[tuple[int, int, int]]) -> Iterator[Hit]:
        """Of (word's number, start, end): the longest of those within each other, all that overlap."""
        given: dict[str, int] = {}
        reached = 0
        for number, start, end in sorted(found, key=_from_left_the_longest):
            if end > reached:
                reached = end
                for rule, severity, _, _, why, sure, proposal, masked in self._models[number]:
                    given[rule] = given.get(rule, 0) + 1
                    if given[rule] <= MOST:
                        yield Hit(rule, severity, start, end, why, sure, proposal, masked)


def _from_left_the_longest(found: tuple[int, int, int]) -> tuple[int, int]:
    return found[1], -found[2]


def _model(one: KeywordList, word: str) -> Hit:
    masked = word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*"
    proposal = Proposal.quarantine if one.severity is Severity.stop else Proposal.decide
    return Hit(f"keyword.{one.name}", one.severity, 0, 0, one.legal_basis, 0.5, proposal, masked)


def record(keywords: KeywordList) -> dict[str, Any]:
    """The list as JSON says it; equal lists give equal records."""
    return {
        **asdict(keywords),
        "effective_on": keywords.effective_on.isoformat(),
        "words": sorted(set(keywords.words)),
    }
