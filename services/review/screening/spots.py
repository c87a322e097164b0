"""Where in a text a rule can begin and where a keyword stands: one pass of one automaton for all of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick

from services.review.screening.rules import Rule


@dataclass(slots=True)
class Spots:
    """Offsets count characters."""

    of_rules: list[list[int]]  # For each rule in its place.
    of_words: list[tuple[int, int, int]]  # The word's number, start and end.


class Lookout:
    """Built once for a set of rules and words, then asked for every text."""

    def __init__(self, rules: Sequence[Rule], words: Iterable[str] = ()) -> None:
        begun: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            for head in rule.heads:
                begun.setdefault(head, []).append(number)
        self._rules = len(rules)
        self._begun = list(begun.values())
        self._automaton = BytesAhoCorasick([_units(literal) for literal in (*begun, *words)])

    def look(self, text: str) -> Spots:
        spots = Spots([[] for _ in range(self._rules)], [])
        heads = len(self._begun)
        for number, start, end in self._automaton.find_matches_as_indexes(_units(text), overlapping=True):
            if start % _UNIT:
                continue  # Half of one character and half of the next.
            if number >= heads:
                spots.of_words.append((number - heads, start // _UNIT, end // _UNIT))
            else:
                for rule in self._begun[number]:
                    spots.of_rules[rule].append(start // _UNIT)
        for starts in spots.of_rules:
            starts.sort()
        return spots


# Two bytes for every character: less to read than UTF-8 and no table of offsets, which is half of the time.
_UNIT = 2
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def _units(text: str) -> bytes:
    """A character beyond the first plane counts as U+FFFD: an ideograph so rare is told by its neighbours."""
    return _BEYOND.sub("\ufffd", text).encode("utf-16-le", "surrogatepass")
