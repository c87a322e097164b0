"""The story of a delivery: planned for every department concerned, in one dense order for each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.bell import Bell
from shared.clock import now
from shared.contracts import (
    DocumentPublished,
    DocumentWithdrawn,
    Event,
    PlaceKind,
    RecallReminded,
    WithdrawalSent,
)
from shared.db import Transaction
from shared.rows import packed

from .matching import Subscription, recipients

News = Event[DocumentPublished] | Event[DocumentWithdrawn]

SUBSCRIPTIONS = "SELECT department, types, themes, bodies FROM subscription WHERE ended_at IS NULL"

TOMBSTONES = "SELECT document_id, edition FROM tombstone WHERE document_id = ANY(:ids)"

TOMBSTONE_EVENTS = """
    SELECT document_id, edition, event_id, source, type, CAST(document_id AS text) AS subject, sequence, time,
           convert_from(data, 'UTF8') AS data
    FROM tombstone WHERE document_id = ANY(:ids)
"""

BURY = """
    INSERT INTO tombstone (document_id, edition, event_id, source, type, sequence, time, data)
    VALUES (:document_id, :edition, :event_id, :source, :type, :sequence, :time, convert_to(:data, 'UTF8'))
    ON CONFLICT (document_id) DO UPDATE SET edition = excluded.edition, event_id = excluded.event_id,
        sequence = excluded.sequence, time = excluded.time, data = excluded.data
    WHERE tombstone.edition < excluded.edition
"""

HAD_IT = """
    SELECT DISTINCT document_id, department FROM delivery WHERE document_id = ANY(:ids)
"""

# The mailbox's row stays locked until the commit, so its numbers become visible in their order, without gaps.
TAKE_NUMBERS = """
    UPDATE mailbox SET head = head + wanted.count
    FROM unnest(CAST(:departments AS text[]), CAST(:counts AS bigint[])) AS wanted (department, count)
    WHERE mailbox.department = wanted.department
    RETURNING mailbox.department, mailbox.head
"""

LOCK_MAILBOXES = """
    SELECT department FROM mailbox WHERE department = ANY(:departments) ORDER BY department FOR UPDATE
"""

PLAN = """
    INSERT INTO delivery (department, no, event_id, source, type, subject, sequence, time, data, document_id,
                          edition, queued_at, replay)
    SELECT department, no, event_id, source, type, subject, sequence, time, convert_to(data, 'UTF8'),
           document_id, edition, :now, :replay
    FROM json_to_recordset(CAST(:rows AS json))
        AS planned (department text, no bigint, event_id uuid, source text, type text, subject text,
                    sequence bigint, time timestamptz, data text, document_id uuid, edition integer)
"""


async def published(unit: Transaction, events: Sequence[Event[DocumentPublished]], bell: Bell) -> None:
    """To every department whose subscription wants it, unless it was withdrawn in the meantime."""
    subscriptions = [
        Subscription(row.department, row.types, row.themes, row.bodies)
        for row in await unit.run(SUBSCRIPTIONS)
    ]
    ids = [event.data.document_id for event in events]
    buried = {row.document_id: row.edition for row in await unit.run(TOMBSTONES, {"ids": ids})}
    plan = [
        (department, described(event))
        for event in events
        if event.data.edition > buried.get(event.data.document_id, 0)
        for department in sorted(recipients(subscriptions, event.data))
    ]
    await deliver(unit, plan)
    unit.afterwards.append(bell.ring)


async def withdrawn(unit: Transaction, events: Sequence[Event[DocumentWithdrawn]], bell: Bell) -> None:
    """To every department that was ever sent anything of the document, whatever it subscribes to now."""
    for event in events:
        await unit.run(BURY, described(event))
    ids = [event.data.document_id for event in events]
    had: dict[UUID, list[str]] = {}
    for row in await unit.run(HAD_IT, {"ids": ids}):
        had.setdefault(row.document_id, []).append(row.department)
    unit.announce(*(_sent(event, had.get(event.data.document_id, ())) for event in events))
    await deliver(
        unit,
        [
            (department, described(event))
            for event in events
            for department in sorted(had.get(event.data.document_id, ()))
        ],
    )
    unit.afterwards.append(bell.ring)


async def reminded(unit: Transaction, events: Sequence[Event[RecallReminded]], bell: Bell) -> None:
    """The withdrawal once more, to the departments that have not confirmed it."""
    ids = [event.data.document_id for event in events]
    tombstones = {row.document_id: row for row in await unit.run(TOMBSTONE_EVENTS, {"ids": ids})}
    plan = [
        (place.code, dict(tombstones[event.data.document_id]._mapping))
        for event in events
        if event.data.document_id in tombstones
        for place in event.data.places
        if place.kind is PlaceKind.DEPARTMENT
    ]
    await deliver(unit, plan, replay=True)
    unit.afterwards.append(bell.ring)


def _sent(event: Event[DocumentWithdrawn], departments: Sequence[str]) -> WithdrawalSent:
    return WithdrawalSent(
        document_id=event.data.document_id,
        edition=event.data.edition,
        withdrawal_event=event.id,
        departments=tuple(sorted(departments)),
    )


async def deliver(
    unit: Transaction, plan: Sequence[tuple[str, Mapping[str, Any]]], *, replay: bool = False
) -> None:
    """Put each event at the end of the department's row of deliveries."""
    if not plan:
        return
    last = await _numbers(unit, Counter(department for department, _ in plan))
    rows = []
    for department, event in plan:
        last[department] += 1
        rows.append({**event, "department": department, "no": last[department]})
    await unit.run(PLAN, {"rows": packed(rows), "now": now(), "replay": replay})


async def _numbers(unit: Transaction, counts: Counter[str]) -> dict[str, int]:
    """The number before the first new delivery of each department."""
    departments: Collection[str] = sorted(counts)
    await unit.run(LOCK_MAILBOXES, {"departments": departments})
    rows = await unit.run(
        TAKE_NUMBERS, {"departments": departments, "counts": [counts[one] for one in departments]}
    )
    return {row.department: row.head - counts[row.department] for row in rows}


def described(event: News) -> dict[str, Any]:
    """The columns that hold an event."""
    return {
        "event_id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "sequence": event.sequence,
        "time": event.time,
        "data": event.data.model_dump_json(),
        "document_id": event.data.document_id,
        "edition": event.data.edition,
    }
