"""When a channel is tried again, and when somebody has to look. Pure."""

import random
from datetime import timedelta

from shared.backoff import JITTER

RELEASES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""The waits after the first, second, … failed attempt to put an edition out (as Standard Webhooks)."""

RECALLS = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900, *(1_800,) * 144))
"""The same for taking it back, which cannot wait: every half hour for three days."""


def wait(
    schedule: tuple[timedelta, ...], attempts: int, asked: float | None = None, chance: float | None = None
) -> timedelta | None:
    """How long after so many failed attempts; None when it has been tried often enough.

    `asked` are the seconds that the other side wants us to wait: they count up to twice the planned wait, for
    more would let it park a document for ever. `chance` between 0 and 1 places the wait within a fifth
    to either side.
    """
    if attempts > len(schedule):
        return None
    planned = schedule[attempts - 1]
    chance = random.random() if chance is None else chance
    jittered = planned * (1 + JITTER * (2 * chance - 1))
    return max(jittered, min(timedelta(seconds=min(asked or 0, 1e7)), 2 * planned))
