"""有效性: whether a document holds on a day, and since when, from what is known of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.vocabulary import Validity


@dataclass(frozen=True)
class Change:
    """What another document, or an office's decision (`by` is None), does to it from this day on."""

    on: date
    by: UUID | None = None


@dataclass(frozen=True)
class Facts:
    """All that its validity hangs on."""

    begun_on: date
    """成文日期: since when it holds where it says no other day."""
    effective_on: date | None = None
    lapses_on: date | None = None
    """The first day on which it holds no more by its own words."""
    repealed: tuple[Change, ...] = ()
    amended: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How it stands on a day; `by` is the document that made it so, where one did."""

    validity: Validity
    since: date
    by: UUID | None = None


def standing(facts: Facts, day: date) -> Standing:
    """The end that came first counts: what lapsed is not repealed afterwards."""
    repeal = min((one for one in facts.repealed if one.on <= day), key=_order, default=None)
    lapsed = facts.lapses_on is not None and facts.lapses_on <= day
    if repeal and not (lapsed and facts.lapses_on and facts.lapses_on < repeal.on):
        return Standing(Validity.REPEALED, repeal.on, repeal.by)
    if lapsed and facts.lapses_on:
        return Standing(Validity.LAPSED, facts.lapses_on)
    if facts.effective_on and facts.effective_on > day:
        return Standing(Validity.NOT_YET, min(facts.begun_on, day))
    return _in_force(facts, day)


def next_turn(facts: Facts, day: date) -> date | None:
    """The next day after this one on which it may stand otherwise by itself."""
    days = [facts.effective_on, facts.lapses_on, *(one.on for one in (*facts.repealed, *facts.amended))]
    return min((one for one in days if one and one > day), default=None)


def own(facts: Facts) -> Facts:
    """What it says of itself, without what others did to it."""
    return Facts(facts.begun_on, facts.effective_on, facts.lapses_on)


def _in_force(facts: Facts, day: date) -> Standing:
    begun = facts.effective_on or facts.begun_on
    latest = max((one for one in facts.amended if one.on <= day), key=_order, default=None)
    if latest:
        return Standing(Validity.MODIFIED, max(latest.on, begun), latest.by)
    return Standing(Validity.IN_FORCE, begun)


def _order(change: Change) -> tuple[date, str]:
    """Of two on one day always the same one, so that nothing is announced twice."""
    return change.on, str(change.by or "")


def changes(rows: Iterable[tuple[date, UUID | None]]) -> tuple[Change, ...]:
    return tuple(Change(on, by) for on, by in rows)
