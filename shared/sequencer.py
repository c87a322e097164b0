"""Dense positions, given after the commit, so that nothing that commits late is ever stepped over."""

from .crash import crashpoint
from .db import Database

# An identity column is drawn before the commit: a cursor over it steps over what commits later. The head's
# row lock lets one sequencer work at a time; another finds it taken and goes without waiting.
TAKE_HEAD = "SELECT position FROM head FOR UPDATE SKIP LOCKED"

GIVE_POSITIONS = """
    UPDATE outbox SET position = numbered.position
    FROM (SELECT id, :head + row_number() OVER (ORDER BY id) AS position
          FROM (SELECT id FROM outbox WHERE position IS NULL ORDER BY id LIMIT :batch) AS fresh) AS numbered
    WHERE outbox.id = numbered.id
"""

MOVE_HEAD = "UPDATE head SET position = position + :count"


async def sequence(database: Database, batch: int) -> int:
    """Give the next positions to at most `batch` announcements; how many."""
    async with database.transaction() as unit:
        head = (await unit.run(TAKE_HEAD)).scalar()
        if head is None:
            return 0
        count = (await unit.run(GIVE_POSITIONS, {"head": head, "batch": batch})).rowcount
        if count:
            await unit.run(MOVE_HEAD, {"count": count})
            crashpoint("sequencer.before-commit")
    crashpoint("sequencer.after-commit")
    return int(count)
