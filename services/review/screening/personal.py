"""Numbers that belong to a person; those of organisations and offices are theirs to publish."""

from collections.abc import Iterable, Iterator

from services.review.screening.cards import account, bank_card
from services.review.screening.findings import Hit
from services.review.screening.identity import id15, id18
from services.review.screening.phones import mobile
from services.review.screening.written import RUN

_RULES = (id18, bank_card, mobile, id15, account)


def personal(text: str) -> Iterator[Hit]:
    """The numbers of persons in normalised text, each stretch of digits reported once."""
    for run in RUN.finditer(text):
        for low in range(run.start(), run.end(), _WINDOW):
            yield from _apart(_hits(text, low, run.end()))


# One column of numbers may be a run of megabytes: taken window by window, a reader may stop after the first.
_WINDOW = 4_000
_LONGEST = 100


def _hits(text: str, low: int, end: int) -> Iterator[Hit]:
    for rule in _RULES:
        for hit in rule(text, low, min(end, low + _WINDOW + _LONGEST)):
            if hit.start < low + _WINDOW:
                yield hit


def _apart(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first of two that overlap."""
    taken: list[tuple[int, int]] = []
    for hit in hits:
        if all(hit.end <= start or end <= hit.start for start, end in taken):
            taken.append((hit.start, hit.end))
            yield hit
