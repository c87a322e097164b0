"""The story of a reminder: what was not public in its time is announced once for each due date."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from shared import clock
from shared.contracts import ObligationOverdue
from shared.db import Database, Transaction
from shared.rows import packed
from shared.workdays import official

from .board import Stands, entries
from .clocks import State
from .fulfilments import CLOCKS, due_of
from .register import lay_down

BATCH = 500

LATE_DOCUMENTS = """
    INSERT INTO overdue (body, document_id, due_on, announced_at)
    SELECT body, document_id, due_on, now() FROM awaited
    WHERE closed IS NULL AND due_on < :today AND NOT EXISTS (
        SELECT FROM overdue
        WHERE overdue.document_id = awaited.document_id AND overdue.due_on = awaited.due_on)
    ORDER BY due_on, document_id LIMIT :batch
    ON CONFLICT DO NOTHING RETURNING body, obligation, document_id, due_on
"""

LATE_PERIODS = """
    INSERT INTO overdue (body, obligation, due_on, announced_at)
    SELECT body, obligation, due_on, now()
    FROM json_to_recordset(CAST(:rows AS json)) AS late (body text, obligation text, due_on date)
    ORDER BY body, obligation
    ON CONFLICT DO NOTHING RETURNING body, obligation, document_id, due_on
"""

PROVISIONAL = """
    SELECT document_id, edition, body, from_on, obligations FROM awaited
    WHERE closed IS NULL AND provisional AND date_part('year', due_on) = ANY(:years)
    LIMIT :batch FOR UPDATE SKIP LOCKED
"""

CONFIRM = """
    UPDATE awaited SET due_on = said.due_on, provisional = said.provisional
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (document_id uuid, edition integer, due_on date, provisional boolean)
    WHERE awaited.document_id = said.document_id AND awaited.edition = said.edition
"""


async def sweep(database: Database) -> int:
    """Once through the register, today."""
    async with database.transaction() as unit:
        return await remind(unit, clock.today())


async def remind(unit: Transaction, today: date) -> int:
    """What is late today, in Beijing, and was not announced yet: how much there was.

    It is also here that a new body gets the national entries, and that a date is reckoned anew when the
    calendar of its year has come.
    """
    await lay_down(unit)
    await _reckon_anew(unit, today)
    documents = (await unit.run(LATE_DOCUMENTS, {"today": today, "batch": BATCH})).all()
    periods = [one for one in await entries(unit, today, waiting=False) if _is_late(one)]
    late = [*documents, *await _of_periods(unit, periods)]
    unit.announce(*(_overdue(row) for row in late))
    return len(late)


def _is_late(one: Stands) -> bool:
    return one.standing.state is State.LATE and one.row.manner == "proactive"


async def _of_periods(unit: Transaction, late: Sequence[Stands]) -> Sequence[Row[Any]]:
    if not late:
        return []
    rows = [
        {"body": one.row.body, "obligation": one.row.code, "due_on": one.standing.due.on}
        for one in late
        if one.standing.due
    ]
    return (await unit.run(LATE_PERIODS, {"rows": packed(rows)})).all()


async def _reckon_anew(unit: Transaction, today: date) -> None:
    years = sorted(official().years)
    found = (await unit.run(PROVISIONAL, {"years": years, "batch": BATCH})).all()
    if not found:
        return
    named = [{name: getattr(row, name) for name in ("document_id", "body", "obligations")} for row in found]
    clocks = {row.document_id: row for row in await unit.run(CLOCKS, {"rows": packed(named), "today": today})}
    dues = [(row, due_of(row.from_on, clocks[row.document_id])) for row in found]
    rows = [
        {
            "document_id": row.document_id,
            "edition": row.edition,
            "due_on": due.on,
            "provisional": due.provisional,
        }
        for row, due in dues
    ]
    await unit.run(CONFIRM, {"rows": packed(rows)})


def _overdue(row: Row[Any]) -> ObligationOverdue:
    return ObligationOverdue(
        department=row.body, obligation=row.obligation, document_id=row.document_id, due_on=row.due_on
    )
