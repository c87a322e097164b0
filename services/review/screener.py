"""Screens what waits for it, and says which step of the policy follows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from shared.bell import Bell
from shared.clock import now
from shared.contracts import CaseQuarantined, ScreeningCompleted
from shared.contracts.vocabulary import ScreeningOutcome
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.policy import Policy
from shared.rows import packed

from . import confirmations
from .cases import due_on
from .examining import Examiner, Screened, note
from .lifecycle import State
from .quarantine import Quarantine, record
from .screening import RULESET, Severity
from .standing import matter_of, of_case

log = structlog.get_logger()

# A lease, not a lock: reading takes long, and a transaction that long would hold others up.
CLAIM = """
    UPDATE review_case
    SET screening_until = now() + make_interval(secs => :lease), screenings = screenings + 1
    WHERE id IN (SELECT id FROM review_case
                 WHERE state = 'screening' AND (screening_until IS NULL OR screening_until < now())
                 ORDER BY opened_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING *
"""

STILL_OURS = "SELECT id FROM review_case WHERE id = ANY(:ids) AND state = 'screening' ORDER BY id FOR UPDATE"

SCREENED = """
    UPDATE review_case SET state = screened.state, state_since = :now, ruleset = screened.ruleset,
        outcome = screened.outcome, screening_until = NULL, screenings = 0, blocking = screened.blocking,
        tier = screened.tier, level = screened.level, step = screened.step, step_due_on = screened.due_on
    FROM json_to_recordset(CAST(:rows AS json))
        AS screened (id uuid, state text, ruleset text, outcome text, blocking integer, tier text, level text,
                     step text, due_on date)
    WHERE review_case.id = screened.id
"""

LIST_FILES = """
    INSERT INTO case_file (case_id, sha256)
    SELECT DISTINCT case_id, sha256
    FROM json_to_recordset(CAST(:rows AS json)) AS listed (case_id uuid, sha256 text)
    ON CONFLICT DO NOTHING
"""


class Screener:
    """Several may run, in one process or in many: each takes cases that nobody else has."""

    def __init__(
        self,
        database: Database,
        examiner: Examiner,
        quarantine: Quarantine,
        policy: Policy,
        *,
        batch: int,
        lease: float,
    ) -> None:
        self.database = database
        self.examiner = examiner
        self.quarantine = quarantine
        self.policy = policy
        self.batch = batch
        self.lease = lease
        self.bell = Bell()
        """Rung when a case was opened."""

    async def screen(self) -> int:
        """Take what waits, read it, and write down what was found; how many cases."""
        async with self.database.transaction() as unit:
            cases = (await unit.run(CLAIM, {"batch": self.batch, "lease": self.lease})).all()
        if not cases:
            return 0
        crashpoint("screening.claimed")
        screened = await self.examiner.examine(cases)
        for one in screened:
            if one.outcome is ScreeningOutcome.STOP and one.manifest:
                await self.quarantine.seal(one.case.id, one.case.content_sha256, one.manifest)
                crashpoint("quarantine.sealed")
        async with self.database.transaction() as unit:
            await self._write(unit, screened)
        return len(cases)

    async def _write(self, unit: Transaction, screened: Sequence[Screened]) -> None:
        rows = await unit.run(STILL_OURS, {"ids": [one.case.id for one in screened]})
        ours = {row.id for row in rows}
        screened = [one for one in screened if one.case.id in ours]
        if not screened:
            return
        at = now()
        about = {
            "rows": packed([self._row(one, at) for one in screened]),
            "now": at,
        }
        await unit.run(SCREENED, about)
        await note(unit, screened)
        await unit.run(LIST_FILES, {"rows": packed([row for one in screened for row in _listed(one)])})
        for one in screened:
            _announce(unit, one)
            if one.state is State.QUARANTINED:
                await record(unit, one.case.id, one.case.content_sha256, one.manifest)
        asking = [one for one in screened if one.state is State.REVIEWING]
        await confirmations.ask_all(unit, self.policy, asking, at)

    def _row(self, one: Screened, at: datetime) -> Mapping[str, Any]:
        """With the tier that the findings demand, and its first step."""
        blocking = one.count(Severity.block)
        tier = self.policy.tier_of(matter_of(one.case, blocking=blocking))
        step = self.policy.due(tier, ()) if one.state is State.REVIEWING else None
        return {
            "id": one.case.id,
            "state": one.state,
            "ruleset": one.rules,
            "outcome": one.outcome,
            "blocking": blocking,
            "tier": tier,
            "level": self.policy.tiers[tier].level,
            "step": step or "",
            "due_on": due_on(self.policy, step, at),
        }


def _listed(one: Screened) -> list[Mapping[str, Any]]:
    files = one.manifest.files if one.manifest else ()
    return [{"case_id": one.case.id, "sha256": file.sha256} for file in files]


def _announce(unit: Transaction, one: Screened) -> None:
    unit.announce(
        ScreeningCompleted(
            **of_case(one.case),
            ruleset=RULESET,
            outcome=one.outcome,
            blocking=one.count(Severity.block),
            for_a_person=one.count(Severity.person),
        )
    )
    if one.state is State.QUARANTINED:
        log.warning("case.quarantined", case=str(one.case.id), document=str(one.case.document_id))
        unit.announce(CaseQuarantined(**of_case(one.case)))
