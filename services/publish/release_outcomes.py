"""Writes down what came of an attempt, whatever has happened to the release meanwhile."""

from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Row

from shared.clock import now
from shared.contracts import PlaceKind, ReleaseDelivered, ReleaseFailed
from shared.db import Transaction
from shared.objects import digest

from . import recalls
from .channels import Later, Never
from .channels.schedule import RECALLS, RELEASES, wait

log = structlog.get_logger()

# Of a release that was withdrawn meanwhile the proof is kept, and it stays to be recalled. Who comes so late
# that it was recalled already makes it due again, and takes the lease from whoever believes to recall it.
DELIVERED = """
    UPDATE release SET
        state = CASE WHEN state IN ('due', 'failed') THEN 'delivered'
                     WHEN state IN ('recalled', 'recall-asked', 'recall-failed') THEN 'recall-due'
                     ELSE state END,
        due_at = CASE WHEN state IN ('due', 'failed') THEN due_at ELSE now() END,
        proof = proof || jsonb_build_object('release', CAST(:proof AS jsonb)),
        error = NULL, delivered_at = :now, lease = NULL, leased_until = NULL
    WHERE document_id = :document_id AND edition = :edition AND channel = :channel
    RETURNING state
"""

# A channel on which it took the place of earlier editions has none of them any more.
IN_PLACE_OF = """
    UPDATE release SET state = 'recalled', recalled_at = :now,
        proof = proof || jsonb_build_object(
            'recall', jsonb_build_object('replaced_by', CAST(:edition AS integer)))
    WHERE document_id = :document_id AND edition < :edition AND channel = :channel AND attempts > 0
      AND state IN ('delivered', 'failed', 'passed-over')
"""

RECALLED = """
    UPDATE release SET proof = proof || jsonb_build_object('recall', CAST(:proof AS jsonb)),
        state = CASE WHEN :by_person AND taken_at IS NOT NULL AND edition <= withdrawn_upto
                THEN 'recall-asked' ELSE 'recalled' END,
        recalled_at = :now, error = NULL, lease = NULL, leased_until = NULL
    FROM document
    WHERE document.id = document_id AND document_id = :document_id AND edition = :edition
      AND channel = :channel AND lease = :lease AND state = 'recall-due'
    RETURNING state
"""

ALL_BACK = """
    SELECT withdrawn_upto FROM document WHERE id = :document_id AND NOT EXISTS (
        SELECT FROM release WHERE release.document_id = document.id AND channel = :channel
        AND edition <= withdrawn_upto AND attempts > 0 AND state <> 'recalled')
"""

FAILED = """
    UPDATE release SET error = :error, lease = NULL, leased_until = NULL,
        due_at = CASE WHEN state = :was THEN now() + make_interval(secs => :seconds) ELSE due_at END,
        state = CASE WHEN state = :was THEN :becomes ELSE state END
    WHERE document_id = :document_id AND edition = :edition AND channel = :channel AND lease = :lease
    RETURNING state
"""

LET_GO = """
    UPDATE release SET lease = NULL, leased_until = NULL,
        state = CASE WHEN state = 'due' THEN 'passed-over' ELSE state END
    WHERE document_id = :document_id AND edition = :edition AND channel = :channel AND lease = :lease
"""


async def delivered(unit: Transaction, row: Row[Any], proof: dict[str, Any]) -> None:
    """The channel has put it out, or a withdrawal came meanwhile and it is to be taken back."""
    at, said = now(), orjson.dumps(proof, option=orjson.OPT_SORT_KEYS)
    state = (await unit.run(DELIVERED, {**_which(row), "proof": said.decode(), "now": at})).scalar_one()
    if state == "delivered":
        await unit.run(IN_PLACE_OF, {**_which(row), "now": at})
    unit.announce(
        ReleaseDelivered(
            document_id=row.document_id,
            edition=row.edition,
            channel=row.channel,
            proof_sha256=digest(said),
            delivered_at=at,
        )
    )


async def recalled(unit: Transaction, row: Row[Any], proof: dict[str, Any], by_person: bool) -> None:
    """The channel has taken it back, or made the note with which a person will."""
    about = {"proof": orjson.dumps(proof).decode(), "by_person": by_person, "now": now()}
    await unit.run(RECALLED, {**_which(row), **about, "lease": row.lease})
    await confirm_if_all_is_back(unit, row.document_id, row.channel)


async def confirm_if_all_is_back(unit: Transaction, document_id: UUID, channel: str) -> None:
    """To the recall, once nothing of the withdrawn editions is left on the channel."""
    which = {"document_id": document_id, "channel": channel}
    upto = (await unit.run(ALL_BACK, which)).scalar()
    if upto:
        await recalls.confirm(unit, document_id, upto, PlaceKind.CHANNEL, channel, by=channel)


async def failed(unit: Transaction, row: Row[Any], trouble: Exception) -> None:
    """It is tried again when its time comes, or given up and announced."""
    taking_back = row.state == "recall-due"
    tried = row.recall_attempts if taking_back else row.attempts
    asked = trouble.seconds if isinstance(trouble, Later) else None
    pause = wait(RECALLS if taking_back else RELEASES, tried, asked)
    if isinstance(trouble, Never):
        pause = None
    given_up = "recall-failed" if taking_back else "failed"
    about = {
        "error": _why(trouble),
        "was": row.state,
        "becomes": row.state if pause is not None else given_up,
        "seconds": pause.total_seconds() if pause is not None else 0.0,
        "lease": row.lease,
    }
    state = (await unit.run(FAILED, {**_which(row), **about})).scalar()
    log.warning("release.trouble", **_named(row), attempts=tried, error=about["error"])
    if state == given_up:
        unit.announce(
            ReleaseFailed(
                document_id=row.document_id, edition=row.edition, channel=row.channel, attempts=tried
            )
        )


async def let_go(unit: Transaction, row: Row[Any]) -> None:
    """Nothing was done: somebody withdrew or replaced it first."""
    await unit.run(LET_GO, {**_which(row), "lease": row.lease})


def _why(trouble: Exception) -> str:
    if isinstance(trouble, Later | Never):
        return str(trouble)[:500] or (trouble.__doc__ or "")
    if isinstance(trouble, TimeoutError):
        return "it took too long"
    return f"{type(trouble).__name__}: {trouble}"[:500]


def _which(row: Row[Any]) -> dict[str, Any]:
    return {"document_id": row.document_id, "edition": row.edition, "channel": row.channel}


def _named(row: Row[Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in _which(row).items()}
