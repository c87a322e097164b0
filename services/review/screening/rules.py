"""A rule: where it can begin, how it reads on, and what it makes of what it read."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.review.screening.findings import Hit, Severity

# Of one severity, per rule and piece: nobody reads more, and no hostile text shall fill the record.
MOST = 1_000


@dataclass(frozen=True)
class Rule:
    """`heads` are literals of which one begins every match of `pattern`; without any all text is searched.

    `gravest` is the worst that `judge` can answer: after enough of it nothing that follows matters.
    """

    pattern: re.Pattern[str]
    judge: Callable[[str, re.Match[str]], Iterable[Hit]]
    heads: tuple[str, ...] = ()
    gravest: Severity = Severity.person

    def hits(self, text: str, starts: Sequence[int]) -> Iterator[Hit]:
        """What the rule finds in normalised text whose heads stand at `starts`, in order."""
        seen: dict[Severity, int] = {}
        for found in self._found(text, starts):
            for hit in self.judge(text, found):
                seen[hit.severity] = seen.get(hit.severity, 0) + 1
                if seen[hit.severity] <= MOST:
                    yield hit
                elif hit.severity is self.gravest:
                    return

    def _found(self, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        """As `pattern.finditer` would, which looks at every character."""
        if not self.heads:
            yield from self.pattern.finditer(text)
        end = 0
        for start in starts:
            if start >= end and (found := self.pattern.match(text, start)):
                end = found.end()
                yield found


def either(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first, however their characters are spaced."""
    longest_first = sorted(words, key=len, reverse=True)
    spaced = (r"\s{0,2}".join(map(re.escape, word)) for word in longest_first)
    begins = "".join(sorted({word[0] for word in longest_first}))
    return f"(?=[{begins}])(?:{'|'.join(spaced)})"  # One set spares most places the alternatives.


def heads(words: Iterable[str]) -> tuple[str, ...]:
    """How such words can begin: their first three characters, with a gap after the first or the second."""
    begun = {word[:3] for word in words}
    return tuple(sorted({head for word in begun for head in _spaced(word)}))


def _spaced(word: str) -> Iterator[str]:
    for gap in _GAPS:
        yield word[0] + gap + word[1]
        yield word[:2] + gap + word[2:]
    yield word


# What `either` takes for a gap, as far as texts have it.
_GAPS = (" ", "  ", "\n", "\t", "\r\n", "\n\n", " \n", "\n ")
