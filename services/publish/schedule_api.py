"""The officers' door to what waits for its moment."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.db import Database
from shared.identity import Officer, signed_in

from . import schedule
from .desk import MAY_WITHDRAW_ANYTHING, may_withdraw


class DelayAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    publish_at: AwareDatetime
    note: Annotated[str, Field(min_length=1, max_length=2000)]


def routes(database: Database) -> APIRouter:
    """What is scheduled, and keeping it back."""
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/scheduled")
    async def scheduled(officer: Who, settled: bool = False) -> dict[str, Any]:
        """What waits for its moment: the officer's department's; whoever answers for all sees all."""
        everything = officer.roles.intersection((*MAY_WITHDRAW_ANYTHING, "operator"))
        async with database.transaction() as unit:
            rows = await schedule.listed(unit, None if everything else officer.department, settled=settled)
        return {"scheduled": [dict(row._mapping) for row in rows]}

    @router.put("/documents/{document_id}/schedule")
    async def delay(document_id: UUID, asked: DelayAsked, officer: Who) -> dict[str, Any]:
        """Keep back what waits: until a later moment, never to an earlier one than was approved."""
        async with database.transaction() as unit:
            await may_withdraw(unit, document_id, officer)
            edition = await schedule.delay(unit, document_id, asked.publish_at, asked.note, officer.id)
        return {"document_id": str(document_id), "edition": edition, "publish_at": asked.publish_at}

    return router
