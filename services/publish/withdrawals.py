"""The story of a withdrawal: from its commit on no edition up to this one is public, nor ever again."""

from uuid import UUID

from shared.clock import new_id, now, today
from shared.contracts import DocumentWithdrawn, WithdrawalKind, WithdrawalReason
from shared.db import Transaction

from . import effects, recalls, schedule
from .catalogue import lock
from .obligations import fulfilments

WITHDRAW = """
    UPDATE document SET withdrawn_upto = :edition,
        current_edition = CASE WHEN current_edition > :edition THEN current_edition END
    WHERE id = :id
"""

NOTE_WITHDRAWAL = """
    INSERT INTO withdrawal (id, document_id, edition, kind, reason, note, officer, withdrawn_at, replaced_by)
    VALUES (:id, :document_id, :edition, :kind, :reason, :note, :officer, :now, :replaced_by)
"""

HEARD_OF = """
    (SELECT edition, department FROM edition WHERE document_id = :id
     UNION ALL SELECT edition, department FROM scheduled
     WHERE document_id = :id AND state = 'waiting') AS heard_of
"""

DEPARTMENT = f"SELECT department FROM {HEARD_OF} ORDER BY edition DESC LIMIT 1"  # noqa: S608 our own words.

LATEST = f"SELECT max(edition) FROM {HEARD_OF}"  # noqa: S608 the same.


async def withdraw(
    unit: Transaction,
    document_id: UUID,
    edition: int,
    kind: WithdrawalKind,
    reason: WithdrawalReason,
    note: str,
    officer: str,
    replaced_by: UUID | None = None,
) -> bool:
    """No edition up to this one is public from the commit on, nor ever again; False if it was so before."""
    at = now()
    row = (await lock(unit, [document_id]))[document_id]
    if row.withdrawn_upto >= edition:
        return False
    await effects.in_order(unit, [document_id], relating=False)
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
        "replaced_by": replaced_by,
    }
    await unit.run(NOTE_WITHDRAWAL, withdrawal)
    await schedule.call_off_withdrawn(unit, document_id, edition)
    await recalls.begin(unit, document_id, edition, at)
    if row.current_edition is not None and row.current_edition <= edition:
        await effects.forget(unit, [document_id], today())
    await fulfilments.taken_back(unit, document_id, edition, kind, at)
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
    """The body whose document it is; None for one that publish never heard of."""
    department: str | None = (await unit.run(DEPARTMENT, {"id": document_id})).scalar()
    return department


async def latest_of(unit: Transaction, document_id: UUID) -> int | None:
    """The newest edition that is public, was public, or waits to be."""
    latest: int | None = (await unit.run(LATEST, {"id": document_id})).scalar()
    return latest


async def is_public(unit: Transaction, document_id: UUID) -> bool:
    which = "SELECT 1 FROM document WHERE id = :id AND current_edition IS NOT NULL"
    return (await unit.run(which, {"id": document_id})).first() is not None
