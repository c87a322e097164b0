"""The story of a withdrawal: from its commit on no edition up to this one is public, nor ever again."""

from uuid import UUID

from shared.clock import new_id, now
from shared.contracts import DocumentWithdrawn, WithdrawalKind, WithdrawalReason
from shared.db import Transaction

from . import recalls
from .catalogue import lock

WITHDRAW = """
    UPDATE document SET withdrawn_upto = :edition,
        current_edition = CASE WHEN current_edition > :edition THEN current_edition END
    WHERE id = :id
"""

NOTE_WITHDRAWAL = """
    INSERT INTO withdrawal (id, document_id, edition, kind, reason, note, officer, withdrawn_at)
    VALUES (:id, :document_id, :edition, :kind, :reason, :note, :officer, :now)
"""


async def withdraw(
    unit: Transaction,
    document_id: UUID,
    edition: int,
    kind: WithdrawalKind,
    reason: WithdrawalReason,
    note: str,
    officer: str,
) -> bool:
    """No edition up to this one is public from the commit on, nor ever again; False if it was so before."""
    at = now()
    row = (await lock(unit, [document_id]))[document_id]
    if row.withdrawn_upto >= edition:
        return False
    await unit.run(WITHDRAW, {"id": document_id, "edition": edition})
    withdrawal = {
        "id": new_id(),
        "document_id": document_id,
        "edition": edition,
        "kind": kind,
        "reason": reason,
        "note": note,
        "officer": officer,
        "now": at,
    }
    await unit.run(NOTE_WITHDRAWAL, withdrawal)
    await recalls.begin(unit, document_id, edition, at)
    unit.announce(
        DocumentWithdrawn(
            document_id=document_id,
            edition=edition,
            index_no=row.index_no,
            department=await department_of(unit, document_id),
            kind=kind,
            reason=reason,
            withdrawn_at=at,
        )
    )
    return True


async def department_of(unit: Transaction, document_id: UUID) -> str | None:
    """The body whose document it is; None for one that was never published."""
    which = "SELECT department FROM edition WHERE document_id = :id ORDER BY edition DESC LIMIT 1"
    department: str | None = (await unit.run(which, {"id": document_id})).scalar()
    return department
