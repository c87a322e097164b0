"""How a case begins: one for each edition; what was under way of an earlier edition ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.bell import Bell
from shared.clock import BEIJING, new_id, now
from shared.contracts import ApprovalVoided, CaseOpened, CaseSuperseded, DocumentSubmitted, Event
from shared.db import Transaction
from shared.identity import Officer
from shared.policy import Matter, Policy
from shared.rows import packed
from shared.workdays import official

from .lifecycle import Move, State, sources
from .opinions import NOBODY, Act, Opinion, write

END_EARLIER = """
    UPDATE review_case SET state = :ended, state_since = :now, step = '', step_due_on = NULL
    FROM unnest(CAST(:documents AS uuid[]), CAST(:editions AS integer[])) AS newer (document_id, edition)
    WHERE review_case.document_id = newer.document_id AND review_case.edition < newer.edition
      AND review_case.state = ANY(:open)
    RETURNING review_case.id, review_case.document_id, review_case.edition,
        (SELECT opinion.id FROM opinion
         WHERE opinion.case_id = review_case.id AND act = 'approved') AS approval_id
"""

EARLIER_AUTHORS = "SELECT DISTINCT document_id, author FROM review_case WHERE document_id = ANY(:ids)"

OPEN = """
    INSERT INTO review_case (id, document_id, edition, department, author, authors, kind, theme, joint_with,
                             confirm_with, sensitivity, content_sha256, tier, level, state, state_since,
                             opened_at, due_on, due_provisional)
    SELECT opened.*, 'screening', :now, :now, :due_on, :provisional
    FROM json_to_recordset(CAST(:rows AS json))
        AS opened (id uuid, document_id uuid, edition integer, department text, author text, authors text[],
                   kind text, theme text, joint_with text[], confirm_with text[], sensitivity text,
                   content_sha256 text, tier text, level text)
"""

SAID = ("document_id", "edition", "department", "author", "kind", "theme", "joint_with", "confirm_with",
        "sensitivity", "content_sha256")  # fmt: skip


async def open_all(
    unit: Transaction,
    events: Sequence[Event[DocumentSubmitted]],
    policy: Policy,
    working_days: int,
    screener: Bell,
) -> None:
    """A case for each edition; what is open or only approved of an earlier one ends here."""
    at = now()
    submitted = [event.data for event in events]
    await _end_earlier(unit, submitted, policy, at)
    authors = await _authors(unit, submitted)
    opened = [_opened(one, policy, authors[one.document_id]) for one in submitted]
    due = official().after(at.astimezone(BEIJING).date(), working_days)
    about = {"due_on": due.on, "provisional": due.provisional, "now": at}
    await unit.run(OPEN, {"rows": packed(opened), **about})
    await write(unit, policy.reference, at, *(_proposed(row, policy) for row in opened))
    unit.announce(*(_fact(row, due.on) for row in opened))
    unit.afterwards.append(screener.ring)


async def _end_earlier(
    unit: Transaction, submitted: Sequence[DocumentSubmitted], policy: Policy, at: datetime
) -> None:
    later = [one for one in submitted if one.edition > 1]
    if not later:
        return
    about = {
        "documents": [one.document_id for one in later],
        "editions": [one.edition for one in later],
        "now": at,
    }
    ended = {"ended": State.SUPERSEDED, "open": [str(state) for state in sources(Move.SUPERSEDE)]}
    for row in await unit.run(END_EARLIER, {**about, **ended}):
        unit.announce(CaseSuperseded(document_id=row.document_id, case_id=row.id, edition=row.edition))
    voided = {"ended": State.VOIDED, "open": [str(state) for state in sources(Move.VOID)]}
    for row in (await unit.run(END_EARLIER, {**about, **voided})).all():
        await write(unit, policy.reference, at, Opinion(row.id, Act.VOIDED, NOBODY, "policy"))
        unit.announce(
            ApprovalVoided(
                document_id=row.document_id,
                case_id=row.id,
                edition=row.edition,
                approval_id=row.approval_id,
            )
        )


async def _authors(unit: Transaction, submitted: Sequence[DocumentSubmitted]) -> Mapping[UUID, set[str]]:
    """Of each document, whoever handed in an edition: none of them may decide about it."""
    authors = {one.document_id: {one.author} for one in submitted}
    later = [one.document_id for one in submitted if one.edition > 1]
    if later:
        for row in await unit.run(EARLIER_AUTHORS, {"ids": later}):
            authors[row.document_id].add(row.author)
    return authors


def _opened(one: DocumentSubmitted, policy: Policy, authors: set[str]) -> dict[str, Any]:
    matter = Matter(one.kind, one.department, frozenset(authors), one.sensitivity, joint=bool(one.joint_with))
    tier = policy.tier_of(matter)
    said = {name: getattr(one, name) for name in SAID}
    return {
        **said,
        "id": new_id(),
        "authors": sorted(authors),
        "tier": tier,
        "level": policy.tiers[tier].level,
    }


def _proposed(row: Mapping[str, Any], policy: Policy) -> Opinion:
    """Handing it in is the author's own step, where the policy has one."""
    first = policy.tiers[row["tier"]].steps[0].step
    step = first if policy.steps[first].is_the_authors else ""
    author = Officer(row["author"], row["author"], row["department"], frozenset())
    return Opinion(row["id"], Act.PROPOSED, author, "author", step=step)


def _fact(row: Mapping[str, Any], due_on: Any) -> CaseOpened:
    return CaseOpened(
        document_id=row["document_id"],
        case_id=row["id"],
        edition=row["edition"],
        level=row["level"],
        due_on=due_on,
    )
