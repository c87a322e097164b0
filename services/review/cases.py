"""The story of a case: step by step to its approval, or back, or refused."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from joserfc.jwk import OKPKey

from shared.approval import LIFETIME, Approval, SignedOpinion, sign
from shared.clock import BEIJING, new_id, now
from shared.contracts import (
    DocumentApproved,
    DocumentRejected,
    DocumentReturned,
    Level,
    OpinionGiven,
    RefusalGround,
    ReturnGround,
)
from shared.db import Transaction
from shared.identity import Officer
from shared.policy import Policy
from shared.problems import Invalid
from shared.rows import packed
from shared.workdays import official

from .approvals import GroundNotAllowed, Taking, may_send_back, must_be_one_of, take
from .lifecycle import Move, State, after
from .opinions import Act, Opinion, write
from .standing import Held, held, held_one, of_case

MOVE = """
    UPDATE review_case SET state = moved.state, state_since = :now, step = moved.step,
        step_due_on = moved.due_on, escalated = false
    FROM json_to_recordset(CAST(:rows AS json)) AS moved (id uuid, state text, step text, due_on date)
    WHERE review_case.id = moved.id
"""

Agreed = OpinionGiven | DocumentApproved


async def agree(
    unit: Transaction,
    policy: Policy,
    key: OKPKey,
    cases: Sequence[UUID],
    officer: Officer,
    note: str = "",
    step: str = "",
) -> list[Agreed]:
    """The officer agrees, each case at the step that is due; the last step of a tier approves.

    What approves is signed, over the exact content, with every opinion that led there.
    """
    at = now()
    taken = [_take(policy, one, officer, note, step) for one in await held(unit, cases)]
    opinions = [_opinion(one, taking, policy, key, officer, note, at) for one, taking in taken]
    await write(unit, policy.reference, at, *opinions)
    await _move(unit, policy, taken, at)
    facts = [_fact(one, taking, opinion) for (one, taking), opinion in zip(taken, opinions, strict=True)]
    unit.announce(*facts)
    return facts


async def return_(
    unit: Transaction,
    policy: Policy,
    case_id: UUID,
    officer: Officer,
    grounds: Sequence[ReturnGround],
    note: str,
) -> None:
    """Back to the author for correction; a new edition opens a new case."""
    at = now()
    one = await held_one(unit, case_id)
    row, standing = one
    state = after(State(row.state), Move.RETURN)
    role = must_be_one_of(policy, officer, standing, may_send_back(policy, standing.tier))
    if not grounds:
        raise Invalid("at least one ground")
    await write(
        unit,
        policy.reference,
        at,
        Opinion(case_id, Act.RETURNED, officer, role, row.step, grounds=grounds, note=note),
    )
    await close(unit, [one], state, at)
    unit.announce(DocumentReturned(**of_case(row), grounds=tuple(grounds), returned_by=officer.id))


async def reject(
    unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, ground: RefusalGround, note: str
) -> None:
    """Not to be disclosed, on a ground of the Regulations (arts 14-16) that the policy allows."""
    at = now()
    one = await held_one(unit, case_id)
    row, standing = one
    state = after(State(row.state), Move.REJECT)
    role = must_be_one_of(policy, officer, standing, policy.refusal.by)
    if ground not in policy.refusal.grounds:
        raise GroundNotAllowed(allowed=list(policy.refusal.grounds))
    await write(
        unit,
        policy.reference,
        at,
        Opinion(case_id, Act.REJECTED, officer, role, row.step, grounds=[ground], note=note),
    )
    await close(unit, [one], state, at)
    unit.announce(DocumentRejected(**of_case(row), ground=ground, rejected_by=officer.id))


async def close(unit: Transaction, cases: Sequence[Held], state: State, at: datetime) -> None:
    """No step is due in these any more."""
    rows = [{"id": row.id, "state": state, "step": "", "due_on": None} for row, _ in cases]
    await unit.run(MOVE, {"rows": packed(rows), "now": at})


def _take(policy: Policy, one: Held, officer: Officer, note: str, step: str) -> tuple[Held, Taking]:
    row, standing = one
    after(State(row.state), Move.AGREE)
    taking = take(policy, officer, standing, note, step)
    after(State(row.state), Move.AGREE if taking.follows else Move.APPROVE)
    return one, taking


def _opinion(
    one: Held, taking: Taking, policy: Policy, key: OKPKey, officer: Officer, note: str, at: datetime
) -> Opinion:
    row, _ = one
    if taking.level is None:
        return Opinion(row.id, Act.AGREED, officer, taking.role, taking.step, note=note)
    approval = _approval(one, taking, policy, officer, taking.level, at)
    return Opinion(
        row.id,
        Act.APPROVED,
        officer,
        taking.role,
        taking.step,
        level=taking.level,
        grounds=[policy.basis],
        note=note,
        approval=sign(approval, key),
        id=approval.approval_id,
    )


def _approval(
    one: Held, taking: Taking, policy: Policy, officer: Officer, level: Level, at: datetime
) -> Approval:
    row, standing = one
    opinions = [
        SignedOpinion(step=each.step, officer=each.id, department=each.department, role=min(each.roles))
        for each in standing.given
    ]
    last = SignedOpinion(
        step=taking.step, officer=officer.id, department=officer.department, role=taking.role
    )
    return Approval(
        approval_id=new_id(),
        document_id=row.document_id,
        edition=row.edition,
        content_sha256=row.content_sha256,
        department=row.department,
        author=row.author,
        approved_by=officer.id,
        level=level,
        required_level=policy.tiers[standing.tier].level,
        policy=policy.reference,
        tier=standing.tier,
        opinions=(*opinions, last),
        blocking=standing.matter.blocking,
        authors=tuple(sorted(standing.matter.authors)),
        basis=policy.basis,
        issued_at=at,
        expires_at=at + LIFETIME,
    )


async def _move(
    unit: Transaction, policy: Policy, taken: Sequence[tuple[Held, Taking]], at: datetime
) -> None:
    rows = [
        {
            "id": row.id,
            "state": State.REVIEWING if taking.follows else State.APPROVED,
            "step": taking.follows or "",
            "due_on": due_on(policy, taking.follows, at),
        }
        for (row, _), taking in taken
    ]
    await unit.run(MOVE, {"rows": packed(rows), "now": at})


def due_on(policy: Policy, step: str | None, at: datetime) -> str | None:
    """The last day for a step that is due from now on, in Beijing; None for no step."""
    days = policy.steps[step].working_days if step else None
    if days is None:
        return None
    return official().after(at.astimezone(BEIJING).date(), days).on.isoformat()


def _fact(one: Held, taking: Taking, opinion: Opinion) -> Agreed:
    row, _ = one
    if taking.level is None:
        given_by = opinion.officer.id
        return OpinionGiven(**of_case(row), step=taking.step, given_by=given_by, next_step=taking.follows)
    return DocumentApproved(
        **of_case(row),
        department=row.department,
        content_sha256=row.content_sha256,
        approval_id=opinion.id,
        approval=opinion.approval or "",
        level=taking.level,
        approved_by=opinion.officer.id,
    )
