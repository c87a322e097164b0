"""The monthly summary (保密审查汇总表): a line for every department, and nothing is a line too (零报告)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from shared.clock import BEIJING, now
from shared.db import Database
from shared.workdays import Calendar, official

DEPARTMENTS = "SELECT code, name FROM shared.department WHERE :everything OR code = :department ORDER BY code"

COUNTS = """
    SELECT department, 'submitted' AS what, count(*) AS many FROM review_case
    WHERE opened_at >= :since AND opened_at < :until GROUP BY department
    UNION ALL
    SELECT review_case.department, act, count(*) FROM opinion JOIN review_case ON review_case.id = case_id
    WHERE act IN ('approved', 'returned', 'rejected') AND at >= :since AND at < :until
    GROUP BY review_case.department, act
    UNION ALL
    SELECT review_case.department, 'quarantined', count(*)
    FROM quarantine JOIN review_case ON review_case.id = case_id
    WHERE at >= :since AND at < :until GROUP BY review_case.department
    UNION ALL
    SELECT review_case.department, 'referred', count(*)
    FROM referral JOIN review_case ON review_case.id = case_id
    WHERE asked_at >= :since AND asked_at < :until GROUP BY review_case.department
    UNION ALL
    SELECT review_case.department, 'confirmations', count(*)
    FROM confirmation JOIN review_case ON review_case.id = case_id
    WHERE asked_at >= :since AND asked_at < :until GROUP BY review_case.department
"""

GROUNDS = """
    SELECT review_case.department, ground, count(*) AS many
    FROM opinion JOIN review_case ON review_case.id = case_id, unnest(grounds) AS ground
    WHERE act = 'rejected' AND at >= :since AND at < :until
    GROUP BY review_case.department, ground ORDER BY many DESC, ground
"""

# By pairs of dates: the working days between them are counted by the calendar, not by the database.
TIMES = """
    SELECT review_case.department, (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
        (opinion.at AT TIME ZONE 'Asia/Shanghai')::date AS decided_on, count(*) AS many
    FROM opinion JOIN review_case ON review_case.id = case_id
    WHERE act IN ('approved', 'returned', 'rejected') AND at >= :since AND at < :until
    GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Line:
    """One department's month."""

    department: str
    name: str
    submitted: int = 0
    approved: int = 0
    returned: int = 0
    rejected: int = 0
    rejected_by_ground: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0
    referred: int = 0
    confirmations: int = 0
    mean_working_days: float | None = None

    @property
    def nil(self) -> bool:
        """零报告: nothing was handed in, and nothing decided."""
        return not any(getattr(self, name) for name in COUNTED)


COUNTED = ("submitted", "approved", "returned", "rejected", "quarantined", "referred", "confirmations")


@dataclass(frozen=True)
class Monthly:
    """The summary of a month; every department that was asked for has a line in it."""

    month: str
    lines: tuple[Line, ...]
    total: Line
    printed_at: datetime

    def as_json(self) -> dict[str, object]:
        """For programmes: with what follows from the counts."""
        lines = [{**asdict(line), "nil": line.nil} for line in self.lines]
        return {**asdict(self), "lines": lines}


async def monthly(database: Database, month: str, department: str | None = None) -> Monthly:
    """Of every department, or of one; `month` is such as 2026-11, in Beijing's time."""
    since, until = bounds(month)
    asked = {"since": since, "until": until}
    async with database.transaction() as unit:
        which = {"everything": department is None, "department": department}
        departments = [(row.code, row.name) for row in await unit.run(DEPARTMENTS, which)]
        counts, grounds, days = _Counts(), _Counts(), _Times(official())
        for row in await unit.run(COUNTS, asked):
            counts[row.department][row.what] += row.many
        for row in await unit.run(GROUNDS, asked):
            grounds[row.department][row.ground] += row.many
        for row in await unit.run(TIMES, asked):
            days.add(row.department, row.opened_on, row.decided_on, row.many)
    lines = tuple(_line(code, name, counts[code], grounds[code], days) for code, name in departments)
    return Monthly(month, lines, _total(lines, grounds, days), now())


class _Counts(defaultdict[str, Counter[str]]):
    """Of each department, how many of what."""

    def __init__(self) -> None:
        super().__init__(Counter)


class _Times:
    """How long decisions took."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.days: Counter[str] = Counter()
        self.decisions: Counter[str] = Counter()

    def add(self, department: str, opened_on: date, decided_on: date, count: int) -> None:
        self.days[department] += working_days(opened_on, decided_on, self.calendar) * count
        self.decisions[department] += count

    def mean(self, departments: Sequence[str]) -> float | None:
        decisions = sum(self.decisions[one] for one in departments)
        return round(sum(self.days[one] for one in departments) / decisions, 1) if decisions else None


def bounds(month: str) -> tuple[datetime, datetime]:
    """From the first moment of the month in Beijing to the first of the next; raises ValueError."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=BEIJING)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first, following


def working_days(opened_on: date, decided_on: date, calendar: Calendar) -> int:
    """Working days after the one on which it came, up to the one on which it was decided; 0 on the same."""
    days = (date.fromordinal(day) for day in range(opened_on.toordinal() + 1, decided_on.toordinal() + 1))
    return sum(calendar.works(day) for day in days)


def _line(code: str, name: str, counts: Counter[str], grounds: Counter[str], days: _Times) -> Line:
    counted = {what: counts[what] for what in COUNTED}
    return Line(code, name, rejected_by_ground=dict(grounds), mean_working_days=days.mean([code]), **counted)


def _total(lines: Sequence[Line], grounds: _Counts, days: _Times) -> Line:
    counted = {what: sum(getattr(line, what) for line in lines) for what in COUNTED}
    codes = [line.department for line in lines]
    all_grounds = sum((grounds[code] for code in codes), Counter[str]())
    mean = days.mean(codes)
    return Line("", "", rejected_by_ground=dict(all_grounds), mean_working_days=mean, **counted)
