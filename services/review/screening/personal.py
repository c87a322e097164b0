"""What belongs to a person; what organisations and offices have is theirs to publish."""

import re
from collections.abc import Iterable, Iterator

from services.review.screening import circumstances, contacts, permits, persons, places
from services.review.screening.cards import account, bank_card, labelled_card
from services.review.screening.findings import Hit, Severity
from services.review.screening.identity import disability_card, id15, id18
from services.review.screening.permits import foreigner
from services.review.screening.phones import mobile
from services.review.screening.rules import Rule
from services.review.screening.written import RUN

# Each with the fewest figures it needs: an office's telephone number has none of most.
_NUMBERS = (
    *((18, id18), (20, disability_card), (16, bank_card), (16, labelled_card)),
    *((11, mobile), (15, id15), (12, foreigner), (12, account)),
)


def _numbers(text: str, run: re.Match[str]) -> Iterator[Hit]:
    """Each stretch of digits is reported once; an office's telephone is there to be published."""
    if _LANDLINE.fullmatch(run[0]):
        return
    for low in range(run.start(), run.end(), _WINDOW):
        yield from _apart(_hits(text, low, run.end()))


_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[\-–— ]?[2-9][0-9]{6,7}")

# One column of numbers may be a run of megabytes: taken window by window, a reader may stop after the first.
_WINDOW = 4_000
_LONGEST = 100


def _hits(text: str, low: int, end: int) -> Iterator[Hit]:
    for figures, rule in _NUMBERS:
        for hit in rule(text, low, min(end, low + _WINDOW + _LONGEST)) if end - low >= figures else ():
            if hit.start < low + _WINDOW:
                yield hit
            if (hit.start, hit.end) == (low, end):
                return  # The whole stretch is one number.


def _apart(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first of two that overlap."""
    taken: list[tuple[int, int]] = []
    for hit in hits:
        if all(hit.end <= start or end <= hit.start for start, end in taken):
            taken.append((hit.start, hit.end))
            yield hit


RULES = (
    Rule(RUN, _numbers, gravest=Severity.block),
    *permits.RULES,
    *contacts.RULES,
    *places.RULES,
    *circumstances.RULES,
    *persons.RULES,
)
