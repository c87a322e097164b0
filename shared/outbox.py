"""Where announcements wait, written in the transaction that makes them true."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from .clock import new_id, now
from .contracts import Event, Fact, encode

# The row of a subject is locked until the commit: sequence n+1 is only given after n is committed, and its
# outbox id, drawn later, is higher. That is what makes the sequencer's order each document's order.
NUMBER = text("""
    INSERT INTO subject (subject, sequence)
    SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:counts AS bigint[])) AS news (subject, count)
    ORDER BY subject
    ON CONFLICT (subject) DO UPDATE SET sequence = subject.sequence + excluded.sequence
    RETURNING subject, sequence
""")

WRITE = text("""
    INSERT INTO outbox (event_id, source, type, subject, sequence, time, data)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sources AS text[]), CAST(:types AS text[]),
        CAST(:subjects AS text[]), CAST(:sequences AS bigint[]), CAST(:times AS timestamptz[]),
        CAST(:data AS bytea[]))
""")


async def write(connection: AsyncConnection, source: str, facts: Sequence[Fact]) -> None:
    """Number the facts within their subjects and put them in the outbox, in the order announced."""
    if not facts:
        return
    last = await _number(connection, Counter(fact.subject for fact in facts))
    events = _events(source, facts, last)
    await connection.execute(
        WRITE,
        {
            "ids": [event.id for event in events],
            "sources": [event.source for event in events],
            "types": [event.type for event in events],
            "subjects": [event.subject for event in events],
            "sequences": [event.sequence for event in events],
            "times": [event.time for event in events],
            "data": [encode(event)["data"] for event in events],
        },
    )


async def _number(connection: AsyncConnection, counts: Counter[str]) -> dict[str, int]:
    """The sequence before the first new fact of each subject."""
    rows = await connection.execute(NUMBER, {"subjects": list(counts), "counts": list(counts.values())})
    return {subject: sequence - counts[subject] for subject, sequence in rows}


def _events(source: str, facts: Sequence[Fact], last: dict[str, int]) -> list[Event[Fact]]:
    events = []
    for fact in facts:
        last[fact.subject] += 1
        events.append(Event(new_id(), source, fact.subject, last[fact.subject], now(), fact))
    return events
