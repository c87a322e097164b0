"""A hash chain over records that nobody may change; they are sealed into it after their commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, RowMapping

from .clock import now
from .db import Database, Transaction
from .rows import packed

NOTHING = "0" * 64
"""The hash before the first one."""

LEDGER_V1 = """
CREATE TABLE unsealed (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    kind text NOT NULL,
    record uuid NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE unsealed IS 'What was written and is not in the ledger yet; the sealer moves it on.';

CREATE TABLE ledger (
    position bigint PRIMARY KEY,
    record uuid NOT NULL UNIQUE,
    kind text NOT NULL,
    row_sha256 text NOT NULL,
    hash text NOT NULL,
    sealed_at timestamptz NOT NULL);
COMMENT ON TABLE ledger IS 'A hash chain over records; never changed, never removed.';

CREATE TABLE ledger_checkpoint (
    position bigint PRIMARY KEY,
    hash text NOT NULL,
    at timestamptz NOT NULL,
    signature text NOT NULL);
COMMENT ON TABLE ledger_checkpoint IS 'The chain''s hash at a position, signed; copies are kept elsewhere.';

CREATE FUNCTION to_be_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO unsealed (kind, record) VALUES (TG_ARGV[0], NEW.id);
        RETURN NULL;
    END $$;
"""


@dataclass(frozen=True)
class Kind:
    """A kind of record: its table, and the columns of it that are hashed.

    A column that is added later begins a new kind: what was sealed under the old one stays provable.
    """

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """A service's ledger and the kinds of records in it."""

    name: str
    kinds: Mapping[str, Kind]

    async def seal(self, database: Database, batch: int) -> int:
        """Seal at most `batch` of what is queued; how many were."""
        return await seal(database, self, batch)

    async def standing(self, unit: Transaction) -> tuple[int, str] | None:
        """The last position and its hash; None when nothing is sealed."""
        last = (await unit.run(LAST)).first()
        return (last.position, last.hash) if last else None


# One sealer at a time, and another goes without waiting. In a statement of its own: the next one then sees
# all that the sealer before us did.
TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.ledger'))"

TAKE = """
    DELETE FROM unsealed WHERE id IN (SELECT id FROM unsealed ORDER BY id LIMIT :batch)
    RETURNING id, kind, record
"""

LAST = "SELECT position, hash FROM ledger ORDER BY position DESC LIMIT 1"

SEAL = """
    INSERT INTO ledger (position, record, kind, row_sha256, hash, sealed_at)
    SELECT * FROM json_to_recordset(CAST(:rows AS json))
        AS sealed (position bigint, record uuid, kind text, row_sha256 text, hash text, sealed_at timestamptz)
"""


async def seal(database: Database, chain: Chain, batch: int = 500) -> int:
    """Give the next positions in the chain to at most `batch` queued records; how many got one."""
    async with database.transaction() as unit:
        if not (await unit.run(TAKE_TURN)).scalar():
            return 0
        queued = sorted((await unit.run(TAKE, {"batch": batch})).all(), key=lambda row: int(row.id))
        if not queued:
            return 0
        last = (await unit.run(LAST)).first()
        hashes = await row_hashes(unit, chain, [(row.kind, row.record) for row in queued])
        await unit.run(SEAL, {"rows": packed(_linked(queued, hashes, last))})
    return len(queued)


def _linked(
    queued: Sequence[Row[Any]], hashes: Mapping[UUID, str], last: Row[Any] | None
) -> list[dict[str, Any]]:
    position, previous, at = (last.position, last.hash, now()) if last else (0, NOTHING, now())
    rows = []
    for row in queued:
        position += 1
        row_sha256 = hashes.get(row.record, NOTHING)  # Gone before it was sealed: the check will say so.
        previous = link(previous, position, row.kind, row.record, row_sha256, at)
        sealed = {"record": row.record, "kind": row.kind, "row_sha256": row_sha256, "sealed_at": at}
        rows.append({**sealed, "position": position, "hash": previous})
    return rows


def link(previous: str, position: int, kind: str, record: UUID, row_sha256: str, sealed_at: datetime) -> str:
    """The hash at a position: over the one before it and everything that the ledger says there."""
    said = (previous, position, kind, record, row_sha256, sealed_at.astimezone(UTC).isoformat())
    return sha256("|".join(map(str, said)).encode()).hexdigest()


async def row_hashes(unit: Transaction, chain: Chain, records: Sequence[tuple[str, UUID]]) -> dict[UUID, str]:
    """The hash of each record's row as it is now; a record that is not there has none."""
    hashes = {}
    for name, kind in chain.kinds.items():
        ids = [record for of, record in records if of == name]
        which = f"SELECT {', '.join(kind.columns)} FROM {kind.table} WHERE id = ANY(:ids)"  # noqa: S608 ours.
        for row in await unit.run(which, {"ids": ids}):
            hashes[row.id] = sha256(canonical(row._mapping)).hexdigest()
    return hashes


def canonical(row: RowMapping) -> bytes:
    """The bytes of a row that are hashed: JSON, names sorted, times in UTC, NULLs kept."""
    said = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in row.items()
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
