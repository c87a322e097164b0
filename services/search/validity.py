"""Whether a document holds (有效性), as far as its own dates tell. Pure."""

from datetime import date

from shared.contracts.vocabulary import Validity


def validity_on(day: date, effective_on: date | None, lapses_on: date | None) -> Validity:
    """In force from the one day until the end of the day before the other."""
    if lapses_on and lapses_on <= day:
        return Validity.LAPSED
    if effective_on and effective_on > day:
        return Validity.NOT_YET
    return Validity.IN_FORCE
