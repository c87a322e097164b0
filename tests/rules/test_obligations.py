"""Clocks of the obligation register: the 20 working days of art. 26, shorter ones, what comes round."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from services.publish.obligations.clocks import (
    ART_26,
    MONTHS,
    Clock,
    Every,
    Standing,
    State,
    Unit,
    due_of_document,
    due_of_period,
    period_end,
    standing,
)
from services.publish.obligations.register_entries import Entry, Put, changes, national
from shared.workdays import DueDate, official

CALENDAR = official()
FIRST = date(2020, 1, 1)
SEVEN = Clock(7, Unit.WORKING_DAYS)
TWENTY_DAYS = Clock(20, Unit.DAYS)
AT_ONCE = Clock(0, Unit.AT_ONCE)
HOURS = Clock(24, Unit.HOURS)
MONTHLY = Clock(15, Unit.DAYS, Every.MONTH)
QUARTERLY = Clock(10, Unit.WORKING_DAYS, Every.QUARTER)
BUDGET = Clock(20, Unit.DAYS, Every.YEAR)
REPORT = Clock(0, Unit.DAYS, Every.YEAR, "03-31")


def on(year: int, month: int, day: int) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("created", "clocks", "due"),
    [
        (on(2026, 1, 5), [], on(2026, 2, 2)),  # Art. 26.
        (on(2026, 2, 13), [], on(2026, 3, 19)),  # 春节, with the Saturdays worked for it.
        (on(2026, 9, 18), [], on(2026, 10, 22)),  # 中秋节、国庆节
        (on(2026, 9, 30), [SEVEN], on(2026, 10, 15)),  # The Saturday of 10 October is worked.
        (on(2026, 2, 26), [TWENTY_DAYS], on(2026, 3, 18)),  # 预算法 art. 14: plain days.
        (on(2026, 2, 26), [ART_26, SEVEN, TWENTY_DAYS], on(2026, 3, 6)),
        (on(2026, 5, 1), [AT_ONCE], on(2026, 5, 1)),  # An emergency keeps no holidays.
        (on(2026, 5, 1), [HOURS], on(2026, 5, 2)),
        (on(2026, 5, 1), [Clock(36, Unit.HOURS)], on(2026, 5, 3)),
        (on(2026, 2, 5), [MONTHLY], on(2026, 2, 15)),  # January's: its period's end comes before its own.
        (on(2026, 2, 26), [BUDGET], on(2026, 3, 18)),  # Its own end comes long before the year's.
        (on(2026, 1, 8), [REPORT], on(2026, 3, 31)),  # A fixed day says nothing of the document itself.
        (on(2026, 3, 31), [REPORT], on(2026, 3, 31)),
        (on(2026, 4, 1), [REPORT], on(2027, 3, 31)),
    ],
)
def test_a_document_is_due_by_the_shortest_of_its_times(
    created: date, clocks: list[Clock], due: date
) -> None:
    assert due_of_document(created, clocks, CALENDAR) == DueDate(due, provisional=False)


def test_a_date_in_a_year_without_a_calendar_is_provisional() -> None:
    last = max(CALENDAR.years)
    assert due_of_document(date(last, 12, 20), [], CALENDAR).provisional
    assert not due_of_document(date(last, 11, 20), [], CALENDAR).provisional
    assert not due_of_document(date(last, 12, 30), [TWENTY_DAYS], CALENDAR).provisional, (
        "plain days need none"
    )


@given(some.dates(FIRST, on(2026, 10, 1)))
def test_nobody_has_more_than_twenty_working_days_unless_a_register_says_so(created: date) -> None:
    due = due_of_document(created, [], CALENDAR)
    between = (created + timedelta(days=n) for n in range(1, (due.on - created).days + 1))
    assert sum(CALENDAR.works(day) for day in between) == 20


@pytest.mark.parametrize(
    ("clock", "ends"),
    [
        (Clock(0, Unit.DAYS, Every.MONTH), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Clock(0, Unit.DAYS, Every.MONTH, "31"), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Clock(0, Unit.DAYS, Every.MONTH, "15"), ["2026-01-15", "2026-02-15", "2026-03-15"]),
        (Clock(0, Unit.DAYS, Every.QUARTER), ["2026-03-31", "2026-06-30", "2026-09-30"]),
        (Clock(0, Unit.DAYS, Every.HALF_YEAR), ["2026-06-30", "2026-12-31", "2027-06-30"]),
        (Clock(0, Unit.DAYS, Every.YEAR), ["2026-12-31", "2027-12-31", "2028-12-31"]),
        (Clock(0, Unit.DAYS, Every.YEAR, "02-29"), ["2026-02-28", "2027-02-28", "2028-02-29"]),
    ],
)
def test_periods_follow_one_another_to_their_last_days(clock: Clock, ends: list[str]) -> None:
    number = 2020 * 12 // MONTHS[clock.every]
    while str(period_end(clock, number)) < ends[0]:
        number += 1
    assert [str(period_end(clock, number + n)) for n in range(len(ends))] == ends


SINCE = on(2025, 12, 1)


@pytest.mark.parametrize(
    ("newest", "today", "state", "due"),
    [
        (None, on(2025, 12, 20), State.NOT_YET, on(2026, 1, 15)),  # The first period runs.
        (None, on(2025, 12, 31), State.NOT_YET, on(2026, 1, 15)),  # Its last day.
        (None, on(2026, 1, 10), State.DUE, on(2026, 1, 15)),  # December is over.
        (None, on(2026, 1, 15), State.DUE, on(2026, 1, 15)),  # The last day is in time.
        (None, on(2026, 1, 16), State.LATE, on(2026, 1, 15)),
        (on(2026, 1, 12), on(2026, 1, 16), State.FULFILLED, on(2026, 2, 15)),
        (on(2026, 1, 12), on(2026, 2, 3), State.DUE, on(2026, 2, 15)),
        (on(2026, 1, 12), on(2026, 2, 16), State.LATE, on(2026, 2, 15)),
        (on(2026, 2, 10), on(2026, 2, 16), State.FULFILLED, on(2026, 3, 15)),
        (on(2026, 2, 20), on(2026, 2, 20), State.FULFILLED, None),  # Late; it counts for March as well.
        (on(2025, 12, 5), on(2026, 1, 16), State.LATE, on(2026, 1, 15)),  # That was November's.
    ],
)
def test_what_comes_round_each_month_is_asked_for_each_month(
    newest: date | None, today: date, state: State, due: date | None
) -> None:
    by = DueDate(due, provisional=False) if due else None
    assert standing(MONTHLY, SINCE, newest, None, today, CALENDAR) == Standing(state, by)


@pytest.mark.parametrize(
    ("newest", "waiting", "today", "state"),
    [
        (None, None, on(2026, 3, 1), State.EMPTY),
        (None, None, on(2025, 11, 30), State.NOT_YET),
        (on(2026, 1, 1), None, on(2026, 3, 1), State.FULFILLED),
        (None, on(2026, 3, 1), on(2026, 3, 1), State.DUE),
        (None, on(2026, 2, 28), on(2026, 3, 1), State.LATE),
        (on(2026, 1, 1), on(2026, 2, 28), on(2026, 3, 1), State.LATE),
        (on(2026, 1, 1), on(2026, 3, 2), on(2026, 3, 1), State.FULFILLED),
    ],
)
def test_what_does_not_come_round_is_empty_until_something_is_public(
    newest: date | None, waiting: date | None, today: date, state: State
) -> None:
    by = DueDate(waiting, provisional=False) if waiting else None
    assert standing(ART_26, SINCE, newest, by, today, CALENDAR).state is state


clocks = some.builds(
    Clock,
    some.integers(0, 60),
    some.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]),
    some.sampled_from([Every.MONTH, Every.QUARTER, Every.HALF_YEAR, Every.YEAR]),
)


@given(clocks, some.dates(on(2024, 1, 1), on(2026, 9, 1)), some.integers(0, 400))
def test_who_publishes_on_the_last_day_of_each_time_is_never_late(
    clock: Clock, since: date, days: int
) -> None:
    today = since + timedelta(days=days)
    dues: list[date] = []
    number = since.year * 12 // MONTHS[clock.every] - 1
    while period_end(clock, number) <= today:
        if period_end(clock, number) >= since:
            dues.append(due_of_period(clock, number, CALENDAR).on)
        number += 1
    published = [due for due in dues if due <= today]
    found = standing(clock, since, max(published, default=None), None, today, CALENDAR)
    assert found.state is not State.LATE
    missed = [due for due in dues if due < today]
    assume(missed)
    late = standing(clock, since, None, None, today, CALENDAR)
    assert late.due
    assert (late.state, late.due.on) == (State.LATE, missed[-1])


def test_the_national_register_has_every_item_of_articles_20_and_21() -> None:
    codes = [entry.code for entry in national()]
    assert len(codes) == len(set(codes))
    assert {f"20-{n:02}" for n in range(1, 16)} <= set(codes)
    assert {f"21-{n:02}" for n in (*range(1, 8), *range(11, 19))} <= set(codes)
    times = {entry.code: (entry.within.number, entry.within.unit) for entry in national()}
    assert times["20-07"] == (20, Unit.DAYS)
    assert times["20-05"] == times["20-06"] == (7, Unit.WORKING_DAYS)
    assert times["20-12"] == (0, Unit.AT_ONCE)
    assert times["20-01"] == (20, Unit.WORKING_DAYS)


def entry(code: str, matter: str = "a", body: str = "audit", **more: object) -> Entry:
    return Entry.model_validate({"body": body, "code": code, "matter": matter, **more})


def test_a_register_says_what_it_changes() -> None:
    today = on(2026, 3, 1)
    present = {
        (one.body, one.code): one
        for one in (
            entry("same", since=today),
            entry("other", since=today),
            entry("gone", since=today),
            entry("long-gone", since=today, ended=today),
            entry("20-07", since=today),
            entry("x1", body="archive", since=today),
        )
    }
    found = changes(present, [entry("same"), entry("other", "b", basis="法"), entry("new")], today)
    assert [one.code for one in found.new] == ["new"]
    assert [(one.code, list(fields)) for one, fields in found.changed] == [("other", ["matter", "basis"])]
    assert [one.code for one in found.ended] == ["gone"], "not what has ended, is national, or another body's"
    assert found.same == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "15"},
        {"repeats": "month", "day": "03-31"},
        {"repeats": "month", "day": "00"},
        {"repeats": "year", "day": "13-01"},
        {"repeats": "year", "day": "15"},
    ],
)
def test_a_day_that_does_not_fit_its_period_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Write 03-31"):
        Put.model_validate({"matter": "a", **wrong})
