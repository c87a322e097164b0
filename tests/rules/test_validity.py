"""Whether a document holds on a day, and since when."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publish.validity import Change, Facts, next_turn, own, standing
from shared.contracts.vocabulary import Validity

BEGUN = date(2026, 1, 10)
DAY = timedelta(days=1)
OTHER, ANOTHER = UUID(int=1), UUID(int=2)


def on(number: int) -> date:
    return BEGUN + number * DAY


days = st.integers(-5, 40).map(on)
changes = st.lists(st.builds(Change, days, st.sampled_from([None, OTHER, ANOTHER])), max_size=3).map(tuple)
facts = st.builds(Facts, st.just(BEGUN), st.none() | days, st.none() | days, changes, changes)


@pytest.mark.parametrize(
    ("known", "day", "validity", "since", "by"),
    [
        (Facts(BEGUN), 0, "in-force", 0, None),
        (Facts(BEGUN, effective_on=on(5)), 4, "not-yet", 0, None),
        (Facts(BEGUN, effective_on=on(5)), 5, "in-force", 5, None),
        (Facts(BEGUN, lapses_on=on(9)), 8, "in-force", 0, None),
        (Facts(BEGUN, lapses_on=on(9)), 9, "lapsed", 9, None),
        (Facts(BEGUN, repealed=(Change(on(3), OTHER),)), 2, "in-force", 0, None),
        (Facts(BEGUN, repealed=(Change(on(3), OTHER),)), 3, "repealed", 3, OTHER),
        (Facts(BEGUN, repealed=(Change(on(7), OTHER), Change(on(3), ANOTHER))), 9, "repealed", 3, ANOTHER),
        (Facts(BEGUN, repealed=(Change(on(3)),)), 3, "repealed", 3, None),
        (Facts(BEGUN, amended=(Change(on(3), OTHER), Change(on(5), ANOTHER))), 4, "modified", 3, OTHER),
        (Facts(BEGUN, amended=(Change(on(3), OTHER), Change(on(5), ANOTHER))), 5, "modified", 5, ANOTHER),
        (Facts(BEGUN, lapses_on=on(4), repealed=(Change(on(6), OTHER),)), 9, "lapsed", 4, None),
        (Facts(BEGUN, lapses_on=on(6), repealed=(Change(on(4), OTHER),)), 9, "repealed", 4, OTHER),
        (Facts(BEGUN, lapses_on=on(6), repealed=(Change(on(6), OTHER),)), 9, "repealed", 6, OTHER),
        (Facts(BEGUN, on(9), repealed=(Change(on(3), OTHER),)), 4, "repealed", 3, OTHER),
        (Facts(BEGUN, on(9), amended=(Change(on(3), OTHER),)), 4, "not-yet", 0, None),
        (Facts(BEGUN, on(9), amended=(Change(on(3), OTHER),)), 9, "modified", 9, OTHER),
        (
            Facts(BEGUN, amended=(Change(on(3), OTHER),), repealed=(Change(on(5), OTHER),)),
            6,
            "repealed",
            5,
            OTHER,
        ),
    ],
)
def test_the_end_that_came_first_counts(
    known: Facts, day: int, validity: str, since: int, by: UUID | None
) -> None:
    stands = standing(known, on(day))
    assert (stands.validity, stands.since, stands.by) == (validity, on(since), by)


@given(facts, days)
def test_it_stands_so_since_a_day_that_has_come(known: Facts, day: date) -> None:
    stands = standing(known, day)
    begun = known.effective_on or known.begun_on
    assert stands.since <= max(day, begun)
    if stands.validity in (Validity.REPEALED, Validity.LAPSED):
        assert stands.since <= day


@given(facts, days)
def test_it_does_not_change_before_the_day_on_which_it_is_looked_at_again(known: Facts, day: date) -> None:
    turns = next_turn(known, day)
    for later in range(1, 60):
        looked = day + later * DAY
        if turns and looked >= turns:
            break
        same = standing(known, looked)
        if same.validity is not Validity.NOT_YET:
            assert same == standing(known, day)


@given(facts, days)
def test_what_ended_does_not_hold_again_by_itself(known: Facts, day: date) -> None:
    if standing(known, day).validity in (Validity.REPEALED, Validity.LAPSED):
        assert standing(known, day + 30 * DAY) == standing(known, day)


@given(facts)
def test_of_its_own_words_nothing_of_others_is_kept(known: Facts) -> None:
    assert standing(own(known), on(40)).validity in (Validity.IN_FORCE, Validity.LAPSED)
    assert (own(known).repealed, own(known).amended) == ((), ())
