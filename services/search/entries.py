"""The story of what can be found: kept while it is public, forgotten when it is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts import DocumentWithdrawn, Event, ValidityChanged
from shared.db import Database, Transaction
from shared.rows import packed

from .index import Entry, Mark

# Taken first by whoever writes: changes commit in their order, so no index ever steps over one.
TAKE = "UPDATE latest SET change = change + :count RETURNING change - :count"

COLUMNS = """
    document_id uuid, edition integer, content_sha256 text, index_no text, title text, doc_no text,
    department text, joint_with text[], kind text, theme text, created_on date, published_at timestamptz,
    text text, summary text, keywords text[], genre text, matter text, stage text, former_index_no text,
    effective_on date, lapses_on date, validity text, unread text[]
"""
NAMES = ", ".join(column.split()[0] for column in COLUMNS.split(","))

# Neither an edition that was withdrawn meanwhile nor one that a later one replaced.
KEEP = f"""
    INSERT INTO entry ({NAMES}, change)
    SELECT kept.*, :after + row_number() OVER ()
    FROM json_to_recordset(CAST(:rows AS json)) AS kept ({COLUMNS})
    ON CONFLICT (document_id) DO UPDATE SET
        ({NAMES}, change) = ({", ".join(f"excluded.{name}" for name in NAMES.split(", "))}, excluded.change)
    WHERE excluded.edition > greatest(entry.withdrawn_upto, coalesce(entry.edition, 0))
"""  # noqa: S608 made of our own words only.

FORGET = """
    INSERT INTO entry (document_id, withdrawn_upto, change)
    SELECT gone.*, :after + row_number() OVER ()
    FROM json_to_recordset(CAST(:rows AS json)) AS gone (document_id uuid, edition integer)
    ON CONFLICT (document_id) DO UPDATE SET
        withdrawn_upto = greatest(entry.withdrawn_upto, excluded.withdrawn_upto), change = excluded.change
    RETURNING document_id, edition <= withdrawn_upto AS gone
"""

ERASE = f"""
    UPDATE entry SET {", ".join(f"{name} = NULL" for name in NAMES.split(", ")[1:])}
    WHERE document_id = ANY(:ids)
"""  # noqa: S608 the same.

HOLD = """
    UPDATE entry SET validity = said.validity, change = :after + said.place
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (place integer, document_id uuid, edition integer, validity text)
    WHERE entry.document_id = said.document_id AND entry.edition = said.edition
"""

# By the day alone; what was repealed or modified stays so, and what lapsed has lapsed.
REDATE = """
    UPDATE entry SET validity = due.validity, change = :after + due.place
    FROM (SELECT document_id, row_number() OVER () AS place,
              CASE WHEN lapses_on <= :today THEN 'lapsed' ELSE 'in-force' END AS validity
          FROM entry WHERE document_id = ANY(:ids)) AS due
    WHERE entry.document_id = due.document_id
"""

DUE = """
    SELECT document_id FROM entry WHERE (validity = 'not-yet' AND effective_on <= :today)
        OR (validity IN ('not-yet', 'in-force', 'modified') AND lapses_on <= :today)
"""

STANDS = "SELECT number AS timeline, change FROM shared.timeline, latest"

CHANGED = f"""
    SELECT {NAMES}, change FROM entry WHERE change > :after ORDER BY change LIMIT :limit
"""  # noqa: S608 the same.


@dataclass(frozen=True)
class Found:
    """An edition with its text, ready to be kept; `unread` names the files that gave none, and why."""

    entry: Entry
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What an index does not have yet, and where it stands when it has."""

    entries: Sequence[Entry]
    removed: Sequence[UUID]
    upto: int

    def __len__(self) -> int:
        return len(self.entries) + len(self.removed)


async def keep(unit: Transaction, found: Sequence[Found]) -> None:
    """From now on they are found."""
    rows = [{**vars(one.entry), "unread": list(one.unread)} for one in found]
    await unit.run(KEEP, {"after": await _take(unit, len(rows)), "rows": packed(rows)})


async def forget(unit: Transaction, events: Sequence[Event[DocumentWithdrawn]]) -> None:
    """Nothing of them is found any more, nor kept; an edition that is still under way will not be either."""
    rows = [{"document_id": event.data.document_id, "edition": event.data.edition} for event in events]
    done = await unit.run(FORGET, {"after": await _take(unit, len(rows)), "rows": packed(rows)})
    await unit.run(ERASE, {"ids": [row.document_id for row in done if row.gone]})


async def hold(unit: Transaction, events: Sequence[Event[ValidityChanged]]) -> None:
    """Whether they hold has changed; of several words about one edition the last is true."""
    said = {event.data.document_id: event.data for event in events}
    rows = [
        {"place": place, "document_id": one.document_id, "edition": one.edition, "validity": one.validity}
        for place, one in enumerate(said.values(), 1)
    ]
    await unit.run(HOLD, {"after": await _take(unit, len(rows)), "rows": packed(rows)})


async def redate(database: Database, today: date) -> int:
    """What takes effect or lapses by its own dates does so today, whether anybody announces it or not."""
    if not await database.look(DUE, {"today": today}):
        return 0
    async with database.transaction() as unit:
        await _take(unit, 0)  # Nobody else writes from here on: what is due is due.
        due = [row.document_id for row in await unit.run(DUE, {"today": today})]
        after = await _take(unit, len(due))
        await unit.run(REDATE, {"after": after, "ids": due, "today": today})
    return len(due)


async def stands(database: Database) -> Mark:
    """How far the record has come."""
    [row] = await database.look(STANDS)
    return Mark(row.timeline, row.change)


async def changes(database: Database, after: int, limit: int) -> Changes:
    """The next ones after this, in their order; of each document only how it stands now."""
    rows = await database.look(CHANGED, {"after": after, "limit": limit})
    return Changes(
        [_entry(row) for row in rows if row.edition is not None],
        [row.document_id for row in rows if row.edition is None],
        rows[-1].change if rows else after,
    )


async def _take(unit: Transaction, count: int) -> int:
    return int((await unit.run(TAKE, {"count": count})).scalar_one())


_FIELDS = [one.name for one in fields(Entry)]


def _entry(row: Row[Any]) -> Entry:
    said = {name: row._mapping[name] for name in _FIELDS}
    said |= {"joint_with": tuple(row.joint_with), "keywords": tuple(row.keywords)}
    return Entry(**{**said, "published_at": row.published_at.astimezone(UTC)})
