"""What the gate admitted for a later moment (定时发布): it waits in the record, and is in no catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.approval import Approval
from shared.clock import now
from shared.contracts import PublicationScheduled
from shared.db import Transaction
from shared.manifest import Manifest
from shared.problems import NotFound, Problem
from shared.rows import packed

from .gate import Candidate

WAIT = """
    INSERT INTO scheduled (approval_id, event_id, document_id, edition, department, approved, publish_at,
                           state_since)
    SELECT waiting.*, :now
    FROM json_to_recordset(CAST(:rows AS json))
        AS waiting (approval_id uuid, event_id uuid, document_id uuid, edition integer, department text,
                    approved jsonb, publish_at timestamptz)
"""

CALL_OFF_VOIDED = """
    UPDATE scheduled SET state = 'called-off', state_since = :now
    WHERE approval_id = ANY(:ids) AND state = 'waiting'
"""

CALL_OFF_WITHDRAWN = """
    UPDATE scheduled SET state = 'called-off', state_since = :now
    WHERE document_id = :document_id AND edition <= :edition AND state = 'waiting'
"""

DELAY = """
    UPDATE scheduled SET publish_at = :publish_at, delayed_by = :officer, note = :note
    WHERE document_id = :document_id AND state = 'waiting' AND publish_at <= :publish_at
    RETURNING edition, department
"""

LIST = """
    SELECT document_id, edition, department, publish_at, state, state_since, delayed_by, note FROM scheduled
    WHERE (CAST(:department AS text) IS NULL OR department = :department) AND (:all OR state = 'waiting')
    ORDER BY publish_at, document_id LIMIT 1000
"""


class OnlyLater(Problem):
    """What was approved for a moment may be published later, never earlier."""

    status = 409
    code = "only-later"
    zh = "只能推迟发布，不得早于批准的时间。"


def waits(manifest: Manifest, at: datetime) -> bool:
    """Whether it may not be public yet."""
    return manifest.publish_at is not None and manifest.publish_at > at


async def wait(unit: Transaction, admitted: Sequence[tuple[Candidate, Approval, Manifest]]) -> None:
    """Keep what was admitted until its moment comes."""
    rows = [
        {
            "approval_id": approval.approval_id,
            "event_id": candidate.event_id,
            "document_id": approval.document_id,
            "edition": approval.edition,
            "department": manifest.department,
            "approved": candidate.approved.model_dump(mode="json"),
            "publish_at": manifest.publish_at,
        }
        for candidate, approval, manifest in admitted
    ]
    await unit.run(WAIT, {"rows": packed(rows), "now": now()})
    names = ("document_id", "edition", "department", "publish_at")
    unit.announce(*(PublicationScheduled(**{name: row[name] for name in names}) for row in rows))


async def call_off_voided(unit: Transaction, approvals: Sequence[UUID]) -> None:
    """A later edition was handed in: what waited by these approvals has nothing to wait for."""
    await unit.run(CALL_OFF_VOIDED, {"ids": list(approvals), "now": now()})


async def call_off_withdrawn(unit: Transaction, document_id: UUID, edition: int) -> None:
    """It was taken back before it was public."""
    await unit.run(CALL_OFF_WITHDRAWN, {"document_id": document_id, "edition": edition, "now": now()})


async def delay(unit: Transaction, document_id: UUID, publish_at: datetime, note: str, officer: str) -> int:
    """Keep it back until then; the edition that waits. Raises NotFound, OnlyLater."""
    about = {"document_id": document_id, "publish_at": publish_at, "note": note, "officer": officer}
    row = (await unit.run(DELAY, about)).first()
    if row is None:
        await department_waiting(unit, document_id)
        raise OnlyLater
    return int(row.edition)


async def department_waiting(unit: Transaction, document_id: UUID) -> str:
    """Whose document it is that waits; raises NotFound where none does."""
    which = "SELECT department FROM scheduled WHERE document_id = :id AND state = 'waiting'"
    department = (await unit.run(which, {"id": document_id})).scalar()
    if department is None:
        raise NotFound(str(document_id))
    return str(department)


async def listed(unit: Transaction, department: str | None, *, settled: bool) -> Sequence[Row[Any]]:
    """What waits, the next first; with `settled`, also what became of the others."""
    return (await unit.run(LIST, {"department": department, "all": settled})).all()
