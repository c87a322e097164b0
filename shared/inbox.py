"""The rows of the inbox and of the lanes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from .db import Transaction
from .letters import Letter, Status, pack
from .rows import packed

# Compare and set: a lane moves only from exactly where this batch begins. Whoever moved it may handle what
# lies between; nobody else can, and nothing of it can have been handled before.
ADVANCE = """
    WITH span AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json))
            AS span (subject text, first bigint, last bigint)),
    begun AS (
        INSERT INTO lane (consumer, stream, subject, sequence)
        SELECT :consumer, :stream, subject, last FROM span WHERE first = 1 ORDER BY subject
        ON CONFLICT DO NOTHING RETURNING subject),
    moved AS (
        UPDATE lane SET sequence = span.last FROM span
        WHERE lane.consumer = :consumer AND lane.stream = :stream AND lane.subject = span.subject
          AND span.first > 1 AND lane.sequence = span.first - 1 AND NOT lane.troubled
        RETURNING lane.subject)
    SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM moved) AS lanes
"""

# One statement that creates what is missing and locks the rest, always in the same order, so that two
# consumers of the same documents wait for each other instead of deadlocking.
LOCK_LANES = """
    INSERT INTO lane (consumer, stream, subject, sequence)
    SELECT :consumer, :stream, subject, 0
    FROM json_array_elements_text(CAST(:subjects AS json)) AS wanted (subject) ORDER BY subject
    ON CONFLICT (consumer, stream, subject) DO UPDATE SET sequence = lane.sequence
    RETURNING subject, sequence
"""

KNOWN = """
    SELECT event_id, status FROM inbox
    WHERE consumer = :consumer AND event_id IN (
        SELECT CAST(id AS uuid) FROM json_array_elements_text(CAST(:ids AS json)) AS named (id))
"""

RECORD_NEW = """
    INSERT INTO inbox (consumer, stream, event_id, position, type, subject, sequence, status, early,
                       attempts, next_at, error, raw, settled_at)
    SELECT :consumer, :stream, event_id, position, type, subject, sequence, status, early, attempts, next_at,
           error, convert_to(raw, 'UTF8'), CASE WHEN status IN ('done', 'skipped') THEN now() END
    FROM json_to_recordset(CAST(:rows AS json))
        AS letter (event_id uuid, position bigint, type text, subject text, sequence bigint, status text,
                   early boolean, attempts integer, next_at timestamptz, error text, raw text)
"""

RECORD = (
    RECORD_NEW
    + """
    ON CONFLICT (consumer, event_id) DO UPDATE SET
        status = excluded.status, early = excluded.early, attempts = excluded.attempts,
        next_at = excluded.next_at, error = excluded.error, raw = excluded.raw,
        settled_at = excluded.settled_at
"""
)

MOVE_LANES = """
    UPDATE lane SET sequence = moved.sequence
    FROM json_to_recordset(CAST(:rows AS json)) AS moved (subject text, sequence bigint)
    WHERE lane.consumer = :consumer AND lane.stream = :stream AND lane.subject = moved.subject
"""

NOTE_TROUBLE = """
    UPDATE lane SET troubled = EXISTS (
        SELECT FROM inbox WHERE inbox.consumer = :consumer AND inbox.stream = :stream
          AND inbox.subject = lane.subject AND inbox.status IN ('parked', 'retry', 'dead'))
    WHERE lane.consumer = :consumer AND lane.stream = :stream
      AND lane.subject IN (SELECT json_array_elements_text(CAST(:subjects AS json)))
"""

RELEASE_NEXT = """
    UPDATE inbox SET status = 'retry', next_at = now()
    FROM json_to_recordset(CAST(:rows AS json)) AS moved (subject text, sequence bigint)
    WHERE inbox.consumer = :consumer AND inbox.stream = :stream AND inbox.status = 'parked'
      AND inbox.subject = moved.subject AND inbox.sequence = moved.sequence + 1
"""


async def advance_lanes(
    unit: Transaction, consumer: str, stream: str, spans: Mapping[str, tuple[int, int]]
) -> bool:
    """Take the lanes over each subject's letters, from the first to the last; False if one cannot be."""
    rows = [{"subject": subject, "first": first, "last": last} for subject, (first, last) in spans.items()]
    taken = await unit.run(ADVANCE, {"consumer": consumer, "stream": stream, "rows": packed(rows)})
    return bool(taken.scalar_one() == len(spans))


async def lock_lanes(
    unit: Transaction, consumer: str, stream: str, subjects: Collection[str]
) -> dict[str, int]:
    """How far each subject has been handled; nobody else handles it until this transaction ends."""
    if not subjects:
        return {}
    rows = await unit.run(
        LOCK_LANES, {"consumer": consumer, "stream": stream, "subjects": packed(sorted(subjects))}
    )
    return {row.subject: row.sequence for row in rows}


async def unsettled(unit: Transaction, consumer: str, letters: Sequence[Letter]) -> list[Letter]:
    """The letters that are still ours to deal with: new ones, and those that wait for another attempt."""
    rows = await unit.run(KNOWN, {"consumer": consumer, "ids": packed([letter.id for letter in letters])})
    known: dict[UUID, str] = {row.event_id: row.status for row in rows}
    mine: dict[UUID, Letter] = {}
    for letter in letters:
        status = known.get(letter.id)
        if status is None or (letter.waiting and status == Status.RETRY):
            mine.setdefault(letter.id, letter)
    return list(mine.values())


async def record_new(unit: Transaction, consumer: str, stream: str, letters: Sequence[Letter]) -> None:
    """Write the rows of letters that were never seen; fails if one was."""
    rows = packed([_row(letter) for letter in letters])
    await unit.run(RECORD_NEW, {"consumer": consumer, "stream": stream, "rows": rows})


async def record(unit: Transaction, consumer: str, stream: str, letters: Sequence[Letter]) -> None:
    """Write each letter's row; the bytes are kept while anything is still to be done with them."""
    if not letters:
        return
    rows = packed([_row(letter) for letter in letters])
    await unit.run(RECORD, {"consumer": consumer, "stream": stream, "rows": rows})
    subjects = packed(sorted({letter.subject for letter in letters if letter.subject}))
    await unit.run(NOTE_TROUBLE, {"consumer": consumer, "stream": stream, "subjects": subjects})


async def move_lanes(unit: Transaction, consumer: str, stream: str, moved: Mapping[str, int]) -> None:
    """The subjects have come this far; what was parked right behind is to be handled now."""
    if not moved:
        return
    rows = packed([{"subject": subject, "sequence": sequence} for subject, sequence in moved.items()])
    where = {"consumer": consumer, "stream": stream, "rows": rows}
    await unit.run(MOVE_LANES, where)
    await unit.run(RELEASE_NEXT, where)


def _row(letter: Letter) -> dict[str, Any]:
    done = letter.status in (Status.DONE, Status.SKIPPED)
    return {
        "event_id": letter.id,
        "position": letter.position,
        "type": letter.type,
        "subject": letter.subject or None,
        "sequence": letter.sequence or None,
        "status": letter.status,
        "early": letter.early,
        "attempts": letter.attempts,
        "next_at": letter.next_at,
        "error": letter.error.replace("\0", "") or None,
        "raw": None if done else pack(letter.fields).decode(),
    }
