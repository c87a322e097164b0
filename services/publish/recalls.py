"""The story of a recall: it is complete only when every place that had a copy has said that it is gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import now
from shared.contracts import (
    DeliveryConfirmed,
    DocumentWithdrawn,
    Event,
    PlaceKind,
    RecallCompleted,
    WithdrawalSent,
)
from shared.db import Transaction

FIRST_REMINDER = timedelta(hours=1)

OPEN = """
    INSERT INTO recall (document_id, edition, opened_at, remind_at)
    VALUES (:document_id, :edition, :now, :remind_at)
"""

# A release that was never begun has left no copy anywhere: it is passed over, and nobody need give it back.
LEAVE_OUT = """
    UPDATE release SET state = 'passed-over'
    WHERE document_id = :document_id AND edition <= :edition AND state = 'due' AND attempts = 0
"""

RECALL_RELEASES = """
    UPDATE release SET state = 'recall-due', due_at = :now, error = NULL
    WHERE document_id = :document_id AND edition <= :edition AND attempts > 0 AND state <> 'recalled'
"""

PLACES = """
    INSERT INTO recall_place (document_id, edition, kind, code, asked_at)
    SELECT :document_id, :edition, kind, code, :now FROM (
        SELECT 'channel' AS kind, channel AS code FROM release
        WHERE document_id = :document_id AND edition <= :edition AND state = 'recall-due'
        UNION
        SELECT 'room', place FROM transfer_item
        WHERE document_id = :document_id AND edition <= :edition) AS had
"""

DEPARTMENTS = """
    INSERT INTO recall_place (document_id, edition, kind, code, asked_at)
    SELECT document_id, edition, 'department', code, :now
    FROM recall, unnest(CAST(:departments AS text[])) AS had (code)
    WHERE document_id = :document_id AND edition = :edition
    ON CONFLICT DO NOTHING
"""

KNOWN = """
    UPDATE recall SET departments_known_at = :now
    WHERE document_id = :document_id AND edition = :edition AND departments_known_at IS NULL
"""

CONFIRM = """
    UPDATE recall_place SET confirmed_at = :now, confirmed_by = :by
    WHERE document_id = :document_id AND edition <= :edition AND kind = :kind AND code = :code
      AND confirmed_at IS NULL
"""

# What a person took down and says so.
TAKEN_DOWN = """
    UPDATE release SET state = 'recalled', recalled_at = :now
    WHERE document_id = :document_id AND edition <= :edition AND channel = :code AND state = 'recall-asked'
"""

# Two places that confirm at the same moment would each still find the other missing.
ALONE = "SELECT edition FROM recall WHERE document_id = :document_id ORDER BY edition FOR UPDATE"

COMPLETE = """
    UPDATE recall SET completed_at = :now
    WHERE document_id = :document_id AND completed_at IS NULL AND departments_known_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM recall_place WHERE recall_place.document_id = recall.document_id
                      AND recall_place.edition = recall.edition AND confirmed_at IS NULL)
    RETURNING edition, (SELECT count(*) FROM recall_place WHERE recall_place.document_id = recall.document_id
                        AND recall_place.edition = recall.edition) AS places
"""


async def begin(unit: Transaction, document_id: UUID, edition: int, at: datetime) -> None:
    """In the withdrawal's own transaction: every channel and reading room that had it must give it back."""
    about = {"document_id": document_id, "edition": edition, "now": at, "remind_at": at + FIRST_REMINDER}
    for statement in (OPEN, LEAVE_OUT, RECALL_RELEASES, PLACES):
        await unit.run(statement, about)


async def departments_known(
    unit: Transaction, document_id: UUID, edition: int, departments: Sequence[str]
) -> None:
    """Notify has said which departments were sent the document; none is an answer as well."""
    about = {"document_id": document_id, "edition": edition, "departments": list(departments), "now": now()}
    for statement in (ALONE, DEPARTMENTS, KNOWN):
        await unit.run(statement, about)
    await _complete(unit, document_id)


async def confirm(
    unit: Transaction, document_id: UUID, edition: int, kind: PlaceKind, code: str, by: str
) -> bool:
    """The place's copies of this and all earlier editions are gone; False where it had none to give back."""
    about = {"document_id": document_id, "edition": edition, "kind": kind, "code": code}
    if kind is PlaceKind.CHANNEL:
        await unit.run(TAKEN_DOWN, {**about, "now": now()})
    await unit.run(ALONE, about)
    done = (await unit.run(CONFIRM, {**about, "by": by, "now": now()})).rowcount > 0
    await _complete(unit, document_id)
    return done


async def on_sent(unit: Transaction, events: Sequence[Event[WithdrawalSent]]) -> None:
    """Notify's word which departments were sent the document."""
    for event in events:
        await departments_known(unit, event.data.document_id, event.data.edition, event.data.departments)


async def on_confirmed(unit: Transaction, events: Sequence[Event[DeliveryConfirmed]]) -> None:
    """A department has acknowledged the withdrawal: its copies are gone."""
    for fact in (event.data for event in events):
        if fact.event_type == DocumentWithdrawn.type:
            by = f"department:{fact.department}"
            kind = PlaceKind.DEPARTMENT
            await confirm(unit, fact.document_id, fact.edition, kind, fact.department, by)


async def _complete(unit: Transaction, document_id: UUID) -> None:
    at = now()
    for row in await unit.run(COMPLETE, {"document_id": document_id, "now": at}):
        unit.announce(
            RecallCompleted(document_id=document_id, edition=row.edition, places=row.places, completed_at=at)
        )
