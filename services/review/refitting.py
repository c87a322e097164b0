"""Open cases after a change of the policy: each gets a tier and a step that the policy in force has."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.clock import now
from shared.db import Database
from shared.policy import Policy
from shared.rows import packed

from .cases import due_on
from .opinions import given
from .standing import matter_of

BATCH = 200

UNFIT = """
    SELECT * FROM review_case
    WHERE state IN ('reviewing', 'referred')
      AND NOT (tier = ANY(:tiers) AND (step = '' OR step = ANY(:steps)))
    ORDER BY opened_at LIMIT :batch FOR UPDATE SKIP LOCKED
"""

FIT = """
    UPDATE review_case SET tier = fit.tier, level = fit.level, step = fit.step, step_due_on = fit.due_on,
        escalated = false
    FROM json_to_recordset(CAST(:rows AS json))
        AS fit (id uuid, tier text, level text, step text, due_on date)
    WHERE review_case.id = fit.id
"""


async def refit(database: Database, policy: Policy) -> int:
    """Opinions that still fit count; how many cases had a tier or a step that is no more."""
    at = now()
    known = {"tiers": list(policy.tiers), "steps": list(policy.steps)}
    async with database.transaction() as unit:
        unfit = (await unit.run(UNFIT, {**known, "batch": BATCH})).all()
        if unfit:
            agreements = await given(unit, [row.id for row in unfit])
            rows = [_fitted(policy, row, agreements[row.id], at) for row in unfit]
            await unit.run(FIT, {"rows": packed(rows)})
    return len(unfit)


def _fitted(policy: Policy, row: Row[Any], agreements: Any, at: datetime) -> dict[str, Any]:
    tier = policy.tier_of(matter_of(row))
    step = policy.due(tier, agreements)
    level, due = policy.tiers[tier].level, due_on(policy, step, at)
    return {"id": row.id, "tier": tier, "level": level, "step": step or "", "due_on": due}
