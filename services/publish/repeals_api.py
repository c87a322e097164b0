"""The officers' door to repeal without removal, and to what the catalogue could not give effect."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.crash import crashpoint
from shared.db import Database
from shared.identity import Officer, signed_in

from . import relations, repeals

CLASHES = "SELECT * FROM index_no_clash ORDER BY found_at DESC LIMIT 1000"

Line = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]


class RepealAsked(BaseModel):
    """Repeal without removal; without a day an earlier one is taken back."""

    model_config = ConfigDict(extra="forbid")

    repealed_on: date | None
    basis: Line
    """By which act or decision."""
    note: Line
    """Why; for the record, it is not shown to the public."""


def routes(database: Database) -> APIRouter:
    """Repeal is a resource of its document; what could not be given effect is listed."""
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.put("/documents/{document_id}/repeal", status_code=201)
    async def put_repeal(
        document_id: UUID, asked: RepealAsked, officer: Who, response: Response
    ) -> dict[str, Any]:
        """Repeal it without removal; said again, it changes nothing and answers 200."""
        async with database.transaction() as unit:
            await repeals.may_repeal(unit, document_id, officer)
            said = (asked.repealed_on, asked.basis, asked.note)
            done = await repeals.repeal(unit, document_id, *said, officer.id)
            standing = (await repeals.standings_of(unit, [document_id]))[document_id]
        crashpoint("repeal.after-commit")
        response.status_code = 201 if done else 200
        return {"document_id": str(document_id), **standing}

    @router.get("/documents/{document_id}/repeal")
    async def get_repeal(document_id: UUID, officer: Who) -> dict[str, Any]:
        """How its validity changed, and who decided what, when and why."""
        officer.must_have("officer", "head", "leader", "principal", "secrecy", "operator")
        async with database.transaction() as unit:
            return await repeals.history(unit, document_id)

    @router.get("/catalogue-faults")
    async def faults(officer: Who) -> dict[str, Any]:
        """Former index numbers that another document has, and relations that were not given effect."""
        officer.must_have("head", "leader", "principal", "operator")
        async with database.transaction() as unit:
            clashes = [dict(row._mapping) for row in await unit.run(CLASHES)]
            return {"index_numbers": clashes, "relations": await relations.without_effect(unit)}

    return router
