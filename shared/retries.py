"""Tries again what failed, when its time has come and its turn is still open."""

from .consumer import Consumer
from .crash import crashpoint
from .letters import Letter, unpack

DUE = """
    SELECT event_id, position, type, subject, sequence, attempts, early, raw FROM inbox
    WHERE consumer = :consumer AND stream = :stream AND status = 'retry' AND next_at <= now()
    ORDER BY next_at LIMIT :batch
"""


async def retry(consumer: Consumer, batch: int = 100) -> int:
    """Handle again what is due; how many. Not the rows are locked but their lanes, in settling."""
    which = {"consumer": consumer.name, "stream": consumer.stream, "batch": batch}
    letters = [
        Letter(
            id=row.event_id,
            position=row.position,
            type=row.type,
            subject=row.subject,
            sequence=row.sequence,
            fields=unpack(bytes(row.raw)),
            tried=row.attempts,
            handled_early=row.early,
            waiting=True,
        )
        for row in await consumer.database.look(DUE, which)
    ]
    if letters:
        crashpoint("retries.due")
        await consumer.settle(letters)
    return len(letters)
