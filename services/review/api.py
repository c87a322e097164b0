"""The door over HTTP: officers look at cases and decide them."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from joserfc.jwk import OKPKey

from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.manifest import Manifest
from shared.objects import ObjectMissing, Objects
from shared.problems import NotFound

from . import cases
from .asked import ApprovalAsked, RejectionAsked, ReturnAsked
from .lifecycle import State

LIST = """
    SELECT id, document_id, edition, department, author, kind, level, state, state_since, opened_at, due_on,
           due_provisional, outcome
    FROM review_case
    WHERE (:everything OR department = :department) AND (CAST(:state AS text) IS NULL OR state = :state)
      AND (CAST(:document AS uuid) IS NULL OR document_id = :document)
    ORDER BY opened_at DESC LIMIT :limit
"""


def routes(database: Database, objects: Objects, key: OKPKey) -> APIRouter:
    """Review's resources."""
    router = APIRouter()
    router.include_router(_reading(database, objects))
    router.include_router(_deciding(database, key))
    return router


def _reading(database: Database, objects: Objects) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/cases")
    async def list_cases(
        officer: Who,
        state: State | None = None,
        document: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        """The cases that the officer may see, the newest first."""
        asked = {
            "everything": _sees_everything(officer),
            "department": officer.department,
            "state": state,
            "document": document,
            "limit": limit,
        }
        async with database.transaction() as unit:
            rows = await unit.run(LIST, asked)
        return {"cases": [dict(row._mapping) for row in rows]}

    @router.get("/cases/{case_id}")
    async def show(case_id: UUID, officer: Who) -> dict[str, Any]:
        """A case with what was found, what was decided, and what it is about."""
        async with database.transaction() as unit:
            case = await _case(unit, case_id, officer)
            findings = (
                await unit.run("SELECT * FROM finding WHERE case_id = :id ORDER BY no", {"id": case_id})
            ).all()
            decisions = (await unit.run("SELECT * FROM decision WHERE case_id = :id", {"id": case_id})).all()
        return {
            **case,
            "about": await _about(objects, case),
            "findings": _listed(findings),
            "decisions": _listed(decisions),
        }

    return router


def _deciding(database: Database, key: OKPKey) -> APIRouter:
    """A decision is a resource of its case, put there once."""
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.put("/cases/{case_id}/approval", status_code=201)
    async def approve(case_id: UUID, officer: Who, asked: ApprovalAsked) -> dict[str, Any]:
        """Let it be published."""
        async with database.transaction() as unit:
            [approved] = await cases.approve(unit, key, [case_id], officer, asked.note)
        crashpoint("review.after-commit")
        return approved.model_dump(mode="json")

    @router.put("/cases/{case_id}/return", status_code=201)
    async def return_(case_id: UUID, officer: Who, asked: ReturnAsked) -> dict[str, str]:
        """Send it back for correction."""
        async with database.transaction() as unit:
            await cases.return_(unit, case_id, officer, asked.grounds, asked.note)
        return {"case_id": str(case_id), "state": State.RETURNED}

    @router.put("/cases/{case_id}/rejection", status_code=201)
    async def reject(case_id: UUID, officer: Who, asked: RejectionAsked) -> dict[str, str]:
        """Refuse disclosure, on a ground of law."""
        async with database.transaction() as unit:
            await cases.reject(unit, case_id, officer, asked.ground, asked.note)
        return {"case_id": str(case_id), "state": State.REJECTED}

    return router


def _sees_everything(officer: Officer) -> bool:
    return bool(officer.roles & {"leader", "principal", "secrecy", "operator"})


async def _case(unit: Transaction, case_id: UUID, officer: Officer) -> dict[str, Any]:
    row = (await unit.run("SELECT * FROM review_case WHERE id = :id", {"id": case_id})).first()
    if row is None or not (_sees_everything(officer) or row.department == officer.department):
        raise NotFound
    return dict(row._mapping)


async def _about(objects: Objects, case: dict[str, Any]) -> dict[str, Any] | None:
    """The manifest; None when it is locked away."""
    if case["state"] == State.QUARANTINED:
        return None
    try:
        return Manifest.from_bytes(await objects.get(case["content_sha256"])).model_dump(mode="json")
    except ObjectMissing:
        return None


def _listed(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
