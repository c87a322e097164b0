"""What could not be handled: looked at, tried again, or dropped with a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from . import inbox
from .db import Database
from .letters import unpack

LIST = """
    SELECT consumer, stream, event_id, position, type, subject, sequence, attempts, error, first_seen, raw
    FROM inbox WHERE status = 'dead' AND (CAST(:event_id AS uuid) IS NULL OR event_id = :event_id)
    ORDER BY first_seen LIMIT :limit
"""

RETRY = """
    UPDATE inbox SET status = 'retry', attempts = 0, next_at = now()
    WHERE status = 'dead' AND subject IS NOT NULL AND event_id = :event_id
"""

DROP = """
    UPDATE inbox SET status = 'dropped', error = :reason, settled_at = now()
    WHERE status = 'dead' AND event_id = :event_id RETURNING consumer, stream, subject, sequence
"""

# Its document is not so far yet: it waits for its turn as one that was handled early; nothing is done then.
NOT_ITS_TURN = "UPDATE inbox SET status = 'parked', early = true WHERE event_id = :event_id"


class NoSuchDeadLetter(LookupError):
    """There is no dead letter with this number that this can be done with."""


async def listed(database: Database, event_id: UUID | None = None, limit: int = 1000) -> Sequence[Row[Any]]:
    """The dead letters of this service, the oldest first."""
    async with database.transaction() as unit:
        return (await unit.run(LIST, {"event_id": event_id, "limit": limit})).all()


def shown(row: Row[Any]) -> dict[str, Any]:
    """All that is known of one, with its bytes as text as far as they are text."""
    fields = {
        name.decode(errors="replace"): value.decode(errors="replace")
        for name, value in unpack(bytes(row.raw)).items()
    }
    known = {name: value for name, value in row._mapping.items() if name != "raw"}
    return {**known, "fields": fields}


async def again(database: Database, event_id: UUID) -> None:
    """Try it again now, from the first attempt."""
    async with database.transaction() as unit:
        if not (await unit.run(RETRY, {"event_id": event_id})).rowcount:
            raise NoSuchDeadLetter


async def drop(database: Database, event_id: UUID, reason: str) -> None:
    """Give it up for ever, and let its document's later events pass."""
    async with database.transaction() as unit:
        row = (await unit.run(DROP, {"event_id": event_id, "reason": reason})).first()
        if row is None:
            raise NoSuchDeadLetter
        if row.subject is not None:
            lanes = await inbox.lock_lanes(unit, row.consumer, row.stream, [row.subject])
            if lanes[row.subject] + 1 == row.sequence:
                await inbox.move_lanes(unit, row.consumer, row.stream, {row.subject: row.sequence})
            elif lanes[row.subject] < row.sequence:
                await unit.run(NOT_ITS_TURN, {"event_id": event_id})
