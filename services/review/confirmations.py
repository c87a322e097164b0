"""信息确认 (Regulations, art. 11): the departments that the information concerns are asked first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING, now
from shared.contracts import (
    ConfirmationAnswer,
    ConfirmationAnswered,
    ConfirmationRequested,
    ObjectionResolved,
)
from shared.db import Transaction
from shared.identity import Officer
from shared.policy import Policy, Why
from shared.problems import Conflict, Forbidden, Invalid, NotFound
from shared.rows import packed
from shared.workdays import official

from .approvals import must_be_one_of
from .examining import Screened
from .lifecycle import Move, State, after
from .opinions import NOBODY, Act, Opinion, write
from .standing import held_one, of_case

ASK = """
    INSERT INTO confirmation (case_id, department, why, state, asked_at, due_on)
    SELECT asked.case_id, asked.department, asked.why, 'asked', :now, :due_on
    FROM json_to_recordset(CAST(:rows AS json))
        AS asked (case_id uuid, department text, why text)
    JOIN shared.department ON department.code = asked.department
    ON CONFLICT DO NOTHING RETURNING case_id, department
"""

FIND = "SELECT * FROM confirmation WHERE case_id = :case AND department = :department FOR UPDATE"

ANSWER = """
    UPDATE confirmation SET state = :state, answered_at = :now, answered_by = :officer, reasons = :note
    WHERE case_id = :case AND department = :department
"""

SETTLE = """
    UPDATE confirmation SET state = 'resolved', resolved_at = :now, resolved_by = :officer, resolution = :note
    WHERE case_id = :case AND department = :department
"""

SILENT = """
    SELECT confirmation.*, review_case.document_id, review_case.edition
    FROM confirmation JOIN review_case ON review_case.id = confirmation.case_id
    WHERE confirmation.state = 'asked' AND confirmation.due_on < :today
      AND review_case.state IN ('reviewing', 'referred')
    ORDER BY confirmation.due_on LIMIT :batch FOR UPDATE OF confirmation SKIP LOCKED
"""

BREAK_SILENCE = """
    UPDATE confirmation SET state = :state, answered_at = :now
    WHERE case_id = :case AND department = :department
"""


class AnsweredBefore(Conflict):
    """The department has answered already, or its time has passed."""

    code = "answered-before"
    zh = "该机关已经答复，或者答复期限已过。"


class NothingToSettle(Conflict):
    """There is neither an objection nor a silence to settle."""

    code = "nothing-to-settle"
    zh = "没有需要协商解决的异议或者逾期未答复。"


class ReasonsNeeded(Invalid):
    """An objection needs its reasons."""

    code = "reasons-needed"
    zh = "提出异议须说明理由。"


async def ask_all(unit: Transaction, policy: Policy, screened: Sequence[Screened], at: datetime) -> None:
    """Ask whom the submitter named, who issues it too, and whom screening found concerned."""
    wanted = [
        {"case_id": one.case.id, "department": department, "why": why}
        for one in screened
        for department, why in _concerned(policy, one)
    ]
    await _ask(unit, policy, wanted, {one.case.id: one.case for one in screened}, at)


async def ask(unit: Transaction, policy: Policy, case_id: UUID, department: str, officer: Officer) -> None:
    """Whoever has a say in the case finds that another department should be asked."""
    at = now()
    row, standing = await held_one(unit, case_id)
    after(State(row.state), Move.ASK)
    role = must_be_one_of(policy, officer, standing, policy.refusal.by)
    if department == row.department:
        raise Invalid(f"{department} is the department of the document itself")
    wanted = [{"case_id": case_id, "department": department, "why": "asked"}]
    if not await _ask(unit, policy, wanted, {case_id: row}, at):
        raise NotFound(f"department {department}, or it was asked before")
    await write(unit, policy.reference, at, Opinion(case_id, Act.ASKED, officer, role, about=department))


async def answer(
    unit: Transaction,
    policy: Policy,
    case_id: UUID,
    department: str,
    officer: Officer,
    given: ConfirmationAnswer,
    note: str,
) -> None:
    """The department says that it is right, or objects with reasons."""
    at = now()
    row, standing = await held_one(unit, case_id)
    after(State(row.state), Move.CONFIRM)
    role = policy.role_of(officer, policy.confirmation.by, department)
    if role is None or officer.id in standing.matter.authors:
        raise Forbidden(f"{officer.id} for {department}", needs=list(policy.confirmation.by))
    if (await _find(unit, case_id, department)).state != "asked":
        raise AnsweredBefore
    if given is ConfirmationAnswer.OBJECTED and not note.strip():
        raise ReasonsNeeded
    about = {"case": case_id, "department": department, "now": at, "officer": officer.id, "note": note}
    await unit.run(ANSWER, {**about, "state": given})
    act = Act.OBJECTED if given is ConfirmationAnswer.OBJECTED else Act.CONFIRMED
    await write(unit, policy.reference, at, Opinion(case_id, act, officer, role, about=department, note=note))
    unit.announce(_answered(row, case_id, department, given))


async def settle(
    unit: Transaction, policy: Policy, case_id: UUID, department: str, officer: Officer, note: str
) -> None:
    """An objection, or a silence that the policy does not take for consent, is settled and recorded."""
    at = now()
    row, standing = await held_one(unit, case_id)
    after(State(row.state), Move.SETTLE)
    role = must_be_one_of(policy, officer, standing, policy.confirmation.settled_by)
    if (await _find(unit, case_id, department)).state not in ("objected", "escalated"):
        raise NothingToSettle
    about = {"case": case_id, "department": department, "now": at, "officer": officer.id, "note": note}
    await unit.run(SETTLE, about)
    await write(
        unit, policy.reference, at, Opinion(case_id, Act.SETTLED, officer, role, about=department, note=note)
    )
    unit.announce(ObjectionResolved(**of_case(row), department=department, resolved_by=officer.id))


async def end_silences(unit: Transaction, policy: Policy, batch: int) -> int:
    """Where the time has passed: consent, or the disclosure office must settle it, as the policy says."""
    at = now()
    today = at.astimezone(BEIJING).date()
    silent = (await unit.run(SILENT, {"today": today, "batch": batch})).all()
    for row in silent:
        deemed = policy.confirmation.silence.get(row.why) == "consent"
        state = ConfirmationAnswer.DEEMED if deemed else ConfirmationAnswer.ESCALATED
        about = {"case": row.case_id, "department": row.department, "now": at}
        await unit.run(BREAK_SILENCE, {**about, "state": state})
        act = Act.DEEMED if deemed else Act.ESCALATED
        await write(
            unit, policy.reference, at, Opinion(row.case_id, act, NOBODY, "policy", about=row.department)
        )
        unit.announce(_answered(row, row.case_id, row.department, state))
    return len(silent)


def _concerned(policy: Policy, one: Screened) -> Iterator[tuple[str, Why]]:
    """Each department once, for the strongest reason."""
    reasons: Mapping[Why, Sequence[str]] = {
        "joint": one.case.joint_with,
        "named": one.case.confirm_with,
        "found": tuple(one.concerned),
    }
    seen = {one.case.department}
    for why, departments in reasons.items():
        for department in departments if why in policy.confirmation.ask else ():
            if department not in seen:
                seen.add(department)
                yield department, why


async def _ask(
    unit: Transaction,
    policy: Policy,
    wanted: Sequence[Mapping[str, Any]],
    cases: Mapping[UUID, Row[Any]],
    at: datetime,
) -> int:
    if not wanted:
        return 0
    due = official().after(at.astimezone(BEIJING).date(), policy.confirmation.working_days)
    asked = (await unit.run(ASK, {"rows": packed(wanted), "now": at, "due_on": due.on})).all()
    for one in asked:
        case = cases[one.case_id]
        unit.announce(ConfirmationRequested(**of_case(case), department=one.department, due_on=due.on))
    return len(asked)


async def _find(unit: Transaction, case_id: UUID, department: str) -> Row[Any]:
    row = (await unit.run(FIND, {"case": case_id, "department": department})).first()
    if row is None:
        raise NotFound
    return row


def _answered(row: Any, case_id: UUID, department: str, given: ConfirmationAnswer) -> ConfirmationAnswered:
    return ConfirmationAnswered(
        document_id=row.document_id,
        case_id=case_id,
        edition=row.edition,
        department=department,
        answer=given,
    )
