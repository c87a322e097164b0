"""When a failed event is tried again, and when it is given up."""

import random
from datetime import timedelta

SCHEDULE = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3_600, 14_400))
"""The waits after the first, second, … failed attempt; after the last one the event is a dead letter."""

JITTER = 0.2


def wait_after(attempts: int, chance: float | None = None) -> timedelta | None:
    """How long to wait after this many failed attempts; None when it has been tried often enough.

    `chance` between 0 and 1 places the wait within a fifth to either side, so that a crowd does not return
    at once.
    """
    if attempts > len(SCHEDULE):
        return None
    chance = random.random() if chance is None else chance
    return SCHEDULE[attempts - 1] * (1 + JITTER * (2 * chance - 1))
