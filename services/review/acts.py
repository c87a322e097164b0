"""Review over HTTP, for those who act: every act is a resource of its case, put there once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from joserfc.jwk import OKPKey

from shared.contracts import ConfirmationAnswer
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.manifest import Manifest
from shared.objects import ObjectMissing, Objects
from shared.policy import Policy

from . import cases, confirmations, reexamination, referrals
from .api import visible
from .approvals import StepNotDue
from .asked import (
    AnswerAsked,
    ApprovalAsked,
    DeterminationAsked,
    DisclosureAnswerAsked,
    HandOverAsked,
    NoteAsked,
    ProtectionAsked,
    RedactionAsked,
    ReferralAsked,
    RejectionAsked,
    ReturnAsked,
)
from .redactions import Redactor

Act = Callable[[Transaction], Awaitable[Any]]


@dataclass(frozen=True)
class Desk:
    """What acting on a case takes."""

    database: Database
    objects: Objects
    policy: Policy
    key: OKPKey

    async def act(self, case_id: UUID, act: Act) -> dict[str, Any]:
        """Do it in one unit of work; how the case stands afterwards."""
        async with self.database.transaction() as unit:
            await act(unit)
            about = await unit.run("SELECT state, step FROM review_case WHERE id = :id", {"id": case_id})
            row = about.one()
        crashpoint("review.after-commit")
        return {"case_id": str(case_id), "state": row.state, "step": row.step}


def routes(desk: Desk) -> APIRouter:
    """What can be done."""
    router = APIRouter()
    for part in (_deciding, _confirming, _referring, _redacting, _looking_again):
        router.include_router(part(desk))
    return router


def _deciding(desk: Desk) -> APIRouter:
    router = APIRouter()
    policy = desk.policy
    Who = Annotated[Officer, Depends(signed_in(desk.database))]  # noqa: N806 a type.

    async def agree(case_id: UUID, officer: Officer, note: str, step: str) -> dict[str, Any]:
        async with desk.database.transaction() as unit:
            [fact] = await cases.agree(unit, policy, desk.key, [case_id], officer, note, step)
        crashpoint("review.after-commit")
        return fact.model_dump(mode="json")

    @router.put("/cases/{case_id}/opinions/{step}", status_code=201)
    async def give_opinion(case_id: UUID, step: str, officer: Who, asked: ApprovalAsked) -> dict[str, Any]:
        """Agree at the step that is due; the last step approves."""
        return await agree(case_id, officer, asked.note, step)

    @router.put("/cases/{case_id}/approval", status_code=201)
    async def approve(case_id: UUID, officer: Who, asked: ApprovalAsked) -> dict[str, Any]:
        """Let it be published: the last step, when all before it are taken."""
        async with desk.database.transaction() as unit:
            case = await visible(unit, case_id, officer, desk.policy)
        if case["tier"] not in policy.tiers:
            raise StepNotDue(due=None)
        last = policy.tiers[case["tier"]].steps[-1].step
        return await agree(case_id, officer, asked.note, last)

    @router.put("/cases/{case_id}/return", status_code=201)
    async def return_(case_id: UUID, officer: Who, asked: ReturnAsked) -> dict[str, Any]:
        """Send it back for correction."""
        return await desk.act(
            case_id, lambda unit: cases.return_(unit, policy, case_id, officer, asked.grounds, asked.note)
        )

    @router.put("/cases/{case_id}/rejection", status_code=201)
    async def reject(case_id: UUID, officer: Who, asked: RejectionAsked) -> dict[str, Any]:
        """Refuse disclosure, on a ground of law."""
        return await desk.act(
            case_id, lambda unit: cases.reject(unit, policy, case_id, officer, asked.ground, asked.note)
        )

    return router


def _confirming(desk: Desk) -> APIRouter:
    """信息确认 (Regulations, art. 11)."""
    router = APIRouter()
    policy = desk.policy
    Who = Annotated[Officer, Depends(signed_in(desk.database))]  # noqa: N806 a type.

    @router.put("/cases/{case_id}/confirmations/{department}", status_code=201)
    async def ask(case_id: UUID, department: str, officer: Who) -> dict[str, Any]:
        """Ask one more department that it concerns."""
        return await desk.act(
            case_id, lambda unit: confirmations.ask(unit, policy, case_id, department, officer)
        )

    @router.put("/cases/{case_id}/confirmations/{department}/answer", status_code=201)
    async def answer(case_id: UUID, department: str, officer: Who, asked: AnswerAsked) -> dict[str, Any]:
        """For the department asked: it is right, or what is wrong with it."""
        given = ConfirmationAnswer(asked.answer)
        return await desk.act(
            case_id,
            lambda unit: confirmations.answer(unit, policy, case_id, department, officer, given, asked.note),
        )

    @router.put("/cases/{case_id}/confirmations/{department}/resolution", status_code=201)
    async def settle(case_id: UUID, department: str, officer: Who, asked: NoteAsked) -> dict[str, Any]:
        """Record how an objection or a silence was settled."""
        return await desk.act(
            case_id, lambda unit: confirmations.settle(unit, policy, case_id, department, officer, asked.note)
        )

    return router


def _referring(desk: Desk) -> APIRouter:
    """报请确定 (Regulations, art. 17), and apart from it 不明确事项 (Secrecy Law, art. 25)."""
    router = APIRouter()
    policy = desk.policy
    Who = Annotated[Officer, Depends(signed_in(desk.database))]  # noqa: N806 a type.

    @router.put("/cases/{case_id}/referral", status_code=201)
    async def refer(case_id: UUID, officer: Who, asked: ReferralAsked) -> dict[str, Any]:
        """Ask an authority whether it may be disclosed."""
        return await desk.act(
            case_id, lambda unit: referrals.refer(unit, policy, case_id, officer, asked.authority)
        )

    @router.put("/cases/{case_id}/referral/answer", status_code=201)
    async def register(case_id: UUID, officer: Who, asked: DisclosureAnswerAsked) -> dict[str, Any]:
        """Note what the authority answered, under the number of its answer."""
        said = asked.answer, asked.answer_no, asked.note
        return await desk.act(
            case_id, lambda unit: referrals.register_answer(unit, policy, case_id, officer, *said)
        )

    @router.put("/cases/{case_id}/protection", status_code=201)
    async def protect(case_id: UUID, officer: Who, asked: ProtectionAsked) -> dict[str, Any]:
        """Lock away what may be a state secret, until it is determined."""
        manifest = await _manifest(desk, case_id, officer)
        return await desk.act(
            case_id,
            lambda unit: referrals.protect(unit, policy, case_id, officer, asked.level, manifest),
        )

    @router.put("/cases/{case_id}/hand-over", status_code=201)
    async def hand_over(case_id: UUID, officer: Who, asked: HandOverAsked) -> dict[str, Any]:
        """Note that it was handed over off-line."""
        return await desk.act(
            case_id, lambda unit: referrals.hand_over(unit, policy, case_id, officer, asked.level, asked.to)
        )

    @router.put("/cases/{case_id}/determination", status_code=201)
    async def determine(case_id: UUID, officer: Who, asked: DeterminationAsked) -> dict[str, Any]:
        """Note whether the authority determined it a secret."""
        said = asked.answer, asked.answer_no
        return await desk.act(
            case_id, lambda unit: referrals.determine(unit, policy, case_id, officer, *said)
        )

    return router


def _redacting(desk: Desk) -> APIRouter:
    """区分处理 (Regulations, art. 37)."""
    router = APIRouter()
    redactor = Redactor(desk.database, desk.objects, desk.policy)
    Who = Annotated[Officer, Depends(signed_in(desk.database))]  # noqa: N806 a type.

    @router.put("/cases/{case_id}/redaction", status_code=201)
    async def redact(case_id: UUID, officer: Who, asked: RedactionAsked) -> dict[str, Any]:
        """Remove what may not be disclosed; the rest is reviewed as a new edition."""
        async with desk.database.transaction() as unit:
            await visible(unit, case_id, officer, desk.policy)
        return await redactor.redact(case_id, officer, asked)

    return router


def _looking_again(desk: Desk) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(desk.database))]  # noqa: N806 a type.

    @router.put("/cases/{case_id}/upholding", status_code=201)
    async def uphold(case_id: UUID, officer: Who, asked: NoteAsked) -> dict[str, Any]:
        """What a newer rule set found may stay public, and why."""
        return await desk.act(
            case_id, lambda unit: reexamination.uphold(unit, desk.policy, case_id, officer, asked.note)
        )

    return router


async def _manifest(desk: Desk, case_id: UUID, officer: Officer) -> Manifest | None:
    """What the case lists; None when it is there no more."""
    async with desk.database.transaction() as unit:
        case = await visible(unit, case_id, officer, desk.policy)
    try:
        return Manifest.from_bytes(await desk.objects.get(case["content_sha256"]))
    except ObjectMissing:
        return None
