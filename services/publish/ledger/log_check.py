"""Walks the transparency ledger from end to end beside the catalogue: what was changed, and where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio.to_thread
from joserfc.jwk import OKPKey
from sqlalchemy import Row

from shared import merkle
from shared.checkpoints import Checkpoint
from shared.db import Database, Transaction
from shared.merkle import Node
from shared.proofs import leaf_hash
from shared.tampering import Fault, Verified, Wrong
from shared.witnesses import Witnesses, read

from .log import LOG, SIZE

Told = Callable[[int, int], None]
"""Called with how many positions were walked, and how many there are."""


async def check(
    database: Database,
    pinned: Mapping[str, OKPKey],
    files: Sequence[Path] = (),
    *,
    batch: int = 1000,
    grace: timedelta = timedelta(seconds=60),
    told: Told = lambda _done, _of: None,
) -> Verified:
    """Compare entries, tree, heads and catalogue, as they all were at one moment; nothing is written."""
    lines = await anyio.to_thread.run_sync(read, files)
    async with database.transaction() as unit:
        await unit.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await unit.run("SET LOCAL statement_timeout = '10min'")
        witnesses = Witnesses(LOG.name, pinned)
        await witnesses.hear(unit, lines)
        found = Verified(checkpoints=witnesses.counts, faults=witnesses.faults)
        signed = witnesses.since(1)
        await _walk(unit, signed, batch, told, found)
        await _tree(unit, found)
        if (last := max(signed, default=0)) > found.position:
            cut = Fault(Wrong.TAIL_CUT, found.position + 1, until=last, expected=signed[last].hash)
            found.faults.append(cut)
        await _past_the_log(unit, found)
        await _shown(unit, found)
        await _waiting(unit, grace, found)
    return found


# --- the leaves

PAGE = """
    SELECT position, leaf_hash, entry FROM log_leaf WHERE position > :after ORDER BY position LIMIT :batch
"""

# By its documents, so that each row is found by its key.
SAYS = "SELECT document_id, edition, withdrawal, entry FROM log_says WHERE document_id = ANY(:documents)"


@dataclass
class _Step:
    """Where the walk stands."""

    size: int = 0
    peaks: dict[Node, bytes] | None = field(default_factory=dict)
    """The complete subtrees so far; None behind a gap: what was there is not known."""
    agreed: int = 0
    """The last head that agreed."""
    agrees: bool = True


async def _walk(
    unit: Transaction, signed: Mapping[int, Checkpoint], batch: int, told: Told, found: Verified
) -> None:
    step, end = _Step(), (await unit.run(SIZE)).scalar_one()
    while page := (await unit.run(PAGE, {"after": found.position, "batch": batch})).all():
        says = await _says(unit, page)
        for row in page:
            _stands_there(row, step, found)
            _is_what_the_catalogue_says(row, says.get(_key(row.entry)), found)
            if row.position in signed:
                _is_what_was_signed(signed[row.position], step, found)
        found.rows += len(page)
        found.position = page[-1].position
        told(found.position, end)
    if step.peaks is not None:
        found.head = merkle.root(step.peaks, 0, step.size).hex()


def _stands_there(row: Row[Any], step: _Step, found: Verified) -> None:
    """Whether the leaf is at the next position, and is the hash of its entry."""
    if row.position != step.size + 1:
        found.faults.append(Fault(Wrong.SEAL_REMOVED, step.size + 1, until=row.position - 1))
        step.peaks = None
    if (expected := leaf_hash(row.entry).hex()) != row.leaf_hash:
        record = UUID(row.entry["document_id"])
        found.faults.append(
            Fault(Wrong.SEAL_BROKEN, row.position, record=record, expected=row.leaf_hash, found=expected)
        )
    if step.peaks is not None:
        leaf = bytes.fromhex(row.leaf_hash)
        known = step.peaks | {(0, step.size): leaf} | merkle.grown(step.peaks, step.size, [leaf])
        step.peaks = {node: known[node] for node in merkle.complete(0, step.size + 1)}
    step.size = row.position


Key = tuple[str, int, bool]


def _key(entry: Mapping[str, Any]) -> Key:
    return entry["document_id"], entry["edition"], entry["what"] == "withdrawn"


async def _says(unit: Transaction, page: Sequence[Row[Any]]) -> dict[Key, Mapping[str, Any]]:
    """What the catalogue says now about the documents of these leaves."""
    documents = list({UUID(row.entry["document_id"]) for row in page})
    rows = await unit.run(SAYS, {"documents": documents})
    return {(str(row.document_id), row.edition, row.withdrawal): row.entry for row in rows}


def _is_what_the_catalogue_says(row: Row[Any], says: Mapping[str, Any] | None, found: Verified) -> None:
    if says == row.entry:
        return
    record = UUID(row.entry["document_id"])
    if says is None:
        fault = Fault(Wrong.ROW_REMOVED, row.position, record=record, expected=row.leaf_hash)
    else:
        now = leaf_hash(says).hex()
        different = ", ".join(sorted(name for name in row.entry if row.entry[name] != says.get(name)))
        fault = Fault(Wrong.ROW_ALTERED, row.position, None, record, row.leaf_hash, now, different)
    found.faults.append(fault)


def _is_what_was_signed(signed: Checkpoint, step: _Step, found: Verified) -> None:
    """Whether the tree is the one that was signed; said once, where it first is not."""
    if step.peaks is None:
        return
    root = merkle.root(step.peaks, 0, step.size).hex()
    agrees = root == signed.hash
    if not agrees and step.agrees:
        found.faults.append(
            Fault(Wrong.REWRITTEN, step.agreed + 1, until=step.size, expected=signed.hash, found=root)
        )
    step.agrees = agrees
    step.agreed = step.size if agrees else step.agreed


# --- the nodes above them, from which proofs are made

WRONG_NODES = r"""
    WITH node AS (
        SELECT level, number, decode(hash, 'hex') AS hash FROM log_node
        UNION ALL SELECT 0, position - 1, decode(leaf_hash, 'hex') FROM log_leaf),
    hashed AS (
        SELECT above.level, above.number, above.hash,
               encode(sha256('\x01'\:\:bytea || l.hash || r.hash), 'hex') AS expected
        FROM log_node above
        LEFT JOIN node l ON l.level = above.level - 1 AND l.number = 2 * above.number
        LEFT JOIN node r ON r.level = above.level - 1 AND r.number = 2 * above.number + 1)
    SELECT * FROM hashed WHERE hash IS DISTINCT FROM expected ORDER BY level, number LIMIT 1000
"""

MISSING_NODES = """
    SELECT at.level, wanted.number
    FROM generate_series(1, 62) AS at (level),
        LATERAL (SELECT CAST(:size AS bigint) >> at.level AS count) AS full_ones,
        LATERAL (SELECT count(*) AS count FROM log_node WHERE log_node.level = at.level) AS there,
        LATERAL (SELECT number FROM generate_series(0, full_ones.count - 1) AS one (number)
                 WHERE there.count < full_ones.count) AS wanted
    WHERE NOT EXISTS (SELECT FROM log_node
                      WHERE log_node.level = at.level AND log_node.number = wanted.number)
    ORDER BY at.level, wanted.number LIMIT 1000
"""


async def _tree(unit: Transaction, found: Verified) -> None:
    """Whether each node is the hash over its two children, and none is missing."""
    for row in await unit.run(WRONG_NODES):
        found.faults.append(_node(row.level, row.number, row.expected or "", row.hash))
    for row in await unit.run(MISSING_NODES, {"size": found.position}):
        found.faults.append(_node(row.level, row.number, "", ""))


def _node(level: int, number: int, expected: str, hash_: str) -> Fault:
    first, last = (number << level) + 1, (number + 1) << level
    where = f"log_node {level}/{number}"
    return Fault(Wrong.TREE_BROKEN, first, last, expected=expected, found=hash_, where=where)


# --- what is not in the log

PAST = """
    SELECT document_id, edition, withdrawal FROM log_says says
    WHERE NOT EXISTS (SELECT FROM log_leaf WHERE entry ->> 'document_id' = CAST(says.document_id AS text)
                      AND CAST(entry ->> 'edition' AS integer) = says.edition
                      AND (entry ->> 'what' = 'withdrawn') = says.withdrawal)
      AND NOT EXISTS (SELECT FROM log_queue WHERE log_queue.entry = says.entry)
    ORDER BY document_id, edition
"""

# The two columns by which the public is shown a document or not; both follow from what was announced.
STANDINGS = """
    WITH said AS MATERIALIZED (
        SELECT CAST(entry ->> 'document_id' AS uuid) AS id, max(CAST(entry ->> 'edition' AS integer)) AS upto
        FROM (SELECT entry FROM log_leaf UNION ALL SELECT entry FROM log_queue) AS every
        WHERE entry ->> 'what' = 'withdrawn' GROUP BY 1),
    left_over AS (
        SELECT document_id AS id, max(edition) AS public FROM edition LEFT JOIN said ON said.id = document_id
        WHERE edition > coalesce(upto, 0) GROUP BY 1)
    SELECT id, coalesce(upto, 0) AS upto, public, withdrawn_upto, current_edition
    FROM document LEFT JOIN said USING (id) LEFT JOIN left_over USING (id)
    WHERE withdrawn_upto <> coalesce(upto, 0) OR current_edition IS DISTINCT FROM public
    ORDER BY id
"""

WAITING = "SELECT count(*) AS waiting, min(queued_at) < now() - :grace AS late FROM log_queue"


async def _past_the_log(unit: Transaction, found: Verified) -> None:
    for row in await unit.run(PAST):
        where = "withdrawal" if row.withdrawal else "edition"
        found.faults.append(
            Fault(Wrong.ROW_UNSEALED, record=row.document_id, found=str(row.edition), where=where)
        )


async def _shown(unit: Transaction, found: Verified) -> None:
    """Whether what is withdrawn is shown again, or what is public is not."""
    for row in await unit.run(STANDINGS):
        expected = f"withdrawn_upto {row.upto}, current_edition {row.public}"
        now = f"withdrawn_upto {row.withdrawn_upto}, current_edition {row.current_edition}"
        fault = Fault(Wrong.STANDING_ALTERED, record=row.id, expected=expected, found=now, where="document")
        found.faults.append(fault)


async def _waiting(unit: Transaction, grace: timedelta, found: Verified) -> None:
    queue = (await unit.run(WAITING, {"grace": grace})).one()
    found.waiting = queue.waiting
    if queue.late:
        found.faults.append(Fault(Wrong.SEALING_STOPPED, found=str(found.waiting)))
