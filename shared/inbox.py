"""The rows of the inbox and of the lanes."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from .db import Transaction
from .letters import Letter, Status, pack

# One statement that creates what is missing and locks the rest, always in the same order, so that two
# consumers of the same documents wait for each other instead of deadlocking.
LOCK_LANES = """
    INSERT INTO lane (consumer, stream, subject, sequence)
    SELECT :consumer, :stream, subject, 0 FROM unnest(CAST(:subjects AS text[])) AS wanted (subject)
    ORDER BY subject
    ON CONFLICT (consumer, stream, subject) DO UPDATE SET sequence = lane.sequence
    RETURNING subject, sequence
"""

KNOWN = "SELECT event_id, status FROM inbox WHERE consumer = :consumer AND event_id = ANY(:ids)"

RECORD = """
    INSERT INTO inbox (consumer, stream, event_id, position, type, subject, sequence, status, early,
                       attempts, next_at, error, raw, settled_at)
    SELECT :consumer, :stream, letter.*, CASE WHEN letter.status IN ('done', 'skipped') THEN now() END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:positions AS bigint[]), CAST(:types AS text[]),
        CAST(:subjects AS text[]), CAST(:sequences AS bigint[]), CAST(:statuses AS text[]),
        CAST(:early AS boolean[]), CAST(:attempts AS integer[]), CAST(:next_at AS timestamptz[]),
        CAST(:errors AS text[]), CAST(:raw AS bytea[]))
        AS letter (event_id, position, type, subject, sequence, status, early, attempts, next_at, error, raw)
    ON CONFLICT (consumer, event_id) DO UPDATE SET
        status = excluded.status, early = excluded.early, attempts = excluded.attempts,
        next_at = excluded.next_at, error = excluded.error, raw = excluded.raw,
        settled_at = excluded.settled_at
"""

MOVE_LANES = """
    UPDATE lane SET sequence = moved.sequence
    FROM unnest(CAST(:subjects AS text[]), CAST(:sequences AS bigint[])) AS moved (subject, sequence)
    WHERE lane.consumer = :consumer AND lane.stream = :stream AND lane.subject = moved.subject
"""

RELEASE_NEXT = """
    UPDATE inbox SET status = 'retry', next_at = now()
    FROM unnest(CAST(:subjects AS text[]), CAST(:sequences AS bigint[])) AS moved (subject, sequence)
    WHERE inbox.consumer = :consumer AND inbox.stream = :stream AND inbox.status = 'parked'
      AND inbox.subject = moved.subject AND inbox.sequence = moved.sequence + 1
"""


async def lock_lanes(
    unit: Transaction, consumer: str, stream: str, subjects: Collection[str]
) -> dict[str, int]:
    """How far each subject has been handled; nobody else handles it until this transaction ends."""
    if not subjects:
        return {}
    rows = await unit.run(LOCK_LANES, {"consumer": consumer, "stream": stream, "subjects": sorted(subjects)})
    return {row.subject: row.sequence for row in rows}


async def unsettled(unit: Transaction, consumer: str, letters: Sequence[Letter]) -> list[Letter]:
    """The letters that are still ours to deal with: new ones, and those that wait for another attempt."""
    rows = await unit.run(KNOWN, {"consumer": consumer, "ids": [letter.id for letter in letters]})
    known: dict[UUID, str] = {row.event_id: row.status for row in rows}
    mine: dict[UUID, Letter] = {}
    for letter in letters:
        status = known.get(letter.id)
        if status is None or (letter.waiting and status == Status.RETRY):
            mine.setdefault(letter.id, letter)
    return list(mine.values())


async def record(unit: Transaction, consumer: str, stream: str, letters: Sequence[Letter]) -> None:
    """Write each letter's row; the bytes are kept while anything is still to be done with them."""
    if not letters:
        return
    await unit.run(
        RECORD,
        {
            "consumer": consumer,
            "stream": stream,
            "ids": [letter.id for letter in letters],
            "positions": [letter.position for letter in letters],
            "types": [letter.type for letter in letters],
            "subjects": [letter.subject or None for letter in letters],
            "sequences": [letter.sequence or None for letter in letters],
            "statuses": [letter.status for letter in letters],
            "early": [letter.early for letter in letters],
            "attempts": [letter.attempts for letter in letters],
            "next_at": [letter.next_at for letter in letters],
            "errors": [letter.error or None for letter in letters],
            "raw": [_kept(letter) for letter in letters],
        },
    )


async def move_lanes(unit: Transaction, consumer: str, stream: str, moved: Mapping[str, int]) -> None:
    """The subjects have come this far; what was parked right behind is to be handled now."""
    if not moved:
        return
    where = {
        "consumer": consumer,
        "stream": stream,
        "subjects": list(moved),
        "sequences": list(moved.values()),
    }
    await unit.run(MOVE_LANES, where)
    await unit.run(RELEASE_NEXT, where)


def _kept(letter: Letter) -> bytes | None:
    done = letter.status in (Status.DONE, Status.SKIPPED)
    return None if done else pack(letter.fields)
