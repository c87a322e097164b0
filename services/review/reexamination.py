"""What is public, screened again when the rules have changed; what is found is for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import now
from shared.contracts import CaseReopened, CaseUpheld, DocumentPublished, DocumentWithdrawn, Event
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer
from shared.policy import Policy
from shared.problems import Invalid
from shared.rows import packed

from .approvals import may_send_back, must_be_one_of
from .examining import Examiner, Screened, note
from .keyword_lists import Rules
from .lifecycle import Move, State, after, sources
from .opinions import Act, Opinion, write
from .screening import RULESET
from .standing import held_one, of_case

FOLLOW = """
    UPDATE review_case SET state = told.state, state_since = told.time,
        index_no = coalesce(told.index_no, review_case.index_no),
        published_at = coalesce(told.published_at, review_case.published_at)
    FROM json_to_recordset(CAST(:rows AS json))
        AS told (document_id uuid, edition integer, upto boolean, state text, time timestamptz, index_no text,
                 published_at timestamptz)
    WHERE review_case.document_id = told.document_id
      AND (review_case.edition = told.edition OR (told.upto AND review_case.edition < told.edition))
      AND review_case.state = ANY(:sources)
"""

# What a later edition has replaced is public no more.
REPLACED = """
    SELECT earlier.id FROM review_case AS earlier JOIN review_case AS later USING (document_id)
    WHERE later.edition > earlier.edition AND later.state IN ('published', 'reexamining')
"""

CLAIM = """
    WITH replaced AS ({REPLACED})
    UPDATE review_case
    SET screening_until = now() + make_interval(secs => :lease), screenings = screenings + 1
    WHERE id IN (SELECT id FROM review_case
                 WHERE state = 'published' AND ruleset IS DISTINCT FROM :ruleset
                   AND (screening_until IS NULL OR screening_until < now())
                   AND NOT EXISTS (SELECT FROM replaced WHERE replaced.id = review_case.id)
                 ORDER BY published_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING *, ARRAY(SELECT rule FROM finding WHERE finding.case_id = review_case.id) AS known
""".replace("{REPLACED}", REPLACED)

STILL_PUBLIC = (
    "SELECT id FROM review_case WHERE id = ANY(:ids) AND state = 'published' ORDER BY id FOR UPDATE"
)

EXAMINED = """
    UPDATE review_case SET ruleset = seen.ruleset, outcome = seen.outcome, screening_until = NULL,
        screenings = 0, state = seen.state,
        state_since = CASE WHEN seen.state <> review_case.state THEN :now ELSE state_since END
    FROM json_to_recordset(CAST(:rows AS json)) AS seen (id uuid, ruleset text, outcome text, state text)
    WHERE review_case.id = seen.id
"""

PROGRESS = """
    WITH replaced AS ({REPLACED})
    SELECT count(*) AS public, count(*) FILTER (WHERE ruleset = :ruleset) AS examined,
        count(*) FILTER (WHERE state = 'reexamining') AS reopened
    FROM review_case WHERE state IN ('published', 'reexamining')
        AND NOT EXISTS (SELECT FROM replaced WHERE replaced.id = review_case.id)
""".replace("{REPLACED}", REPLACED)

BACK = "UPDATE review_case SET state = :state, state_since = :now WHERE id = :case"


async def on_published(unit: Transaction, events: Sequence[Event[DocumentPublished]]) -> None:
    """What was approved is public now."""
    rows = [
        {
            "document_id": event.data.document_id,
            "edition": event.data.edition,
            "upto": False,
            "state": State.PUBLISHED,
            "time": event.time,
            "index_no": event.data.index_no,
            "published_at": event.data.published_at,
        }
        for event in events
    ]
    await unit.run(FOLLOW, {"rows": packed(rows), "sources": [str(one) for one in sources(Move.PUBLISH)]})


async def on_withdrawn(unit: Transaction, events: Sequence[Event[DocumentWithdrawn]]) -> None:
    """No edition up to this one is public any more."""
    rows = [
        {
            "document_id": event.data.document_id,
            "edition": event.data.edition,
            "upto": True,
            "state": State.WITHDRAWN,
            "time": event.time,
            "index_no": None,
            "published_at": None,
        }
        for event in events
    ]
    await unit.run(FOLLOW, {"rows": packed(rows), "sources": [str(one) for one in sources(Move.WITHDRAW)]})


@dataclass
class Reexaminer:
    """Takes what an older rule set passed, a few at a time, so that new submissions never wait for it."""

    database: Database
    examiner: Examiner
    batch: int
    lease: float

    async def examine(self) -> None:
        """Screen a batch again, and rest: that is what bounds the rate."""
        await self.examiner.rules.refresh()
        claim = {"batch": self.batch, "lease": self.lease, "ruleset": self.examiner.rules.version}
        async with self.database.transaction() as unit:
            cases = (await unit.run(CLAIM, claim)).all()
        if not cases:
            return
        crashpoint("reexamination.claimed")
        screened = await self.examiner.examine(cases)
        async with self.database.transaction() as unit:
            await self._write(unit, screened)

    async def _write(self, unit: Transaction, screened: Sequence[Screened]) -> None:
        rows = await unit.run(STILL_PUBLIC, {"ids": [one.case.id for one in screened]})
        public = {row.id for row in rows}
        still = [one for one in screened if one.case.id in public]
        seen = [
            {"id": one.case.id, "ruleset": one.rules, "outcome": one.outcome, "state": _state(one)}
            for one in still
        ]
        await unit.run(EXAMINED, {"rows": packed(seen), "now": now()})
        await note(unit, still)
        unit.announce(*(_reopened(one) for one in still if _finds_more(one)))


async def progress(rules: Rules) -> dict[str, Any]:
    """How far the rules in force have come: public documents, how many were examined, how many reopened."""
    await rules.refresh()
    [row] = await rules.database.look(PROGRESS, {"ruleset": rules.version})
    return {"ruleset": rules.version, **row._mapping}


async def uphold(unit: Transaction, policy: Policy, case_id: UUID, officer: Officer, why: str) -> None:
    """A person looked at what was found, and it stays public; withdrawing it is publish's to do."""
    at = now()
    row, standing = await held_one(unit, case_id)
    state = after(State(row.state), Move.UPHOLD)
    role = must_be_one_of(policy, officer, standing, may_send_back(policy, standing.tier))
    if not why.strip():
        raise Invalid("why it stays public must be said")
    await unit.run(BACK, {"state": state, "now": at, "case": case_id})
    await write(unit, policy.reference, at, Opinion(case_id, Act.UPHELD, officer, role, note=why))
    unit.announce(CaseUpheld(**of_case(row), upheld_by=officer.id))


def _finds_more(one: Screened) -> bool:
    """What a person saw before the approval needs no second look; a rule that did not speak then does."""
    known: Row[Any] | Sequence[str] = one.case.known
    return any(finding.rule not in known for finding in one.findings)


def _state(one: Screened) -> State:
    return State.REEXAMINING if _finds_more(one) else State.PUBLISHED


def _reopened(one: Screened) -> CaseReopened:
    return CaseReopened(**of_case(one.case), ruleset=RULESET, outcome=one.outcome)
