"""How every body stands with what it must publish: fulfilled, due, late, empty, or in no register."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from shared.db import Transaction
from shared.workdays import Calendar, DueDate, official

from .clocks import Standing, State, standing
from .register_entries import clock_of

MOST = 1000
"""So many of each sort are shown; the totals count all."""

# Only the present edition counts, or what was public until the end of its time.
COUNTS = """
    fulfilment.body = obligation.body AND fulfilment.obligation = obligation.code
    AND (fulfilment.ended = 'expired'
         OR (fulfilment.ended IS NULL AND fulfilment.edition = document.current_edition))
"""

OF_BODY = "(CAST(:body AS text) IS NULL OR {table}.body = :body)"

ENTRIES = f"""
    WITH waiting AS (
        SELECT body, code, min(due_on) AS due_on, (array_agg(provisional ORDER BY due_on))[1] AS provisional
        FROM awaited CROSS JOIN unnest(obligations) AS named (code)
        WHERE closed IS NULL AND due_on IS NOT NULL GROUP BY body, code)
    SELECT obligation.*, counted."on" AS newest, waiting.due_on, waiting.provisional,
           shown.document_id, shown.edition, shown.index_no, shown.title, shown.published_at
    FROM obligation
    LEFT JOIN waiting ON waiting.body = obligation.body AND waiting.code = obligation.code
    LEFT JOIN LATERAL (
        SELECT "on" FROM fulfilment JOIN document ON document.id = fulfilment.document_id
        WHERE {COUNTS} ORDER BY "on" DESC LIMIT 1) AS counted ON true
    LEFT JOIN LATERAL (
        SELECT fulfilment.document_id, fulfilment.edition, index_no, title, published_at
        FROM fulfilment JOIN document ON document.id = fulfilment.document_id
        JOIN edition ON edition.document_id = document.id AND edition.edition = document.current_edition
        WHERE {COUNTS} AND fulfilment.ended IS NULL ORDER BY "on" DESC LIMIT 1) AS shown ON true
    WHERE {OF_BODY.format(table="obligation")} AND (CAST(:code AS text) IS NULL OR obligation.code = :code)
    ORDER BY obligation.body, obligation.code
"""  # noqa: S608 made of our own words only.

AWAITED = f"""
    SELECT body, document_id, edition, obligations, created_on, due_on, provisional,
           returned_at IS NOT NULL AS returned
    FROM awaited WHERE closed IS NULL AND due_on <= :upto AND {OF_BODY.format(table="awaited")}
    ORDER BY due_on, document_id LIMIT :most
"""  # noqa: S608 the same.

COUNTED = f"""
    SELECT body, count(*) AS awaited, count(*) FILTER (WHERE due_on < :today) AS late
    FROM awaited WHERE closed IS NULL AND due_on IS NOT NULL AND {OF_BODY.format(table="awaited")}
    GROUP BY body
"""  # noqa: S608 the same.

UNKNOWN = """
    SELECT named.* FROM (
        SELECT body, obligation AS code, document_id, fulfilment.edition, true AS public
        FROM fulfilment JOIN document ON document.id = document_id AND current_edition = fulfilment.edition
        WHERE ended IS NULL
        UNION ALL
        SELECT body, said.code, document_id, edition, false
        FROM awaited CROSS JOIN unnest(obligations) AS said (code) WHERE closed IS NULL AND due_on IS NOT NULL
    ) AS named
    LEFT JOIN obligation ON obligation.body = named.body AND obligation.code = named.code
    WHERE obligation.code IS NULL AND (CAST(:body AS text) IS NULL OR named.body = :body)
    ORDER BY named.body, named.code, document_id LIMIT :most
"""


@dataclass(frozen=True)
class Stands:
    """An entry of the register, and how it stands."""

    row: Row[Any]
    standing: Standing


async def entries(
    unit: Transaction,
    today: date,
    *,
    body: str | None = None,
    code: str | None = None,
    waiting: bool = True,
    calendar: Calendar | None = None,
) -> list[Stands]:
    """The register with its states. What only waits is left out for the public: it may never be disclosed."""
    rows = (await unit.run(ENTRIES, {"body": body, "code": code})).all()
    return [Stands(row, _standing(row, today, calendar or official(), waiting=waiting)) for row in rows]


def _standing(row: Row[Any], today: date, calendar: Calendar, *, waiting: bool) -> Standing:
    if row.ended and row.ended <= today:
        return Standing(State.ENDED)
    due = DueDate(row.due_on, row.provisional) if waiting and row.due_on else None
    return standing(clock_of(row), row.since, row.newest, due, today, calendar)


async def board(unit: Transaction, today: date, days: int, body: str | None) -> dict[str, Any]:
    """What is due within so many working days, late, empty or in no register; and the totals of each body."""
    horizon = official().after(today, days).on
    found = [one for one in await entries(unit, today, body=body) if one.standing.state is not State.ENDED]
    said = {"body": body, "today": today, "upto": horizon, "most": MOST}
    documents = [_document(row, today) for row in await unit.run(AWAITED, said)]
    unknown = [dict(row._mapping) for row in await unit.run(UNKNOWN, said)]
    # What waits for a document is told with the document; what a period wants is told with the entry.
    of_periods = [_entry(one, today) for one in found if one.row.repeats != "none" and one.standing.due]
    dated = sorted([*documents, *of_periods], key=lambda one: (one["due_on"], one["body"]))
    return {
        "today": today,
        "upto": horizon,
        "due": [one for one in dated if today <= one["due_on"] <= horizon][:MOST],
        "late": [one for one in dated if one["due_on"] < today][:MOST],
        "empty": [_entry(one, today) for one in found if one.standing.state is State.EMPTY][:MOST],
        "unknown": unknown,
        "totals": _totals(found, (await unit.run(COUNTED, said)).all(), unknown),
    }


def _document(row: Row[Any], today: date) -> dict[str, Any]:
    return {**row._mapping, "late_by": max(0, (today - row.due_on).days)}


def _entry(one: Stands, today: date) -> dict[str, Any]:
    row, due = one.row, one.standing.due
    about = {name: getattr(row, name) for name in ("body", "code", "matter", "second_matter")}
    if due is None:
        return {**about, "state": one.standing.state}
    by = {"due_on": due.on, "provisional": due.provisional, "late_by": max(0, (today - due.on).days)}
    return {**about, "state": one.standing.state, **by}


def _totals(
    found: Sequence[Stands], counted: Iterable[Row[Any]], unknown: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    states = Counter((one.row.body, one.standing.state) for one in found)
    waiting = {row.body: row for row in counted}
    strangers = Counter(one["body"] for one in unknown)
    bodies = sorted({body for body, _ in states} | waiting.keys() | strangers.keys())
    return [
        {
            "body": body,
            "entries": {state.value: states[body, state] for state in State if state is not State.ENDED},
            "awaited": waiting[body].awaited if body in waiting else 0,
            "late_documents": waiting[body].late if body in waiting else 0,
            "unknown": strangers[body],
        }
        for body in bodies
    ]
