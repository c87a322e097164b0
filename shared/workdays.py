"""Working days by the State Council's yearly arrangement; a year without one gives a provisional date."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

CALENDARS = Path(__file__).parent / "calendars"


@dataclass(frozen=True)
class DueDate:
    """A statutory date; provisional where the calendar of one of its years is not known yet."""

    on: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Which days differ from the plain week: True is a working weekend day, False a day off."""

    exceptions: Mapping[date, bool]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Whether offices are open. A year that is not known is counted as plain weeks: the earliest date."""
        return self.exceptions.get(day, day.weekday() < 5)

    def after(self, start: date, working_days: int) -> DueDate:
        """The working day that is `working_days` after `start`, the day itself not counted."""
        day, left = start, working_days
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        return DueDate(day, not self.years.issuperset(range(start.year, day.year + 1)))


@cache
def official() -> Calendar:
    """The years that were announced, from shared/calendars."""
    exceptions: dict[date, bool] = {}
    years = set()
    for path in sorted(CALENDARS.glob("*.csv")):
        years.add(int(path.stem))
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                exceptions[date.fromisoformat(row["date"])] = row["works"] == "yes"
    return Calendar(exceptions, frozenset(years))
