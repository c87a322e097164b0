"""What the transparency ledger can prove to whoever asks: read from the record, signed before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from shared import merkle
from shared.db import Transaction
from shared.merkle import Span
from shared.problems import Conflict, NotFound, Problem
from shared.proofs import Asked, Consistency, Entry, FirstHead, Proof, Proved

from .log import hashes

MOST = 500
"""Entries in one proof: far more than a document ever has."""

HEAD = """
    SELECT position, hash, at, signature FROM ledger_checkpoint ORDER BY position DESC LIMIT 1
"""

FIRST_HEADS = """
    SELECT asked.position AS of, head.position, head.signature
    FROM unnest(CAST(:positions AS bigint[])) AS asked (position), LATERAL (
        SELECT position, signature FROM ledger_checkpoint
        WHERE position >= asked.position ORDER BY position LIMIT 1) AS head
"""

ENTRIES = """
    SELECT position, leaf_hash, entry FROM log_leaf
    WHERE position BETWEEN :first AND :last ORDER BY position
"""

# Materialized: found by its key first, and never by walking the whole log in its order.
OF_DOCUMENT = """
    WITH about AS MATERIALIZED (
        SELECT position, entry FROM log_leaf
        WHERE entry ->> 'document_id' = :document
          AND (CAST(:edition AS integer) IS NULL OR CAST(entry ->> 'edition' AS integer) = :edition
               OR (entry ->> 'what' = 'withdrawn' AND CAST(entry ->> 'edition' AS integer) > :edition)))
    SELECT position, entry FROM about ORDER BY position LIMIT :most
"""

# Everything about the documents that have it: what was taken back is said even to one who asks for a file.
OF_CONTENT = """
    WITH about AS MATERIALIZED (
        SELECT position, entry FROM log_leaf WHERE entry ->> 'document_id' = ANY(ARRAY(
            SELECT entry ->> 'document_id' FROM log_leaf WHERE entry ->> 'content_sha256' = :sha256
            UNION
            SELECT entry ->> 'document_id' FROM log_leaf
            WHERE entry -> 'files' @> to_jsonb(CAST(:sha256 AS text)))))
    SELECT position, entry FROM about ORDER BY position LIMIT :most
"""

IN_CATALOGUE = """
    SELECT 1 FROM log_says WHERE document_id = CAST(:document AS uuid)
      AND (CAST(:edition AS integer) IS NULL OR edition = :edition)
    UNION ALL
    SELECT 1 FROM edition WHERE content_sha256 = :sha256
    UNION ALL
    SELECT 1 FROM edition
    WHERE files @> jsonb_build_array(jsonb_build_object('sha256', CAST(:sha256 AS text)))
    LIMIT 1
"""


class Empty(NotFound):
    """Nothing has been entered into the ledger yet."""

    code = "ledger-empty"
    zh = "公开台账中还没有记录。"


class NotSealedYet(Conflict):
    """It is in the catalogue, and the next signed head of the ledger will have it: ask again in a minute."""

    code = "not-sealed-yet"
    zh = "该信息已经公开，尚待记入公开台账，请一分钟后再查。"


class TooMuch(Problem):
    """This is in very many documents: name the one that is meant."""

    status = 422
    code = "too-much"
    zh = "有很多信息包含这一内容，请指明是哪一条信息。"


class NoSuchTree(Problem):
    """The signed ledger has no such sizes: first must be at least 1, and not above second."""

    status = 422
    code = "no-such-tree"
    zh = "签名的公开台账没有这样的长度。"


@dataclass(frozen=True)
class Sealed:
    """One entry, and its place."""

    position: int
    entry: Mapping[str, Any]


async def head(unit: Transaction) -> Row[Any]:
    """The latest signed head; raises Empty."""
    row = (await unit.run(HEAD)).first()
    if row is None:
        raise Empty
    return row


async def entries(unit: Transaction, first: int, limit: int) -> Sequence[Row[Any]]:
    """What the signed ledger has from a position on."""
    last = min((await head(unit)).position, first + limit - 1)
    return (await unit.run(ENTRIES, {"first": first, "last": last})).all()


async def consistency(unit: Transaction, first: int, second: int | None) -> Consistency:
    """That the ledger of one size is the beginning of the other; raises NoSuchTree."""
    size = (await head(unit)).position
    second = size if second is None else second
    if not first <= second <= size:
        raise NoSuchTree(first=first, second=second, size=size)
    path = await hashes(unit, merkle.consistency(first, second))
    return Consistency(first=first, path=[one.hex() for one in path])


async def proof(unit: Transaction, asked: Asked, since: int | None = None) -> Proof:
    """All that the signed ledger says about it, each with its path; raises NotFound and NotSealedYet."""
    latest = await head(unit)
    found = await _found(unit, asked, latest.position)
    first_heads = await unit.run(FIRST_HEADS, {"positions": [one.position for one in found]})
    heads = {row.of: row for row in first_heads}
    spans = [list(_spans(one.position, latest.position, heads[one.position].position)) for one in found]
    paths = await _paths(unit, [part for pair in spans for part in pair])
    return Proof(
        asked=asked,
        head=latest.signature,
        entries=[
            Proved(
                position=one.position,
                entry=Entry.model_validate(one.entry),
                path=paths[2 * number],
                first=FirstHead(head=heads[one.position].signature, path=paths[2 * number + 1]),
            )
            for number, one in enumerate(found)
        ],
        consistency=await consistency(unit, since, latest.position) if since else None,
    )


def _spans(position: int, *sizes: int) -> Iterator[list[Span]]:
    for size in sizes:
        yield merkle.inclusion(position - 1, size)


async def _paths(unit: Transaction, wanted: Sequence[Sequence[Span]]) -> list[list[str]]:
    """The hashes of several paths, read at once."""
    every = iter(await hashes(unit, [span for spans in wanted for span in spans]))
    return [[next(every).hex() for _ in spans] for spans in wanted]


async def _found(unit: Transaction, asked: Asked, size: int) -> list[Sealed]:
    named = {"document": asked.document, "edition": asked.edition, "sha256": asked.sha256, "most": MOST + 1}
    rows = (await unit.run(OF_DOCUMENT if asked.document else OF_CONTENT, named)).all()
    if len(rows) > MOST:
        raise TooMuch
    found = [Sealed(row.position, row.entry) for row in rows if row.position <= size]
    if not found:
        raise NotSealedYet if rows or (await unit.run(IN_CATALOGUE, named)).first() else NotFound
    return found
