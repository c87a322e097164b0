"""The officers' door: withdrawals, and what the gate refused."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import WithdrawalKind, WithdrawalReason
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.problems import NotFound

from .withdrawals import department_of, withdraw

MAY_WITHDRAW_ANYTHING = ("leader", "principal", "secrecy")


class WithdrawalAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: WithdrawalKind = WithdrawalKind.WITHDRAWN
    reason: WithdrawalReason
    note: Annotated[str, Field(min_length=1, max_length=2000)]
    edition: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Every edition up to this one; without it, the one that is public."""


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
            await _may_withdraw(unit, document_id, officer)
            edition = asked.edition or await _latest(unit, document_id)
            done = await withdraw(
                unit, document_id, edition, asked.kind, asked.reason, asked.note, officer.id
            )
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


async def _may_withdraw(unit: Transaction, document_id: UUID, officer: Officer) -> None:
    """The head of the body whose document it is, or one who answers for all."""
    if officer.roles.intersection(MAY_WITHDRAW_ANYTHING):
        return
    officer.must_have("head")
    officer.must_act_for(await department_of(unit, document_id) or "")


async def _latest(unit: Transaction, document_id: UUID) -> int:
    which = "SELECT max(edition) FROM edition WHERE document_id = :id"
    latest: int | None = (await unit.run(which, {"id": document_id})).scalar()
    if latest is None:
        raise NotFound(str(document_id))
    return latest
