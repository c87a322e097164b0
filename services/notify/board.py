"""The delivery board: who should have what, who has received it, who has confirmed it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts import DocumentWithdrawn
from shared.db import Transaction

OF_DOCUMENT = """
    SELECT department, no, event_id, type, edition, queued_at, received_at, confirmed_at, replay
    FROM delivery WHERE document_id = :document ORDER BY queued_at, department
"""

OF_DEPARTMENTS = """
    SELECT mailbox.department, mailbox.head AS sent,
        count(delivery.no) FILTER (WHERE delivery.received_at IS NULL) AS not_received,
        count(delivery.no) AS not_confirmed,
        min(delivery.queued_at) AS oldest_unconfirmed
    FROM mailbox LEFT JOIN delivery
        ON delivery.department = mailbox.department AND delivery.confirmed_at IS NULL
    GROUP BY mailbox.department ORDER BY mailbox.department
"""


async def of_document(unit: Transaction, document_id: UUID) -> dict[str, Any]:
    """Every delivery about a document, and whether a withdrawal has been confirmed by all who had it."""
    rows = (await unit.run(OF_DOCUMENT, {"document": document_id})).all()
    withdrawals = [row for row in rows if row.type == DocumentWithdrawn.type]
    return {
        "deliveries": [dict(row._mapping) for row in rows],
        "recalled": all(row.confirmed_at for row in withdrawals) if withdrawals else None,
    }


async def of_departments(unit: Transaction) -> Sequence[Row[Any]]:
    """How far every department has come."""
    return (await unit.run(OF_DEPARTMENTS)).all()
