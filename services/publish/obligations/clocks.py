"""Clocks of the obligation register: by when something must be public, and how an entry stands. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.workdays import Calendar, DueDate


class Unit(StrEnum):
    """In what a time is counted."""

    WORKING_DAYS = "working-days"
    DAYS = "days"
    HOURS = "hours"
    AT_ONCE = "at-once"


class Every(StrEnum):
    """How often something new must be published."""

    NONE = "none"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


class State(StrEnum):
    """How an entry of the register stands."""

    FULFILLED = "fulfilled"
    DUE = "due"
    LATE = "late"
    EMPTY = "empty"
    NOT_YET = "not-yet"
    ENDED = "ended"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


@dataclass(frozen=True)
class Clock:
    """Within which time, and how often: 0 working days and "at once" both mean the same day."""

    number: int
    unit: Unit
    every: Every = Every.NONE
    day: str = ""
    """The last day of its period where that is not the calendar's: 15, or 03-31 for a year."""


ART_26 = Clock(20, Unit.WORKING_DAYS)
"""Regulations, art. 26: from formation or change, where no law says otherwise."""


@dataclass(frozen=True)
class Standing:
    """How an entry stands; the date by which something is to be published next, or was."""

    state: State
    due: DueDate | None = None


def after(start: date, clock: Clock, calendar: Calendar) -> DueDate:
    """The last day in time. Hours are counted as whole days begun: only the day of creation is known."""
    if clock.unit is Unit.WORKING_DAYS:
        return calendar.after(start, clock.number)
    days = {Unit.DAYS: clock.number, Unit.HOURS: -(-clock.number // 24)}.get(clock.unit, 0)
    return DueDate(start + timedelta(days=days), provisional=False)


def due_of_document(created_on: date, clocks: Sequence[Clock], calendar: Calendar) -> DueDate:
    """The shortest of its obligations' times; art. 26 where it fulfils none that is known."""
    dates = [due for clock in clocks or [ART_26] for due in _dates(created_on, clock, calendar)]
    return min(dates, key=lambda due: due.on)


def _dates(created_on: date, clock: Clock, calendar: Calendar) -> Iterable[DueDate]:
    """Its own time, and the end of its period's: a fixed day alone says nothing of the document itself."""
    repeats = clock.every is not Every.NONE
    if not repeats or (clock.unit is not Unit.AT_ONCE and clock.number):
        yield after(created_on, clock, calendar)
    if repeats:
        yield due_of_period(clock, _last_due(clock, created_on, calendar) + 1, calendar)


def period_end(clock: Clock, number: int) -> date:
    """The last day of a period; periods are numbered through, each follows the one before."""
    months = MONTHS[clock.every]
    last_month = int(clock.day[:2]) - 1 if clock.every is Every.YEAR and clock.day else months - 1
    year, month = divmod(number * months + last_month, 12)
    longest = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(int(clock.day[-2:] or longest), longest))


def due_of_period(clock: Clock, number: int, calendar: Calendar) -> DueDate:
    return after(period_end(clock, number), clock, calendar)


def standing(
    clock: Clock, since: date, newest: date | None, waiting: DueDate | None, today: date, calendar: Calendar
) -> Standing:
    """How an entry stands that has not ended.

    `newest` is the day on which what fulfils it was last published, `waiting` the first due date of what was
    handed in for it and is not public.
    """
    if waiting and waiting.on < today:
        return Standing(State.LATE, waiting)
    if clock.every is not Every.NONE:
        return _of_periods(clock, since, newest, today, calendar)
    if newest:
        return Standing(State.FULFILLED)
    if waiting:
        return Standing(State.DUE, waiting)
    return Standing(State.NOT_YET if today < since else State.EMPTY)


def _of_periods(clock: Clock, since: date, newest: date | None, today: date, calendar: Calendar) -> Standing:
    """A period's own is what was published after the last day for the one before.

    One that came late counts for the period that it came in as well: earlier arrears were announced when they
    fell due, and are not asked for again.
    """
    last = _last_due(clock, today, calendar)
    if period_end(clock, last) >= since and not _published(clock, last, newest, calendar):
        return Standing(State.LATE, due_of_period(clock, last, calendar))
    now = max(last + 1, _first_since(clock, since))
    if _published(clock, now, newest, calendar):
        return Standing(State.FULFILLED)
    due = due_of_period(clock, now, calendar)
    if period_end(clock, now) < today:
        return Standing(State.DUE, due)
    return Standing(State.FULFILLED if newest else State.NOT_YET, due)


def _published(clock: Clock, number: int, newest: date | None, calendar: Calendar) -> bool:
    return newest is not None and newest > due_of_period(clock, number - 1, calendar).on


def _last_due(clock: Clock, today: date, calendar: Calendar) -> int:
    """The latest period whose time was over before today."""
    number = (today.year * 12 + today.month - 1) // MONTHS[clock.every] + 1
    while due_of_period(clock, number, calendar).on >= today:
        number -= 1
    return number


def _first_since(clock: Clock, since: date) -> int:
    number = (since.year * 12 + since.month - 1) // MONTHS[clock.every] - 1
    while period_end(clock, number) < since:
        number += 1
    return number
