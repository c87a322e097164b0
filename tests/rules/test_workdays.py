"""Working days by the State Council's yearly arrangement."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.workdays import Calendar, official

YEARS = official().years


def test_the_calendars_are_those_that_were_announced() -> None:
    """Day by day against another reading of the same notices."""
    day, differing = date(min(YEARS), 1, 1), []
    while day.year <= max(YEARS):
        if official().works(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


@given(some.dates(date(2008, 1, 1), date(2026, 11, 1)), some.integers(0, 30))
def test_a_due_date_equals_a_count_day_by_day(start: date, days: int) -> None:
    due = official().after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (due.on - start).days + 1)]
    assert sum(official().works(day) for day in between) == days
    assert due.on == start or official().works(due.on)


@pytest.mark.parametrize(
    ("start", "days", "on"),
    [
        (date(2024, 9, 30), 1, date(2024, 10, 8)),  # 国庆节
        (date(2024, 9, 30), 5, date(2024, 10, 12)),  # the Saturday that is worked for it
        (date(2024, 2, 9), 1, date(2024, 2, 18)),  # 春节, and the Sunday worked for it
        (date(2024, 3, 4), 5, date(2024, 3, 11)),
        (date(2024, 3, 8), 0, date(2024, 3, 8)),
    ],
)
def test_holidays_and_the_days_worked_for_them_count_as_announced(start: date, days: int, on: date) -> None:
    assert official().after(start, days).on == on


def test_a_year_without_a_notice_gives_a_provisional_date_and_the_earliest() -> None:
    known = official().after(date(2024, 3, 4), 5)
    assert not known.provisional
    unknown = official().after(date(2099, 10, 1), 5)
    assert unknown.provisional
    assert unknown.on == date(2099, 10, 8), "plain weeks: no holiday is hoped for"


def test_a_date_that_reaches_into_an_unknown_year_is_provisional() -> None:
    calendar = Calendar({}, frozenset({2026}))
    assert not calendar.after(date(2026, 12, 30), 1).provisional
    assert calendar.after(date(2026, 12, 31), 1).provisional
