"""Dense positions, given after the commit, so that nothing that commits late is ever stepped over."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from .crash import crashpoint
from .db import Database

# An identity column is drawn before the commit: a cursor over it steps over what commits later. The head's
# row lock lets one sequencer work at a time; another finds it taken and goes without waiting. The lock comes
# in a statement of its own: the next one then sees all that the sequencer before us did.
TAKE_HEAD = "SELECT position FROM head FOR UPDATE SKIP LOCKED"

GIVE_POSITIONS = """
    WITH taken AS (
        DELETE FROM announcement
        WHERE id IN (SELECT id FROM announcement ORDER BY id LIMIT :batch) RETURNING *),
    given AS (
        INSERT INTO outbox (position, event_id, source, type, subject, sequence, time, data)
        SELECT :head + row_number() OVER (ORDER BY id), event_id, source, type, subject, sequence, time, data
        FROM taken ORDER BY id
        RETURNING position, event_id, source, type, subject, sequence, time, data),
    moved AS (
        UPDATE head SET position = :head + (SELECT count(*) FROM given) WHERE EXISTS (SELECT FROM given))
    SELECT * FROM given ORDER BY position
"""


async def sequence(database: Database, batch: int) -> Sequence[Row[Any]]:
    """Give the next positions to at most `batch` announcements; the rows that have them now."""
    async with database.transaction() as unit:
        head = (await unit.run(TAKE_HEAD)).scalar()
        if head is None:
            return []
        rows = (await unit.run(GIVE_POSITIONS, {"head": head, "batch": batch})).all()
        crashpoint("sequencer.before-commit")
    crashpoint("sequencer.after-commit")
    return rows
