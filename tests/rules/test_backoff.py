"""When a failed event is tried again, and when it is given up."""

from datetime import timedelta

import pytest

from shared.backoff import JITTER, SCHEDULE, wait_after


@pytest.mark.parametrize(("attempts", "wait"), list(enumerate(SCHEDULE, 1)))
def test_the_waits_follow_the_schedule(attempts: int, wait: timedelta) -> None:
    assert wait_after(attempts, 0.5) == wait


def test_the_schedule_grows_from_a_second_to_hours() -> None:
    assert SCHEDULE[0] == timedelta(seconds=1)
    assert SCHEDULE[-1] >= timedelta(hours=4)
    assert list(SCHEDULE) == sorted(SCHEDULE)


def test_after_the_schedule_there_is_no_further_attempt() -> None:
    assert wait_after(len(SCHEDULE)) is not None
    assert wait_after(len(SCHEDULE) + 1) is None


@pytest.mark.parametrize("attempts", range(1, len(SCHEDULE) + 1))
def test_chance_places_the_wait_within_a_fifth_to_either_side(attempts: int) -> None:
    low, high = wait_after(attempts, 0.0), wait_after(attempts, 1.0)
    assert low == SCHEDULE[attempts - 1] * (1 - JITTER)
    assert high == SCHEDULE[attempts - 1] * (1 + JITTER)
    waits = {wait_after(attempts) for _ in range(20)}
    assert len(waits) > 10, "a crowd does not return at once"
    assert all(wait and low <= wait <= high for wait in waits)
