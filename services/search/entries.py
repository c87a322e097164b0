"""The story of what can be found: kept while it is public, forgotten when it is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts import DocumentWithdrawn, Event
from shared.db import Database, Transaction
from shared.rows import packed

from .index import Entry, Mark

# Taken first by whoever writes: changes commit in their order, so no index ever steps over one.
TAKE = "UPDATE latest SET change = change + :count RETURNING change - :count"

COLUMNS = """
    document_id uuid, edition integer, content_sha256 text, index_no text, title text, doc_no text,
    department text, joint_with text[], kind text, theme text, created_on date, published_at timestamptz,
    text text, unread text[]
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
    said["joint_with"], said["published_at"] = tuple(row.joint_with), row.published_at.astimezone(UTC)
    return Entry(**said)
