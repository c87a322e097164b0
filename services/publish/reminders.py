"""Whoever has not given back a copy is reminded: after an hour, four more, a day, and then every day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from shared.clock import now
from shared.contracts import Place, RecallReminded
from shared.db import Database, Transaction

PAUSES = (timedelta(hours=4), timedelta(days=1))
"""After the first and the second reminder; the last one holds for all that follow."""

DUE = """
    SELECT document_id, edition, reminders FROM recall
    WHERE completed_at IS NULL AND remind_at <= :now ORDER BY remind_at LIMIT 100 FOR UPDATE SKIP LOCKED
"""

MISSING = """
    UPDATE recall_place SET reminded_at = :now
    WHERE document_id = :document_id AND edition = :edition AND confirmed_at IS NULL
    RETURNING kind, code
"""

REMINDED = """
    UPDATE recall SET reminders = :reminder, remind_at = :next
    WHERE document_id = :document_id AND edition = :edition
"""

# A channel that gave up taking its copy back is tried again from the beginning.
AGAIN = """
    UPDATE release SET state = 'recall-due', due_at = :now
    WHERE document_id = :document_id AND edition <= :edition AND state = 'recall-failed'
"""


async def remind(database: Database) -> int:
    """Remind whoever is due; how many recalls that were. Notify then sends the withdrawal once more."""
    async with database.transaction() as unit:
        due = (await unit.run(DUE, {"now": now()})).all()
        for row in due:
            await _remind(unit, row)
    return len(due)


async def _remind(unit: Transaction, row: Row[Any]) -> None:
    at, reminder = now(), row.reminders + 1
    about = {"document_id": row.document_id, "edition": row.edition, "now": at}
    missing = (await unit.run(MISSING, about)).all()
    await unit.run(AGAIN, about)
    pause = PAUSES[min(reminder, len(PAUSES)) - 1]
    await unit.run(REMINDED, {**about, "reminder": reminder, "next": at + pause})
    places = tuple(Place(kind=one.kind, code=one.code) for one in sorted(missing, key=tuple))
    unit.announce(
        RecallReminded(document_id=row.document_id, edition=row.edition, reminder=reminder, places=places)
    )
