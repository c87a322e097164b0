"""What documents do to each other: whether each holds is kept up to date, and a change announced, once.

Whoever writes about other documents does it alone (`alone`): else two that are entered at the same moment,
one repealing the other, would not see each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row

from shared.clock import now
from shared.contracts import ValidityChanged
from shared.contracts.vocabulary import Validity
from shared.db import Transaction
from shared.rows import packed

from .validity import Change, Facts, Standing, changes, next_turn, own, standing

Cause = Literal["edition", "withdrawal", "decision", "day"]

LOCK = 0x676F6E676B6172
"""Any number will do, if nobody else uses it."""
SHARED = "SELECT pg_advisory_xact_lock_shared(:lock)"
ALONE = "SELECT pg_advisory_xact_lock(:lock)"

HAVE_RELATIONS = "SELECT EXISTS (SELECT FROM relation WHERE document_id = ANY(:ids))"

SAID = """
    SELECT public_edition.document_id, public_edition.edition, about ->> 'effective_on' AS effective_on,
        about ->> 'lapses_on' AS lapses_on,
        coalesce(about ->> 'signed_on', CAST(created_on AS text)) AS begun_on,
        (SELECT repealed_on FROM repeal WHERE repeal.document_id = public_edition.document_id
         ORDER BY decided_at DESC, id DESC LIMIT 1) AS repealed_on,
        validity.validity, validity.since, validity.by_document
    FROM public_edition LEFT JOIN validity ON validity.document_id = public_edition.document_id
    WHERE public_edition.document_id = ANY(:ids)
    ORDER BY public_edition.document_id
"""

DONE_TO = """
    SELECT other_id, document_id, kind, acts_on FROM related
    WHERE other_id = ANY(:ids) AND entitled AND kind IN ('amends', 'repeals', 'replaces')
"""

TOUCHED = """
    SELECT other.document_id FROM relation
    JOIN public_edition AS other ON other.document_id = relation.other_document
    WHERE relation.document_id = ANY(:ids) AND relation.kind IN ('amends', 'repeals', 'replaces')
    UNION
    SELECT other.document_id FROM relation
    JOIN public_edition AS other ON other.doc_no_key = relation.doc_no_key
    WHERE relation.document_id = ANY(:ids) AND relation.kind IN ('amends', 'repeals', 'replaces')
      AND relation.other_document IS NULL
"""

KEEP = """
    INSERT INTO validity (document_id, validity, since, by_document, turns_on)
    SELECT * FROM json_to_recordset(CAST(:rows AS json))
        AS kept (document_id uuid, validity text, since date, by_document uuid, turns_on date)
    ON CONFLICT (document_id) DO UPDATE SET validity = excluded.validity, since = excluded.since,
        by_document = excluded.by_document, turns_on = excluded.turns_on
"""

NOTE = """
    INSERT INTO validity_change (document_id, edition, validity, since, by_document, cause, changed_at)
    SELECT document_id, edition, validity, since, by_document, :cause, :now
    FROM json_to_recordset(CAST(:rows AS json))
        AS changed (document_id uuid, edition integer, validity text, since date, by_document uuid)
"""

FORGET = "DELETE FROM validity WHERE document_id = ANY(:ids)"

DUE = "SELECT document_id FROM validity WHERE turns_on <= :today ORDER BY turns_on LIMIT 200"


async def in_order(unit: Transaction, ids: Sequence[UUID], *, relating: bool) -> None:
    """Before anything is written about relations: alone where other documents are concerned, else together.

    The documents' own locks are taken before; `relating` says that there will be relations.
    """
    relating = relating or bool((await unit.run(HAVE_RELATIONS, {"ids": list(ids)})).scalar())
    await (alone(unit) if relating else unit.run(SHARED, {"lock": LOCK}))


async def alone(unit: Transaction) -> None:
    await unit.run(ALONE, {"lock": LOCK})


async def follow(unit: Transaction, ids: Sequence[UUID], today: date, cause: Cause) -> None:
    """After documents were entered or taken out: how they and those that they act on stand now."""
    touched = [row.document_id for row in await unit.run(TOUCHED, {"ids": list(ids)})]
    await refresh(unit, {*ids, *touched}, today, cause)


async def forget(unit: Transaction, ids: Sequence[UUID], today: date) -> None:
    """They are not public any more: they hold no standing, and what they did to others is undone."""
    await unit.run(FORGET, {"ids": list(ids)})
    await follow(unit, ids, today, "withdrawal")


async def turn_day(unit: Transaction, today: date) -> int:
    """What takes effect or lapses up to this day does so; how many were looked at, at most 200 at a time."""
    if not (await unit.run(DUE, {"today": today})).first():
        return 0
    await alone(unit)
    due = [row.document_id for row in await unit.run(DUE, {"today": today})]
    await refresh(unit, due, today, "day")
    return len(due)


async def refresh(unit: Transaction, ids: Iterable[UUID], today: date, cause: Cause) -> None:
    """Find out how these documents stand, keep it, and announce what changed."""
    named = {"ids": list(ids)}
    rows = (await unit.run(SAID, named)).all()
    done = (await unit.run(DONE_TO, named)).all()
    kept, changed = [], []
    for row in rows:
        facts = _facts(row, done)
        stands = standing(facts, today)
        kept.append(_kept(row, stands, next_turn(facts, today)))
        if stands != _before(row, facts, today):
            changed.append(kept[-1])
    await unit.run(KEEP, {"rows": packed(kept)})
    await unit.run(NOTE, {"rows": packed(changed), "cause": cause, "now": now()})
    unit.announce(*(_changed(row) for row in changed))


def _facts(row: Row[Any], done: Sequence[Row[Any]]) -> Facts:
    """The relations of others that may change it, and the decision of its own body."""
    mine = [one for one in done if one.other_id == row.document_id]
    decided = (Change(row.repealed_on),) if row.repealed_on else ()
    return Facts(
        date.fromisoformat(row.begun_on),
        _day(row.effective_on),
        _day(row.lapses_on),
        changes((one.acts_on, one.document_id) for one in mine if one.kind != "amends") + decided,
        changes((one.acts_on, one.document_id) for one in mine if one.kind == "amends"),
    )


def _before(row: Row[Any], facts: Facts, today: date) -> Standing:
    """Of a new document, what it says of itself: to be published so is no change."""
    if row.validity is None:
        return standing(own(facts), today)
    return Standing(Validity(row.validity), row.since, row.by_document)


def _kept(row: Row[Any], stands: Standing, turns_on: date | None) -> dict[str, Any]:
    return {
        "document_id": row.document_id,
        "edition": row.edition,
        "validity": stands.validity,
        "since": stands.since,
        "by_document": stands.by,
        "turns_on": turns_on,
    }


def _changed(row: Mapping[str, Any]) -> ValidityChanged:
    names = ("document_id", "edition", "validity", "since", "by_document")
    return ValidityChanged(**{name: row[name] for name in names})


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
