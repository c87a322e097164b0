"""The hand-over list (移交清单): what was locked away, to whom it goes and by when; never what it says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING, now
from shared.db import Database
from shared.workdays import Calendar, DueDate, official

REPORT_WITHIN = 10
DECIDE_WITHIN = 10
"""Working days (保密法实施条例第25条): to report a doubtful matter, and for the authority to determine it."""

TOP = ("top-secret", "绝密")

LIST = """
    SELECT quarantine.case_id, quarantine.sealed, quarantine.at, quarantine.cleared_at, handed_over_at,
        handed_over_to, coalesce(department.name, review_case.department) AS department,
        asked.level, asked.report_by, asked.reported_at, asked.due_on, asked.authority
    FROM quarantine
    JOIN review_case ON review_case.id = quarantine.case_id
    LEFT JOIN shared.department ON department.code = review_case.department
    LEFT JOIN LATERAL (SELECT * FROM referral WHERE referral.case_id = quarantine.case_id
                       AND kind = 'state-secret' ORDER BY asked_at DESC LIMIT 1) asked ON true
    WHERE :everything OR handed_over_at IS NULL
    ORDER BY quarantine.at, quarantine.case_id
"""


@dataclass(frozen=True)
class Sealed:
    """One case: how many files under which hashes; no title and no text, on purpose."""

    number: int
    case_id: UUID
    department: str
    files: int
    sha256: tuple[str, ...]
    sealed_at: datetime
    cleared: bool
    """The originals are gone from the store."""
    level: str
    """The provisional level; empty until somebody has proposed one."""
    authority: str
    report_by: date
    reported_on: date | None
    decide_by: date
    provisional: bool
    """A year's calendar is not known yet: the dates may turn out later, never earlier."""
    handed_over_at: datetime | None
    handed_over_to: str | None


@dataclass(frozen=True)
class HandOver:
    """The list."""

    cases: tuple[Sealed, ...]
    printed_at: datetime


async def hand_over(database: Database, *, everything: bool = False) -> HandOver:
    """What waits to be handed over; with `everything`, what was handed over already too."""
    async with database.transaction() as unit:
        rows = (await unit.run(LIST, {"everything": everything})).all()
    calendar = official()
    return HandOver(tuple(_sealed(number, row, calendar) for number, row in enumerate(rows, 1)), now())


def authority_for(level: str) -> str:
    """Who determines it: 绝密 goes to the national administration, all else to the province's."""
    return "national" if level in TOP else "provincial"


def times(
    sealed_on: date,
    reported_on: date | None,
    report_by: date | None,
    decide_by: date | None,
    calendar: Calendar,
) -> tuple[DueDate, DueDate]:
    """By when it is to be reported and determined; what the referral says stands."""
    report = DueDate(report_by, False) if report_by else calendar.after(sealed_on, REPORT_WITHIN)
    decide = calendar.after(reported_on or report.on, DECIDE_WITHIN)
    return report, DueDate(decide_by, False) if decide_by else decide


def _sealed(number: int, row: Row[Any], calendar: Calendar) -> Sealed:
    reported = _on(row.reported_at)
    report, decide = times(_day(row.at), reported, row.report_by, row.due_on, calendar)
    return Sealed(
        number=number,
        case_id=row.case_id,
        department=row.department,
        files=len(row.sealed),
        sha256=tuple(row.sealed),
        sealed_at=row.at,
        cleared=row.cleared_at is not None,
        level=row.level or "",
        authority=row.authority or authority_for(row.level or ""),
        report_by=report.on,
        reported_on=reported,
        decide_by=decide.on,
        provisional=report.provisional or decide.provisional,
        handed_over_at=row.handed_over_at,
        handed_over_to=row.handed_over_to,
    )


def _on(at: datetime | None) -> date | None:
    return _day(at) if at else None


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
