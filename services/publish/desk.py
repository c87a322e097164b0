"""The officers' door: withdrawals, and what the gate refused."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import WithdrawalKind, WithdrawalReason
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.problems import NotFound, Problem

from .withdrawals import department_of, is_public, latest_of, withdraw

MAY_WITHDRAW_ANYTHING = ("leader", "principal", "secrecy")


class WithdrawalAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: WithdrawalKind = WithdrawalKind.WITHDRAWN
    reason: WithdrawalReason
    note: Annotated[str, Field(min_length=1, max_length=2000)]
    edition: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Every edition up to this one; without it, the newest that is public or waits to be."""
    replaced_by: UUID | None = None
    """What took its place, where the kind is `replaced`."""


class NotReplaced(Problem):
    """A document that was replaced names another, which is public, in its place; no other kind does."""

    status = 422
    code = "not-replaced"
    zh = "撤回方式为“已替换”时须指明另一份已公开的信息；其他方式不得指明。"


def routes(database: Database) -> APIRouter:
    """Withdrawal is a resource of its document, put there once."""
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.put("/documents/{document_id}/withdrawal", status_code=201)
    async def put_withdrawal(
        document_id: UUID, asked: WithdrawalAsked, officer: Who, response: Response
    ) -> dict[str, Any]:
        """Take it back, everywhere and for ever; said again, it changes nothing and answers 200."""
        async with database.transaction() as unit:
            await may_withdraw(unit, document_id, officer)
            await _must_name_what_replaced_it(unit, document_id, asked)
            edition = asked.edition or await latest_of(unit, document_id)
            if edition is None:
                raise NotFound(str(document_id))
            why = (asked.kind, asked.reason, asked.note, officer.id, asked.replaced_by)
            done = await withdraw(unit, document_id, edition, *why)
        crashpoint("withdrawal.after-commit")
        response.status_code = 201 if done else 200
        return {"document_id": str(document_id), "edition": edition, "withdrawn": True}

    @router.get("/refusals")
    async def refusals(officer: Who) -> dict[str, Any]:
        """What came as approved and was not published, the newest first."""
        officer.must_have("operator", "secrecy", "leader", "principal")
        async with database.transaction() as unit:
            rows = (await unit.run("SELECT * FROM refusal ORDER BY refused_at DESC LIMIT 1000")).all()
        return {"refusals": [dict(row._mapping) for row in rows]}

    return router


async def may_withdraw(unit: Transaction, document_id: UUID, officer: Officer) -> None:
    """The head of the body whose document it is, or one who answers for all."""
    if officer.roles.intersection(MAY_WITHDRAW_ANYTHING):
        return
    officer.must_have("head")
    officer.must_act_for(await department_of(unit, document_id) or "")


async def _must_name_what_replaced_it(unit: Transaction, document_id: UUID, asked: WithdrawalAsked) -> None:
    replaced = asked.kind is WithdrawalKind.REPLACED
    if asked.replaced_by is None and not replaced:
        return
    if (
        not replaced
        or asked.replaced_by in (None, document_id)
        or not await is_public(unit, asked.replaced_by)
    ):
        raise NotReplaced
