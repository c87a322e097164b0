"""The story of a case: opened, screened, decided."""

from collections.abc import Mapping, Sequence
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
from shared.rows import packed
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
    SELECT opened.*, 'screening', :now, :now, :due_on, :provisional
    FROM json_to_recordset(CAST(:rows AS json))
        AS opened (id uuid, document_id uuid, edition integer, department text, author text, kind text,
                   theme text, joint_with text[], content_sha256 text, level text)
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
    FROM json_to_recordset(CAST(:rows AS json))
        AS made (id uuid, case_id uuid, level text, approval text, author text)
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
        [{"id": fact.approval_id, "level": fact.level, "approval": fact.approval} for fact in approved],
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
    names = (
        "document_id",
        "edition",
        "department",
        "author",
        "kind",
        "theme",
        "joint_with",
        "content_sha256",
    )
    rows = [
        {**{name: getattr(one, name) for name in names}, "id": case_id, "level": level}
        for case_id, one, level in opened
    ]
    await unit.run(OPEN, {"rows": packed(rows), "due_on": due.on, "provisional": due.provisional, "now": at})


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
    signed: Sequence[Mapping[str, Any]] = (),
) -> None:
    if not grounds:
        raise Invalid("at least one ground")
    unsigned = [{"id": new_id(), "level": None, "approval": None} for _ in rows]
    made = [
        {**one, "case_id": row.id, "author": row.author}
        for row, one in zip(rows, signed or unsigned, strict=True)
    ]
    decided = {
        "kind": kind,
        "officer": officer.id,
        "grounds": [str(ground) for ground in grounds],
        "note": note,
        "now": at,
        "rows": packed(made),
    }
    await unit.run(DECIDE, decided)


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
