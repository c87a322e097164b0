"""Sending a department again what it was sent: from the record, and only what is still true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts import DocumentPublished
from shared.db import Transaction

from .deliveries import deliver

RANGE = """
    SELECT no, event_id, source, type, subject, sequence, time, data, document_id, edition FROM delivery
    WHERE department = :department AND no > :after AND no <= :upto AND NOT replay
      AND (CAST(:since AS timestamptz) IS NULL OR queued_at >= :since)
    ORDER BY no LIMIT :limit
"""

TOMBSTONES = "SELECT * FROM tombstone WHERE document_id = ANY(:ids)"


@dataclass(frozen=True)
class Portion:
    """What one step of a replay sent again; go on after `last`, or stop where nothing was sent."""

    sent: int
    last: int


async def replay(
    unit: Transaction, department: str, after: int, upto: int, since: datetime | None, limit: int
) -> Portion:
    """Send again the next `limit` deliveries; what was withdrawn since yields only its tombstone."""
    which = {"department": department, "after": after, "upto": upto, "since": since, "limit": limit}
    rows = (await unit.run(RANGE, which)).all()
    if not rows:
        return Portion(0, after)
    ids = {"ids": [row.document_id for row in rows]}
    tombstones = {row.document_id: row for row in await unit.run(TOMBSTONES, ids)}
    events = [_as_true_now(row, tombstones) for row in rows]
    once = {(event["event_id"]): event for event in events}
    await deliver(unit, [(department, event) for event in once.values()], replay=True)
    return Portion(len(once), rows[-1].no)


def _as_true_now(row: Row[Any], tombstones: Mapping[UUID, Row[Any]]) -> dict[str, Any]:
    tombstone = tombstones.get(row.document_id)
    if tombstone is None or row.type != DocumentPublished.type or row.edition > tombstone.edition:
        return _columns(row)
    return {**_columns(tombstone, skip=("subject",)), "subject": str(row.document_id)}


def _columns(row: Row[Any], skip: Sequence[str] = ()) -> dict[str, Any]:
    names = ("event_id", "source", "type", "subject", "sequence", "time", "data", "document_id", "edition")
    columns = {name: row._mapping[name] for name in names if name not in skip}
    return {**columns, "data": bytes(row.data).decode()}
