"""Questions that others must answer; two kinds that are never mixed.

"May it be disclosed?" goes to the competent department or the secrecy authority (Regulations, art. 17), and
the case waits. "Is it a state secret, and of which level?" goes off-line to the national or provincial
secrecy authority (Secrecy Law, art. 25; its Regulation, art. 25): what it is about is locked away at once,
under a provisional level, and no word of it is kept here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING, new_id, now
from shared.contracts import (
    CaseQuarantined,
    CaseReferred,
    DocumentRejected,
    DocumentReturned,
    ReferralAnswer,
    ReferralAnswered,
    ReferralKind,
    RefusalGround,
    ReturnGround,
)
from shared.db import Transaction
from shared.identity import Officer
from shared.manifest import Manifest
from shared.policy import Policy
from shared.problems import Conflict
from shared.workdays import official

from .approvals import must_be_one_of
from .cases import close
from .lifecycle import Move, State, after
from .opinions import Act, Opinion, write
from .quarantine import record
from .standing import held_one, of_case


class Authority(StrEnum):
    """Who may be asked whether something may be disclosed (Regulations, art. 17)."""

    COMPETENT_DEPARTMENT = "competent-department"
    SECRECY_ADMINISTRATION = "secrecy-administration"


class SecrecyLevel(StrEnum):
    """密级 (Secrecy Law, art. 14), here only as the provisional one."""

    TOP_SECRET = "top-secret"  # noqa: S105 a level's name.
    HIGHLY_SECRET = "highly-secret"  # noqa: S105 the same.
    SECRET = "secret"  # noqa: S105 the same.


ASK = """
    INSERT INTO referral (id, case_id, kind, authority, level, asked_by, asked_at, report_by, due_on)
    VALUES (:id, :case, :kind, :authority, :level, :officer, :now, :report_by, :due_on)
"""

OPEN = "SELECT * FROM referral WHERE case_id = :case AND kind = :kind AND answered_at IS NULL FOR UPDATE"

ANSWER = """
    UPDATE referral SET answer = :answer, answer_no = :answer_no, answered_by = :officer, answered_at = :now
    WHERE id = :id
"""

REPORTED = """
    UPDATE referral SET reported_at = :now, due_on = :due_on, level = :level, authority = :authority
    WHERE id = :id
"""

HANDED_OVER = "UPDATE quarantine SET handed_over_at = :now, handed_over_to = :to WHERE case_id = :case"

BACK = "UPDATE review_case SET state = :state, state_since = :now WHERE id = :case"


class NothingAsked(Conflict):
    """No such question is open in this case."""

    code = "nothing-asked"
    zh = "本案没有待答复的此类请示。"


class HandedOverBefore(Conflict):
    """It was handed over before; the authority's time runs from then."""

    code = "handed-over-before"
    zh = "此前已经移交，期限自移交之日起算。"


class NotHandedOver(Conflict):
    """It must be handed over before anybody can have determined it."""

    code = "not-handed-over"
    zh = "尚未移交，不能登记确定结果。"


async def refer(unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, to: Authority) -> None:
    """Ask whether it may be disclosed; the case waits for the answer."""
    at = now()
    row, standing = await held_one(unit, case_id)
    state = after(State(row.state), Move.REFER)
    role = must_be_one_of(policy, officer, standing, policy.referral.by)
    due = _after(at, policy.referral.disclosure_working_days)
    question = {
        "id": new_id(),
        "case": case_id,
        "kind": ReferralKind.DISCLOSURE,
        "authority": to,
        "level": "",
    }
    await unit.run(ASK, {**question, "officer": officer.id, "now": at, "report_by": None, "due_on": due})
    await unit.run(BACK, {"state": state, "now": at, "case": case_id})
    await write(unit, policy.reference, at, Opinion(case_id, Act.REFERRED, officer, role, about=to))
    unit.announce(CaseReferred(**of_case(row), kind=ReferralKind.DISCLOSURE, due_on=due))


async def register_answer(
    unit: Transaction,
    policy: Policy,
    case_id: UUID,
    officer: Officer,
    answer: ReferralAnswer,
    answer_no: str,
    note: str,
) -> None:
    """The authority answered whether it may be disclosed; the case goes on, bound by the answer."""
    at = now()
    row, standing = await held_one(unit, case_id)
    state = after(State(row.state), Move.ANSWER)
    role = must_be_one_of(policy, officer, standing, policy.referral.by)
    question = await _open(unit, case_id, ReferralKind.DISCLOSURE)
    said = {"id": question.id, "answer": answer, "answer_no": answer_no, "officer": officer.id, "now": at}
    await unit.run(ANSWER, said)
    await unit.run(BACK, {"state": state, "now": at, "case": case_id})
    told = Opinion(case_id, Act.ANSWERED, officer, role, about=answer, grounds=[answer_no], note=note)
    await write(unit, policy.reference, at, told)
    unit.announce(ReferralAnswered(**of_case(row), kind=ReferralKind.DISCLOSURE, answer=answer))


async def protect(
    unit: Transaction,
    policy: Policy,
    case_id: UUID,
    officer: Officer,
    level: SecrecyLevel,
    manifest: Manifest | None,
) -> None:
    """A person suspects a state secret: provisional protection, and the question goes off-line.

    The worker seals what it is about and removes it from the store, within seconds of the commit.
    """
    at = now()
    row, standing = await held_one(unit, case_id)
    state = after(State(row.state), Move.PROTECT)
    role = must_be_one_of(policy, officer, standing, policy.referral.by)
    await close(unit, [(row, standing)], state, at)
    await record(unit, case_id, row.content_sha256, manifest)
    await _ask_for_determination(unit, policy, case_id, officer, level, at)
    await write(unit, policy.reference, at, Opinion(case_id, Act.PROTECTED, officer, role, about=level))
    unit.announce(CaseQuarantined(**of_case(row)))


async def hand_over(
    unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, level: SecrecyLevel, to: str
) -> None:
    """It was handed over off-line and reported; the authority has its ten working days from now."""
    at = now()
    row, standing = await held_one(unit, case_id)
    after(State(row.state), Move.DETERMINE_SECRET)
    officer.must_have("secrecy")
    role = must_be_one_of(policy, officer, standing, policy.referral.by)
    question = await _question(unit, policy, case_id, officer, level, at)
    if question.reported_at is not None:
        raise HandedOverBefore
    due = _after(at, policy.referral.determination_working_days)
    reported = {"id": question.id, "level": level, "authority": _authority(level)}
    await unit.run(REPORTED, {**reported, "now": at, "due_on": due})
    await unit.run(HANDED_OVER, {"case": case_id, "now": at, "to": to})
    await write(unit, policy.reference, at, Opinion(case_id, Act.HANDED_OVER, officer, role, about=to))
    unit.announce(CaseReferred(**of_case(row), kind=ReferralKind.STATE_SECRET, due_on=due))


async def determine(
    unit: Transaction,
    policy: Policy,
    case_id: UUID,
    officer: Officer,
    answer: ReferralAnswer,
    answer_no: str,
) -> None:
    """The authority determined it: a secret is refused for good, anything else may be handed in anew.

    What is not a secret may not bear a secret's mark (Secrecy Law, art. 22): it comes back without.
    """
    at = now()
    one = await held_one(unit, case_id)
    row, standing = one
    secret = answer is ReferralAnswer.SECRET
    state = after(State(row.state), Move.DETERMINE_SECRET if secret else Move.DETERMINE_OPEN)
    officer.must_have("secrecy")
    role = must_be_one_of(policy, officer, standing, policy.referral.by)
    question = await _open(unit, case_id, ReferralKind.STATE_SECRET)
    if question.reported_at is None:
        raise NotHandedOver
    said = {"id": question.id, "answer": answer, "answer_no": answer_no, "officer": officer.id, "now": at}
    await unit.run(ANSWER, said)
    await close(unit, [one], state, at)
    await write(
        unit,
        policy.reference,
        at,
        Opinion(case_id, Act.DETERMINED, officer, role, about=answer, grounds=[answer_no]),
    )
    unit.announce(_determined(row, officer, secret=secret))


def _determined(row: Any, officer: Officer, *, secret: bool) -> DocumentRejected | DocumentReturned:
    if secret:
        return DocumentRejected(**of_case(row), ground=RefusalGround.STATE_SECRET, rejected_by=officer.id)
    return DocumentReturned(**of_case(row), grounds=(ReturnGround.WRONG_FORM,), returned_by=officer.id)


async def _question(
    unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, level: SecrecyLevel, at: datetime
) -> Row[Any]:
    """What the machine locked away has no question yet: a person puts it with the hand-over."""
    row = (await unit.run(OPEN, {"case": case_id, "kind": ReferralKind.STATE_SECRET})).first()
    if row is None:
        await _ask_for_determination(unit, policy, case_id, officer, level, at)
    return row or await _open(unit, case_id, ReferralKind.STATE_SECRET)


async def _ask_for_determination(
    unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, level: SecrecyLevel, at: datetime
) -> None:
    """To be reported within ten working days, and decided within ten more (保密法实施条例, art. 25)."""
    report_by = _after(at, policy.referral.report_working_days)
    days = policy.referral.report_working_days + policy.referral.determination_working_days
    question = {
        "id": new_id(),
        "case": case_id,
        "kind": ReferralKind.STATE_SECRET,
        "authority": _authority(level),
    }
    times = {"now": at, "report_by": report_by, "due_on": _after(at, days)}
    await unit.run(ASK, {**question, **times, "level": level, "officer": officer.id})


def _authority(level: SecrecyLevel) -> str:
    """绝密 is for the national authority, all else for the provincial one (保密法实施条例, art. 25)."""
    return "national" if level is SecrecyLevel.TOP_SECRET else "provincial"


async def _open(unit: Transaction, case_id: UUID, kind: ReferralKind) -> Row[Any]:
    row = (await unit.run(OPEN, {"case": case_id, "kind": kind})).first()
    if row is None:
        raise NothingAsked
    return row


def _after(at: datetime, days: int) -> Any:
    return official().after(at.astimezone(BEIJING).date(), days).on
