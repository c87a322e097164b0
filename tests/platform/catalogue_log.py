"""A small catalogue with its transparency ledger, and everything that its owner might do to it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from joserfc.jwk import OKPKey

from services.publish.ledger.log_check import check
from services.publish.ledger.log_reading import proof
from shared import merkle
from shared.checkpoints import Checkpoint, Sealer, sign
from shared.clock import new_id, now
from shared.db import Database
from shared.proofs import Asked, Proof, leaf_hash
from shared.tampering import Verified, Wrong

DOCUMENTS = """
    INSERT INTO document (id, index_no)
    SELECT id, 'X/2026-' || id FROM unnest(CAST(:ids AS uuid[])) AS new (id) ON CONFLICT (id) DO NOTHING
"""

EDITIONS = """
    INSERT INTO edition (document_id, edition, title, kind, theme, department, joint_with, created_on,
                         content_sha256, files, approval_id, approval, approved_by, published_at)
    SELECT id, :edition, '通知', 'notice', '02.01', 'archive', '{}', current_date,
           encode(sha256(convert_to(id || ':' || :edition, 'UTF8')), 'hex'),
           jsonb_build_array(jsonb_build_object(
               'sha256', encode(sha256(convert_to('file ' || id, 'UTF8')), 'hex'))),
           gen_random_uuid(), '', 'cao.zhiyuan', :at
    FROM unnest(CAST(:ids AS uuid[])) AS new (id)
"""

SHOW = """
    UPDATE document SET current_edition = :edition, last_published_at = now() WHERE id = ANY(:ids)
"""

WITHDRAWALS = """
    INSERT INTO withdrawal (id, document_id, edition, kind, reason, note, officer, withdrawn_at)
    VALUES (:id, :document, :edition, 'withdrawn', 'inaccurate', '', 'cao.zhiyuan', :at)
"""

HIDE = "UPDATE document SET withdrawn_upto = :edition, current_edition = NULL WHERE id = :document"


@dataclass
class Catalogue:
    """What is public, the ledger about it, and whoever would like to have it otherwise."""

    database: Database
    url: str
    sealer: Sealer
    pinned: dict[str, OKPKey]
    ids: list[UUID] = field(default_factory=list)

    async def publish(self, count: int = 1, edition: int = 1, ids: list[UUID] | None = None) -> list[UUID]:
        """So many new documents, or the next edition of some, in one transaction."""
        ids = ids or [new_id() for _ in range(count)]
        self.ids += [one for one in ids if one not in self.ids[-2000:]]
        async with self.database.transaction() as unit:
            await unit.run(DOCUMENTS, {"ids": ids})
            await unit.run(EDITIONS, {"ids": ids, "edition": edition, "at": now()})
            await unit.run(SHOW, {"ids": ids, "edition": edition})
        return ids

    async def withdraw(self, document: UUID, edition: int = 1) -> None:
        async with self.database.transaction() as unit:
            said = {"id": new_id(), "document": document, "edition": edition, "at": now()}
            await unit.run(WITHDRAWALS, said)
            await unit.run(HIDE, {"document": document, "edition": edition})

    async def seal(self) -> None:
        """Until nothing waits."""
        while await self.sealer.work():
            pass

    async def proof(self, document: UUID | None = None, since: int | None = None, **asked: Any) -> Proof:
        async with self.database.transaction() as unit:
            about = Asked(document=str(document) if document else None, **asked)
            return await proof(unit, about, since)

    async def checked(self, **more: Any) -> Verified:
        return await check(self.database, self.pinned, [self.sealer.file], batch=4, **more)

    async def faults(self, **more: Any) -> list[tuple[Wrong, int | None]]:
        return [(fault.wrong, fault.position) for fault in (await self.checked(**more)).faults]

    def tamper(self, statement: str, *values: Any) -> None:
        """As the owner of the database, who may do anything and fires no trigger."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET search_path = publish")
            connection.execute(statement.encode(), values or None)

    def regrow(self) -> None:
        """What a skilled owner does: hash every entry anew, and the whole tree over them."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            connection.execute("SET search_path = publish")
            rows = connection.execute("SELECT position, entry FROM log_leaf ORDER BY position").fetchall()
            leaves = [leaf_hash(entry) for _, entry in rows]
            for (position, _), leaf in zip(rows, leaves, strict=True):
                connection.execute(
                    "UPDATE log_leaf SET leaf_hash = %s WHERE position = %s", [leaf.hex(), position]
                )
            connection.execute("DELETE FROM log_node")
            for (level, number), value in merkle.grown({}, 0, leaves).items():
                connection.execute("INSERT INTO log_node VALUES (%s, %s, %s)", [level, number, value.hex()])


# --- each way of having it otherwise; below, what is said about it

Tampering = Callable[[Catalogue], None]

ALTER = """
    UPDATE log_leaf SET entry = jsonb_set(entry, '{at}', '"2026-01-01T00:00:00.000000Z"') WHERE position = 3
"""

BACKDATE = """
    UPDATE edition SET published_at = '2026-01-01T00:00:00Z' FROM log_leaf
    WHERE position = 3 AND document_id = CAST(entry ->> 'document_id' AS uuid) AND edition.edition = 1
"""

OF_8 = "(SELECT CAST(entry ->> 'document_id' AS uuid) FROM log_leaf WHERE position = 8)"


def entry_altered(one: Catalogue) -> None:
    one.tamper(ALTER)


def entry_and_leaf_altered(one: Catalogue) -> None:
    """The node above still has the old leaf in it."""
    one.tamper(ALTER)
    one.tamper(
        "UPDATE log_leaf SET leaf_hash = encode(sha256(convert_to('x', 'UTF8')), 'hex') WHERE position = 3"
    )


def entry_removed(one: Catalogue) -> None:
    one.tamper("DELETE FROM log_leaf WHERE position = 5")


def removed_and_closed_up(one: Catalogue) -> None:
    """Out of the catalogue too, the others close up, and everything is hashed anew."""
    one.tamper(
        "DELETE FROM edition USING log_leaf"
        " WHERE position = 5 AND document_id = CAST(entry ->> 'document_id' AS uuid)"
    )
    one.tamper(
        "DELETE FROM document USING log_leaf"
        " WHERE position = 5 AND id = CAST(entry ->> 'document_id' AS uuid)"
    )
    one.tamper("DELETE FROM log_leaf WHERE position = 5")
    one.tamper("UPDATE log_leaf SET position = 1 - position WHERE position > 5")
    one.tamper("UPDATE log_leaf SET position = -position WHERE position < 0")
    one.regrow()


def entry_inserted(one: Catalogue) -> None:
    """Before the sixth: what comes after makes room, and the tree is grown anew."""
    one.tamper("UPDATE log_leaf SET position = -position WHERE position > 5")
    one.tamper("UPDATE log_leaf SET position = 1 - position WHERE position < 0")
    one.tamper(
        "INSERT INTO log_leaf SELECT 6, leaf_hash, jsonb_set(entry, '{document_id}',"
        " '\"01a00000-0000-7000-8000-000000000000\"') FROM log_leaf WHERE position = 5"
    )
    one.regrow()


def entries_exchanged(one: Catalogue) -> None:
    one.tamper("UPDATE log_leaf SET position = -position WHERE position IN (2, 7)")
    one.tamper("UPDATE log_leaf SET position = CASE position WHEN -2 THEN 7 ELSE 2 END WHERE position < 0")
    one.regrow()


def tail_cut(one: Catalogue) -> None:
    """The withdrawal at 10 is made undone everywhere: log, tree, heads, catalogue."""
    one.tamper("DELETE FROM log_leaf WHERE position > 9")
    one.tamper("DELETE FROM ledger_checkpoint WHERE position > 8")
    one.tamper("DELETE FROM withdrawal WHERE edition = 2")
    one.tamper("UPDATE document SET withdrawn_upto = 0, current_edition = 2 WHERE withdrawn_upto = 2")
    one.regrow()


def rewritten(one: Catalogue) -> None:
    """Backdated in the catalogue as in the log, and everything hashed anew."""
    one.tamper(BACKDATE)
    one.tamper(ALTER)
    one.regrow()


def node_changed(one: Catalogue) -> None:
    one.tamper("UPDATE log_node SET hash = repeat('a', 64) WHERE level = 1 AND number = 2")


def node_removed(one: Catalogue) -> None:
    one.tamper("DELETE FROM log_node WHERE level = 2 AND number = 1")


def head_forged(one: Catalogue) -> None:
    """Signed, and by a key that is not the ledger's."""
    stranger = OKPKey.generate_key("Ed25519")
    stranger.ensure_kid()
    token = sign(Checkpoint(ledger="publish", position=8, hash="d" * 64, at=now()), stranger)
    one.tamper(
        "UPDATE ledger_checkpoint SET signature = %s, hash = repeat('d', 64) WHERE position = 8", token
    )


def head_changed(one: Catalogue) -> None:
    one.tamper("UPDATE ledger_checkpoint SET at = at - interval '1 day' WHERE position = 4")


def older_head_replayed(one: Catalogue) -> None:
    """The latest heads are taken away, so that an older one is shown as the latest."""
    one.tamper("DELETE FROM ledger_checkpoint WHERE position > 4")


def catalogue_altered(one: Catalogue) -> None:
    one.tamper(BACKDATE)


def content_exchanged(one: Catalogue) -> None:
    one.tamper(
        "UPDATE edition SET content_sha256 = repeat('e', 64) FROM log_leaf WHERE position = 4"
        " AND document_id = CAST(entry ->> 'document_id' AS uuid)"
    )


def withdrawal_hidden(one: Catalogue) -> None:
    """The row of the withdrawal is gone, and the document is shown again."""
    one.tamper(f"DELETE FROM withdrawal WHERE document_id = {OF_8}")
    one.tamper(f"UPDATE document SET withdrawn_upto = 0, current_edition = 1 WHERE id = {OF_8}")


def shown_again(one: Catalogue) -> None:
    """Only that: what was said about it stays."""
    one.tamper(f"UPDATE document SET withdrawn_upto = 0, current_edition = 1 WHERE id = {OF_8}")


def published_past_the_log(one: Catalogue) -> None:
    one.tamper(
        "INSERT INTO edition SELECT (jsonb_populate_record(one, jsonb_build_object('approval_id',"
        " gen_random_uuid(), 'edition', 7))).* FROM edition one JOIN log_leaf ON position = 4"
        " AND document_id = CAST(entry ->> 'document_id' AS uuid)"
    )


TAMPERINGS: dict[Tampering, list[tuple[Wrong, int | None]]] = {
    entry_altered: [(Wrong.SEAL_BROKEN, 3), (Wrong.ROW_ALTERED, 3)],
    entry_and_leaf_altered: [
        (Wrong.SEAL_BROKEN, 3),
        (Wrong.ROW_ALTERED, 3),
        (Wrong.REWRITTEN, 1),
        (Wrong.TREE_BROKEN, 3),
    ],
    entry_removed: [(Wrong.SEAL_REMOVED, 5), (Wrong.TREE_BROKEN, 5), (Wrong.ROW_UNSEALED, None)],
    removed_and_closed_up: [(Wrong.REWRITTEN, 5), (Wrong.TAIL_CUT, 10)],
    entry_inserted: [(Wrong.ROW_REMOVED, 6), (Wrong.REWRITTEN, 5)],
    entries_exchanged: [(Wrong.REWRITTEN, 1)],
    tail_cut: [(Wrong.CHECKPOINT_REMOVED, 10), (Wrong.TAIL_CUT, 10)],
    rewritten: [(Wrong.REWRITTEN, 1)],
    node_changed: [(Wrong.TREE_BROKEN, 5), (Wrong.TREE_BROKEN, 5)],
    node_removed: [(Wrong.TREE_BROKEN, 1), (Wrong.TREE_BROKEN, 5)],
    head_forged: [(Wrong.CHECKPOINT_FORGED, 8), (Wrong.CHECKPOINT_REMOVED, 8)],
    head_changed: [(Wrong.CHECKPOINT_CHANGED, 4)],
    older_head_replayed: [(Wrong.CHECKPOINT_REMOVED, 8), (Wrong.CHECKPOINT_REMOVED, 10)],
    catalogue_altered: [(Wrong.ROW_ALTERED, 3)],
    content_exchanged: [(Wrong.ROW_ALTERED, 4)],
    withdrawal_hidden: [(Wrong.ROW_REMOVED, 8), (Wrong.STANDING_ALTERED, None)],
    shown_again: [(Wrong.STANDING_ALTERED, None)],
    published_past_the_log: [(Wrong.ROW_UNSEALED, None), (Wrong.STANDING_ALTERED, None)],
}
