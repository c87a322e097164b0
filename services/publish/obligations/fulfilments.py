"""The story of a fulfilment: what is handed in is awaited until its due date, what is public fulfils."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.clock import BEIJING, now
from shared.contracts import DocumentReturned, DocumentSubmitted, Event, WithdrawalKind
from shared.contracts.review import AboutCase
from shared.db import Transaction
from shared.manifest import Manifest
from shared.objects import Objects
from shared.rows import packed
from shared.workdays import DueDate, official

from .clocks import Clock, Every, Unit, due_of_document

FULFIL = """
    INSERT INTO fulfilment (document_id, edition, obligation, body, "on")
    SELECT document_id, edition, obligation, body, coalesce(
        (SELECT min("on") FROM fulfilment earlier
         WHERE earlier.document_id = said.document_id AND earlier.obligation = said.obligation
           AND earlier.ended IS NULL), :today)
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (document_id uuid, edition integer, obligation text, body text)
"""

WITHDRAWN = """
    WITH never AS (
        UPDATE awaited SET closed = 'withdrawn', closed_at = :now
        WHERE document_id = :document_id AND edition <= :edition AND closed IS NULL)
    UPDATE fulfilment SET ended = :kind
    WHERE document_id = :document_id AND edition <= :edition AND ended IS NULL
"""

# Streams overtake one another: what is closed before it was heard of must not open later.
CLOSE = """
    INSERT INTO awaited (document_id, edition, closed, closed_at)
    SELECT document_id, edition, :closed, :now
    FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, edition integer)
    ON CONFLICT (document_id, edition) DO UPDATE SET closed = excluded.closed, closed_at = excluded.closed_at
    WHERE awaited.closed IS NULL
"""

EARLIER = """
    WITH earlier AS (
        UPDATE awaited SET closed = :earlier, closed_at = :now
        FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, edition integer)
        WHERE awaited.document_id = said.document_id AND awaited.edition < said.edition
          AND awaited.closed IS NULL)
"""

RETURNED = """
    INSERT INTO awaited (document_id, edition, returned_at)
    SELECT document_id, edition, :now
    FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, edition integer)
    ON CONFLICT (document_id, edition) DO UPDATE SET returned_at = excluded.returned_at
"""

CLOCKS = """
    SELECT said.document_id, document.last_published_at IS NOT NULL AS amends,
           coalesce(document.withdrawn_upto, 0) AS withdrawn_upto,
           (SELECT max(edition) FROM awaited WHERE awaited.document_id = said.document_id) AS latest,
           coalesce(json_agg(json_build_array(within_number, within_unit, repeats, day))
                    FILTER (WHERE obligation.code IS NOT NULL), '[]') AS clocks
    FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, body text, obligations text[])
    LEFT JOIN document ON document.id = said.document_id
    LEFT JOIN obligation ON obligation.body = said.body AND obligation.code = ANY(said.obligations)
        AND (obligation.ended IS NULL OR obligation.ended > :today)
    GROUP BY said.document_id, document.last_published_at, document.withdrawn_upto
"""

OPEN = f"""
    {EARLIER}
    INSERT INTO awaited (document_id, edition, body, created_on, from_on, obligations, due_on, provisional,
                         closed, closed_at)
    SELECT said.*, CASE WHEN closed IS NOT NULL THEN CAST(:now AS timestamptz) END
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (document_id uuid, edition integer, body text, created_on date, from_on date,
                 obligations text[], due_on date, provisional boolean, closed text)
    ON CONFLICT (document_id, edition) DO UPDATE SET body = excluded.body, created_on = excluded.created_on,
        from_on = excluded.from_on, obligations = excluded.obligations, due_on = excluded.due_on,
        provisional = excluded.provisional
"""  # noqa: S608 made of our own words only.


@dataclass(frozen=True)
class Submission:
    """What was handed in, and what it says of itself; None where the store has it no more."""

    event: Event[DocumentSubmitted]
    manifest: Manifest | None


async def submissions(events: Sequence[Event[DocumentSubmitted]], *, objects: Objects) -> list[Submission]:
    """Read before the transaction. What was locked away in between is not awaited, and that is no fault."""
    contents = await objects.get_all([event.data.content_sha256 for event in events])
    return [Submission(event, _manifest(content)) for event, content in zip(events, contents, strict=True)]


def _manifest(content: object) -> Manifest | None:
    try:
        return Manifest.from_bytes(content) if isinstance(content, bytes) else None
    except ValidationError:
        return None


async def expect(unit: Transaction, handed_in: Sequence[Submission]) -> None:
    """It is awaited from now on, and no edition before it is."""
    known = [(one.event, one.manifest) for one in handed_in if one.manifest]
    named = [
        {
            "document_id": event.data.document_id,
            "body": event.data.department,
            "obligations": said.obligations,
        }
        for event, said in known
    ]
    about = {"rows": packed(named), "today": now().astimezone(BEIJING).date()}
    clocks = {row.document_id: row for row in await unit.run(CLOCKS, about)}
    rows = [_awaited(event, said, clocks[event.data.document_id]) for event, said in known]
    await unit.run(OPEN, {"rows": packed(rows), "earlier": "superseded", "now": now()})


def _awaited(event: Event[DocumentSubmitted], said: Manifest, row: Any) -> dict[str, Any]:
    """Of what is public already the clock begins with its change, which is known when it is handed in."""
    from_on = event.time.astimezone(BEIJING).date() if row.amends else said.created_on
    due = due_of(from_on, row)
    return {
        "document_id": event.data.document_id,
        "edition": event.data.edition,
        "body": event.data.department,
        "created_on": said.created_on,
        "from_on": from_on,
        "obligations": said.obligations,
        "due_on": due.on,
        "provisional": due.provisional,
        "closed": _closed(event.data.edition, row),
    }


def _closed(edition: int, row: Any) -> str | None:
    """What comes late may have ended already: withdrawn beforehand, or replaced by a later edition."""
    if edition <= row.withdrawn_upto:
        return "withdrawn"
    return "superseded" if edition < (row.latest or 0) else None


def due_of(from_on: date, row: Any) -> DueDate:
    """By when it must be public, by the clocks that were found for it."""
    clocks = [Clock(number, Unit(unit), Every(every), day) for number, unit, every, day in row.clocks]
    return due_of_document(from_on, clocks, official())


def closing(reason: str) -> Callable[[Transaction, Sequence[Event[Any]]], Awaitable[None]]:
    """What is done when review says that an edition will not become public."""

    async def close(unit: Transaction, events: Sequence[Event[AboutCase]]) -> None:
        await unit.run(CLOSE, {"rows": _named(events), "closed": reason, "now": now()})

    return close


async def returned(unit: Transaction, events: Sequence[Event[DocumentReturned]]) -> None:
    """It lies with its author, and its time goes on."""
    await unit.run(RETURNED, {"rows": _named(events), "now": now()})


def _named(events: Sequence[Event[Any]]) -> str:
    return packed([{"document_id": one.data.document_id, "edition": one.data.edition} for one in events])


async def fulfil(unit: Transaction, entered: Sequence[dict[str, Any]], at: datetime) -> None:
    """In the transaction that publishes: these editions fulfil what they say, and are awaited no more."""
    said = [
        {
            "document_id": row["document_id"],
            "edition": row["edition"],
            "obligation": code,
            "body": row["department"],
        }
        for row in entered
        for code in dict.fromkeys(row["about"].get("obligations", ()))
    ]
    if said:
        await unit.run(FULFIL, {"rows": packed(said), "today": _day(at)})
    which = packed([{"document_id": row["document_id"], "edition": row["edition"]} for row in entered])
    await unit.run(
        EARLIER + CLOSE, {"rows": which, "closed": "published", "earlier": "superseded", "now": at}
    )


async def taken_back(
    unit: Transaction, document_id: UUID, edition: int, kind: WithdrawalKind, at: datetime
) -> None:
    """In the withdrawal's transaction: what is public no more fulfils nothing, unless its time was over."""
    await unit.run(WITHDRAWN, {"document_id": document_id, "edition": edition, "kind": kind, "now": at})


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
