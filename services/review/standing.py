"""A case under its lock, as it stands for the rules."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts import DocumentKind, Sensitivity
from shared.db import Transaction
from shared.policy import Given, Matter
from shared.problems import NotFound

from .approvals import Standing
from .opinions import given

LOCK = """
    SELECT review_case.*,
        (SELECT count(*) FROM finding WHERE finding.case_id = review_case.id) AS findings,
        ARRAY(SELECT confirmation.department FROM confirmation WHERE confirmation.case_id = review_case.id
              AND confirmation.state IN ('asked', 'objected', 'escalated') ORDER BY 1) AS unsettled,
        EXISTS (SELECT FROM referral
                WHERE referral.case_id = review_case.id AND answer = 'withhold') AS forbidden
    FROM review_case WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
"""

Held = tuple[Row[Any], Standing]
"""A case's row and how it stands."""


async def held(unit: Transaction, cases: Sequence[UUID]) -> list[Held]:
    """These cases, locked until the end of the unit; raises NotFound if one is not there."""
    rows = (await unit.run(LOCK, {"ids": list(cases)})).all()
    if len(rows) != len(set(cases)):
        raise NotFound
    agreements = await given(unit, [row.id for row in rows])
    return [(row, _standing(row, agreements)) for row in rows]


async def held_one(unit: Transaction, case_id: UUID) -> Held:
    """One case, locked."""
    [one] = await held(unit, [case_id])
    return one


def of_case(row: Any) -> dict[str, Any]:
    """What every fact about a case says of it."""
    return {"document_id": row.document_id, "case_id": row.id, "edition": row.edition}


def matter_of(row: Any, blocking: int | None = None) -> Matter:
    """What a case is about, for the policy; with what was found just now, where that is said."""
    return Matter(
        kind=DocumentKind(row.kind),
        department=row.department,
        authors=frozenset(row.authors),
        sensitivity=Sensitivity(row.sensitivity),
        joint=bool(row.joint_with),
        blocking=row.blocking if blocking is None else blocking,
    )


def _standing(row: Row[Any], agreements: Mapping[UUID, tuple[Given, ...]]) -> Standing:
    return Standing(
        matter_of(row),
        row.tier,
        agreements[row.id],
        row.escalated,
        row.findings,
        row.unsettled,
        row.forbidden,
    )
