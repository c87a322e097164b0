"""The transparency ledger: a Merkle log of all that became public and of all that was taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import merkle
from shared.db import Database, Transaction
from shared.ledger import TAKE_TURN
from shared.merkle import Node, Span
from shared.proofs import leaf_hash
from shared.rows import packed

TAKE = """
    DELETE FROM log_queue WHERE id IN (SELECT id FROM log_queue ORDER BY id LIMIT :batch)
    RETURNING id, entry
"""

SIZE = "SELECT coalesce(max(position), 0) FROM log_leaf"

ENTER = """
    INSERT INTO log_leaf (position, leaf_hash, entry)
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS new (position bigint, leaf_hash text, entry jsonb)
"""

KEEP = """
    INSERT INTO log_node (level, number, hash)
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS new (level integer, number bigint, hash text)
"""

NODES = """
    SELECT level, number, hash
    FROM unnest(CAST(:levels AS integer[]), CAST(:numbers AS bigint[])) AS asked (level, number)
    JOIN log_node USING (level, number)
    UNION ALL
    SELECT 0, position - 1, leaf_hash FROM log_leaf WHERE position = ANY(:positions)
"""


@dataclass(frozen=True)
class Log:
    """Publish's ledger as its sealer knows it: what is queued goes in, the root stands for all of it."""

    name: str

    async def seal(self, database: Database, batch: int) -> int:
        """Give the next positions in the log to at most `batch` queued entries; how many got one.

        Entry, leaf and nodes are one transaction: who is killed in it leaves the queue as it was.
        """
        async with database.transaction() as unit:
            if not (await unit.run(TAKE_TURN)).scalar():
                return 0
            queued = sorted((await unit.run(TAKE, {"batch": batch})).all(), key=lambda row: int(row.id))
            if queued:
                await _append(unit, [row.entry for row in queued])
        return len(queued)

    async def standing(self, unit: Transaction) -> tuple[int, str] | None:
        """The size of the tree and its root; None while it is empty."""
        size = (await unit.run(SIZE)).scalar_one()
        [root] = await hashes(unit, [(0, size)])
        return (size, root.hex()) if size else None


LOG = Log("publish")


async def _append(unit: Transaction, entries: Sequence[Mapping[str, Any]]) -> None:
    size = (await unit.run(SIZE)).scalar_one()
    leaves = [leaf_hash(entry) for entry in entries]
    rows = [
        {"position": position, "leaf_hash": leaf.hex(), "entry": entry}
        for position, (leaf, entry) in enumerate(zip(leaves, entries, strict=True), size + 1)
    ]
    await unit.run(ENTER, {"rows": packed(rows)})
    made = merkle.grown(await nodes(unit, merkle.complete(0, size)), size, leaves)
    kept = [
        {"level": level, "number": number, "hash": value.hex()} for (level, number), value in made.items()
    ]
    await unit.run(KEEP, {"rows": packed(kept)})


async def hashes(unit: Transaction, spans: Sequence[Span]) -> list[bytes]:
    """The hash over each span of the leaves, from the stored subtrees: one query for all of them."""
    known = await nodes(unit, {node for span in spans for node in merkle.complete(*span)})
    return [merkle.root(known, *span) for span in spans]


async def nodes(unit: Transaction, wanted: Collection[Node]) -> dict[Node, bytes]:
    """Those of the wanted nodes that are there."""
    above = [node for node in wanted if node[0]]
    asked = {
        "levels": [level for level, _ in above],
        "numbers": [number for _, number in above],
        "positions": [number + 1 for level, number in wanted if not level],
    }
    return {(row.level, row.number): bytes.fromhex(row.hash) for row in await unit.run(NODES, asked)}
