"""Review over HTTP, for those who look at cases."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.manifest import Manifest
from shared.objects import ObjectMissing, Objects
from shared.policy import Given, Policy
from shared.problems import NotFound

from . import reexamination
from .keyword_lists import Rules
from .lifecycle import State

LIST = """
    SELECT id, document_id, edition, department, author, kind, sensitivity, tier, level, state, state_since,
           step, step_due_on, escalated, opened_at, due_on, due_provisional, outcome
    FROM review_case
    WHERE (:everything OR department = :department OR :department IN
               (SELECT confirmation.department FROM confirmation WHERE confirmation.case_id = review_case.id))
      AND (CAST(:state AS text) IS NULL OR state = :state)
      AND (CAST(:document AS uuid) IS NULL OR document_id = :document)
    ORDER BY opened_at DESC LIMIT :limit
"""

PARTS = {
    "findings": "SELECT * FROM finding WHERE case_id = :id ORDER BY no",
    "opinions": "SELECT * FROM opinion WHERE case_id = :id ORDER BY at, id",
    "confirmations": "SELECT * FROM confirmation WHERE case_id = :id ORDER BY department",
    "referrals": "SELECT * FROM referral WHERE case_id = :id ORDER BY asked_at",
    "redactions": "SELECT * FROM redaction WHERE case_id = :id ORDER BY at",
}


def routes(database: Database, objects: Objects, policy: Policy, rules: Rules) -> APIRouter:
    """What can be looked at."""
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
            "everything": sees_everything(officer, policy),
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
        """A case: what it is about, what was found, who said what, and which step comes next."""
        async with database.transaction() as unit:
            case = await visible(unit, case_id, officer, policy)
            parts = {
                name: _listed((await unit.run(sql, {"id": case_id})).all()) for name, sql in PARTS.items()
            }
        steps = _steps(policy, case, parts)
        due = next((one["step"] for one in steps if one["due"]), "")
        return {**case, "step": due, "about": await _about(objects, case), **parts, "steps": steps}

    @router.get("/policy")
    async def show_policy(officer: Who) -> dict[str, Any]:  # noqa: ARG001 only who is signed in may see it.
        """The review policy in force."""
        return policy.model_dump(mode="json", by_alias=True)

    @router.get("/reexamination")
    async def show_reexamination(officer: Who) -> dict[str, Any]:  # noqa: ARG001 the same.
        """How far the present rule set has come with what is public."""
        return await reexamination.progress(rules)

    return router


def sees_everything(officer: Officer, policy: Policy) -> bool:
    """Whether the officer may see every department's cases; the disclosure office's head has to (art. 4)."""
    if officer.roles & {"leader", "principal", "secrecy", "operator"}:
        return True
    return "head" in officer.roles and officer.department == policy.disclosure_office


ASKED = "SELECT 1 FROM confirmation WHERE case_id = :id AND department = :department"


async def visible(unit: Transaction, case_id: UUID, officer: Officer, policy: Policy) -> dict[str, Any]:
    """The case, if the officer may see it: the own department's, or one it was asked about."""
    row = (await unit.run("SELECT * FROM review_case WHERE id = :id", {"id": case_id})).first()
    if row is None:
        raise NotFound
    if not (sees_everything(officer, policy) or row.department == officer.department):
        asked = await unit.run(ASKED, {"id": case_id, "department": officer.department})
        if asked.first() is None:
            raise NotFound
    return dict(row._mapping)


def _steps(policy: Policy, case: dict[str, Any], parts: dict[str, Any]) -> list[dict[str, Any]]:
    """The tier's steps as the policy in force says them, each with who took it."""
    if case["tier"] not in policy.tiers:
        return []
    given = _given(parts["opinions"])
    due = policy.due(case["tier"], given) if case["step"] else None
    return [
        {
            "step": stage.step,
            "name": policy.steps[stage.step].name,
            "name_en": policy.steps[stage.step].name_en,
            "by": policy.takers(stage.step, escalated=case["escalated"] and due == stage.step),
            "people": stage.people,
            "taken_by": _takers(parts["opinions"], stage.step),
            "due": due == stage.step,
        }
        for stage in policy.tiers[case["tier"]].steps
    ]


def _given(opinions: Sequence[dict[str, Any]]) -> list[Given]:
    agreements = (said for said in opinions if said["act"] in ("agreed", "approved"))
    return [
        Given(said["step"], said["officer"], said["department"], frozenset({said["role"]}))
        for said in agreements
    ]


def _takers(opinions: Sequence[dict[str, Any]], step: str) -> list[str]:
    taking = ("proposed", "agreed", "approved")
    return [said["officer"] for said in opinions if said["step"] == step and said["act"] in taking]


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
