"""The story of a case: opened, screened, decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc.jwk import OKPKey
from sqlalchemy import Row

from shared.approval import LIFETIME, Approval, sign
from shared.bell import Bell
from shared.clock import BEIJING, new_id, now
from shared.contracts import (
    CaseOpened,
    CaseSuperseded,
    DocumentApproved,
    DocumentRejected,
    DocumentReturned,
    DocumentSubmitted,
    Event,
    Level,
    RefusalGround,
    ReturnGround,
)
from shared.db import Transaction
from shared.identity import Officer
from shared.problems import Invalid, NotFound
from shared.workdays import DueDate, official

from .approvals import Question, level_of, must_be_approvable_by, required_level
from .lifecycle import Move, State, after, sources

BASIS = "政府信息公开条例 art. 17"
"""先审查后公开: disclosing bodies examine before they publish."""

SUPERSEDE = """
    UPDATE review_case SET state = 'superseded', state_since = :now
    FROM unnest(CAST(:documents AS uuid[]), CAST(:editions AS integer[])) AS newer (document_id, edition)
    WHERE review_case.document_id = newer.document_id AND review_case.edition < newer.edition
      AND review_case.state = ANY(:open)
    RETURNING review_case.id, review_case.document_id, review_case.edition
"""

OPEN = """
    INSERT INTO review_case (id, document_id, edition, department, author, kind, theme, joint_with,
                             content_sha256, level, state, state_since, opened_at, due_on, due_provisional)
    SELECT id, document_id, edition, department, author, kind, theme, string_to_array(joint_with, ' '),
           content_sha256, level, 'screening', :now, :now, :due_on, :provisional
    FROM unnest(CAST(:id AS uuid[]), CAST(:document_id AS uuid[]), CAST(:edition AS integer[]),
        CAST(:department AS text[]), CAST(:author AS text[]), CAST(:kind AS text[]), CAST(:theme AS text[]),
        CAST(:joint_with AS text[]), CAST(:content_sha256 AS text[]), CAST(:level AS text[]))
        AS opened (id, document_id, edition, department, author, kind, theme, joint_with, content_sha256,
                   level)
"""

LOCK = """
    SELECT review_case.*,
        (SELECT count(*) FROM finding WHERE finding.case_id = review_case.id) AS findings
    FROM review_case WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
"""

MOVE = "UPDATE review_case SET state = :state, state_since = :now WHERE id = ANY(:ids)"

DECIDE = """
    INSERT INTO decision (id, case_id, kind, officer, level, grounds, note, decided_at, approval, author)
    SELECT id, case_id, :kind, :officer, level, :grounds, :note, :now, approval, author
    FROM unnest(CAST(:ids AS uuid[]), CAST(:cases AS uuid[]), CAST(:levels AS text[]),
        CAST(:approvals AS text[]), CAST(:authors AS text[])) AS made (id, case_id, level, approval, author)
"""


async def open_all(
    unit: Transaction, events: Sequence[Event[DocumentSubmitted]], working_days: int, screener: Bell
) -> None:
    """A case for each edition; one of an earlier edition that is still open ends here."""
    at = now()
    submitted = [event.data for event in events]
    await _supersede(unit, submitted, at)
    due = official().after(at.astimezone(BEIJING).date(), working_days)
    opened = [(new_id(), one, required_level(one.kind, set(one.joint_with))) for one in submitted]
    await _write(unit, opened, due, at)
    unit.announce(
        *(
            CaseOpened(
                document_id=one.document_id, case_id=case_id, edition=one.edition, level=level, due_on=due.on
            )
            for case_id, one, level in opened
        )
    )
    unit.afterwards.append(screener.ring)


async def approve(
    unit: Transaction, key: OKPKey, cases: Sequence[UUID], officer: Officer, note: str = ""
) -> list[DocumentApproved]:
    """The officer lets these be published; the approval is signed over each one's exact content."""
    at = now()
    rows = await _lock(unit, cases)
    approved = []
    for row in rows:
        after(State(row.state), Move.APPROVE)
        question = Question(row.department, row.author, Level(row.level), row.findings)
        level = must_be_approvable_by(officer, question, note)
        approved.append(_approved(row, officer, level, key, at))
    await _decide(
        unit,
        "approval",
        rows,
        officer,
        [BASIS],
        note,
        at,
        ids=[fact.approval_id for fact in approved],
        levels=[fact.level for fact in approved],
        approvals=[fact.approval for fact in approved],
    )
    await _move(unit, rows, State.APPROVED, at)
    unit.announce(*approved)
    return approved


async def return_(
    unit: Transaction, case_id: UUID, officer: Officer, grounds: Sequence[ReturnGround], note: str
) -> None:
    """Back to the author for correction; a new edition opens a new case."""
    at = now()
    [row] = await _closing(unit, case_id, officer, Move.RETURN)
    await _decide(unit, "return", [row], officer, grounds, note, at)
    await _move(unit, [row], State.RETURNED, at)
    unit.announce(
        DocumentReturned(
            document_id=row.document_id,
            case_id=row.id,
            edition=row.edition,
            grounds=tuple(grounds),
            returned_by=officer.id,
        )
    )


async def reject(
    unit: Transaction, case_id: UUID, officer: Officer, ground: RefusalGround, note: str
) -> None:
    """Not to be disclosed, on a ground of the Regulations (arts 14-16)."""
    at = now()
    [row] = await _closing(unit, case_id, officer, Move.REJECT)
    await _decide(unit, "rejection", [row], officer, [ground], note, at)
    await _move(unit, [row], State.REJECTED, at)
    unit.announce(
        DocumentRejected(
            document_id=row.document_id,
            case_id=row.id,
            edition=row.edition,
            ground=ground,
            rejected_by=officer.id,
        )
    )


async def _supersede(unit: Transaction, submitted: Sequence[DocumentSubmitted], at: datetime) -> None:
    later = [one for one in submitted if one.edition > 1]
    if not later:
        return
    rows = await unit.run(
        SUPERSEDE,
        {
            "documents": [one.document_id for one in later],
            "editions": [one.edition for one in later],
            "open": [str(state) for state in sources(Move.SUPERSEDE)],
            "now": at,
        },
    )
    unit.announce(
        *(CaseSuperseded(document_id=row.document_id, case_id=row.id, edition=row.edition) for row in rows)
    )


async def _write(
    unit: Transaction, opened: Sequence[tuple[UUID, DocumentSubmitted, Level]], due: DueDate, at: datetime
) -> None:
    names = ("document_id", "edition", "department", "author", "kind", "theme", "content_sha256")
    columns: dict[str, Any] = {name: [getattr(one, name) for _, one, _ in opened] for name in names}
    await unit.run(
        OPEN,
        {
            **columns,
            "id": [case_id for case_id, _, _ in opened],
            "joint_with": [" ".join(one.joint_with) for _, one, _ in opened],
            "level": [level for _, _, level in opened],
            "due_on": due.on,
            "provisional": due.provisional,
            "now": at,
        },
    )


async def _closing(unit: Transaction, case_id: UUID, officer: Officer, move: Move) -> Sequence[Row[Any]]:
    """The case, if this officer may close it so: anybody who decides for the department may send it back."""
    rows = await _lock(unit, [case_id])
    [row] = rows
    after(State(row.state), move)
    if level_of(officer, row.department) is None:
        officer.must_have("secrecy")
    return rows


async def _lock(unit: Transaction, cases: Sequence[UUID]) -> Sequence[Row[Any]]:
    rows = (await unit.run(LOCK, {"ids": list(cases)})).all()
    if len(rows) != len(set(cases)):
        raise NotFound
    return rows


async def _decide(
    unit: Transaction,
    kind: str,
    rows: Sequence[Row[Any]],
    officer: Officer,
    grounds: Sequence[str],
    note: str,
    at: datetime,
    **columns: Sequence[Any],
) -> None:
    if not grounds:
        raise Invalid("at least one ground")
    nothing = [None] * len(rows)
    await unit.run(
        DECIDE,
        {
            "kind": kind,
            "officer": officer.id,
            "grounds": [str(ground) for ground in grounds],
            "note": note,
            "now": at,
            "ids": columns.get("ids", [new_id() for _ in rows]),
            "cases": [row.id for row in rows],
            "levels": columns.get("levels", nothing),
            "approvals": columns.get("approvals", nothing),
            "authors": [row.author for row in rows],
        },
    )


async def _move(unit: Transaction, rows: Sequence[Row[Any]], state: State, at: datetime) -> None:
    await unit.run(MOVE, {"state": state, "now": at, "ids": [row.id for row in rows]})


def _approved(row: Row[Any], officer: Officer, level: Level, key: OKPKey, at: datetime) -> DocumentApproved:
    approval = Approval(
        approval_id=new_id(),
        document_id=row.document_id,
        edition=row.edition,
        content_sha256=row.content_sha256,
        department=row.department,
        author=row.author,
        approved_by=officer.id,
        level=level,
        required_level=Level(row.level),
        basis=BASIS,
        issued_at=at,
        expires_at=at + LIFETIME,
    )
    return DocumentApproved(
        document_id=row.document_id,
        case_id=row.id,
        edition=row.edition,
        department=row.department,
        content_sha256=row.content_sha256,
        approval_id=approval.approval_id,
        approval=sign(approval, key),
        level=level,
        approved_by=officer.id,
    )
