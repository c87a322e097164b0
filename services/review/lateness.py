"""What is late: those who should act are reminded, or those above may act; each alarm once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from shared.clock import BEIJING, now
from shared.contracts import CaseLate, LateAction
from shared.db import Database, Transaction
from shared.policy import Policy
from shared.rows import packed

from . import confirmations
from .standing import of_case

BATCH = 200

LATE = """
    SELECT id, document_id, edition, step, step_due_on FROM review_case
    WHERE state = 'reviewing' AND step <> '' AND step_due_on < :today
      AND NOT EXISTS (SELECT FROM alarm WHERE alarm.case_id = review_case.id
                      AND alarm.what = review_case.step AND alarm.due_on = review_case.step_due_on)
    ORDER BY step_due_on LIMIT :batch FOR UPDATE SKIP LOCKED
"""

ALARM = """
    INSERT INTO alarm (case_id, what, action, due_on, raised_at)
    SELECT id, step, action, due_on, :now
    FROM json_to_recordset(CAST(:rows AS json)) AS late (id uuid, step text, action text, due_on date)
    ON CONFLICT DO NOTHING
"""

ESCALATE = "UPDATE review_case SET escalated = true WHERE id = ANY(:ids)"


async def sweep(database: Database, policy: Policy) -> int:
    """Raise what is late today, in Beijing; how much there was."""
    async with database.transaction() as unit:
        steps = await _late_steps(unit, policy, now().astimezone(BEIJING).date())
        silences = await confirmations.end_silences(unit, policy, BATCH)
    return steps + silences


async def _late_steps(unit: Transaction, policy: Policy, today: date) -> int:
    late = (await unit.run(LATE, {"today": today, "batch": BATCH})).all()
    if not late:
        return 0
    rows = [_alarm(row, policy) for row in late]
    await unit.run(ALARM, {"rows": packed(rows), "now": now()})
    escalated = [row["id"] for row in rows if row["action"] is LateAction.ESCALATE]
    await unit.run(ESCALATE, {"ids": escalated})
    _announce(unit, late, policy)
    return len(late)


def _alarm(row: Row[Any], policy: Policy) -> dict[str, Any]:
    return {"id": row.id, "step": row.step, "action": _action(row, policy), "due_on": row.step_due_on}


def _action(row: Row[Any], policy: Policy) -> LateAction:
    """What the policy says; a step that it no longer knows is only reminded of."""
    step = policy.steps.get(row.step)
    return LateAction(step.when_late) if step else LateAction.REMIND


def _announce(unit: Transaction, late: Sequence[Row[Any]], policy: Policy) -> None:
    unit.announce(
        *(
            CaseLate(**of_case(row), step=row.step, due_on=row.step_due_on, action=_action(row, policy))
            for row in late
        )
    )
