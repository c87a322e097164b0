"""A small record of sealed opinions, and everything that its owner might do to it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from joserfc.jwk import OKPKey

from services.review.sealed import CHAIN
from shared.audit import verify
from shared.checkpoints import Checkpoint, Sealer, sign
from shared.clock import new_id, now
from shared.db import Database
from shared.ledger import NOTHING, link
from shared.tampering import Verified, Wrong

CASE = """
    INSERT INTO review_case (id, document_id, edition, department, author, kind, theme, joint_with,
                             content_sha256, level, state, state_since, opened_at, due_on, due_provisional)
    VALUES (:id, :id, 1, 'archive', 'feng.xue', 'notice', '02.01', '{}', repeat('0', 64), 'head', 'reviewing',
            now(), now(), current_date, false)
"""

SAY = """
    INSERT INTO opinion (id, case_id, act, officer, name, role, department, grounds, note, policy,
                         content_sha256, author, at)
    VALUES (:id, :case, 'upheld', 'cao.zhiyuan', '曹致远', 'head', 'archive', '{}', :note, '',
            repeat('0', 64), 'feng.xue', :at)
"""


@dataclass
class Record:
    """Opinions, their ledger, and whoever would like to have it otherwise."""

    database: Database
    url: str
    sealer: Sealer
    pinned: dict[str, OKPKey]
    case: Any
    ids: list[Any]

    async def say(self, count: int) -> None:
        """So many opinions, each in a transaction of its own."""
        for _ in range(count):
            self.ids.append(new_id())
            async with self.database.transaction() as unit:
                said = {"id": self.ids[-1], "case": self.case, "note": f"意见{len(self.ids)}", "at": now()}
                await unit.run(SAY, said)

    async def verified(self, **more: Any) -> Verified:
        return await verify(self.database, CHAIN, self.pinned, [self.sealer.file], batch=4, **more)

    async def faults(self, **more: Any) -> list[tuple[Wrong, int | None]]:
        return [(fault.wrong, fault.position) for fault in (await self.verified(**more)).faults]

    def tamper(self, statement: str, *values: Any) -> None:
        """As the owner of the database, who may do anything and fires no trigger."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET search_path = review")
            connection.execute(statement.encode(), values)

    def rechain(self, first: int) -> None:
        """What a skilled owner does: recompute every hash from here on."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            connection.execute("SET search_path = review")
            rows = connection.execute(
                "SELECT position, kind, record, row_sha256, sealed_at, hash FROM ledger ORDER BY position"
            ).fetchall()
            previous = NOTHING if first == 1 else rows[first - 2][5]
            for position, kind, record, row_sha256, at, _ in rows[first - 1 :]:
                previous = link(previous, position, kind, record, row_sha256, at)
                connection.execute("UPDATE ledger SET hash = %s WHERE position = %s", [previous, position])


# --- each way of having it otherwise; below, what is said about it

Tampering = Callable[[Record], None]


def of(position: int) -> str:
    return f"(SELECT record FROM ledger WHERE position = {position})"


def altered(record: Record) -> None:
    record.tamper(f"UPDATE opinion SET note = '同意公开' WHERE id = {of(3)}")


def altered_time(record: Record) -> None:
    record.tamper(f"UPDATE opinion SET at = at - interval '1 microsecond' WHERE id = {of(10)}")


def altered_null(record: Record) -> None:
    record.tamper(f"UPDATE opinion SET level = '' WHERE id = {of(1)}")


def removed(record: Record) -> None:
    record.tamper(f"DELETE FROM opinion WHERE id = {of(5)}")


def removed_with_its_seal(record: Record) -> None:
    record.tamper(f"DELETE FROM opinion WHERE id = {of(5)}")
    record.tamper("DELETE FROM ledger WHERE position = 5")


def seals_removed(record: Record) -> None:
    record.tamper("DELETE FROM ledger WHERE position IN (6, 7)")


def first_seal_removed(record: Record) -> None:
    record.tamper("DELETE FROM ledger WHERE position = 1")


def seal_changed_with_the_opinion(record: Record) -> None:
    altered(record)
    record.tamper("UPDATE ledger SET row_sha256 = repeat('a', 64) WHERE position = 3")


def seal_of_another_record(record: Record) -> None:
    record.tamper("UPDATE ledger SET record = gen_random_uuid() WHERE position = 3")


def sealed_at_changed(record: Record) -> None:
    record.tamper("UPDATE ledger SET sealed_at = sealed_at + interval '1 day' WHERE position = 9")


def hash_changed(record: Record) -> None:
    record.tamper("UPDATE ledger SET hash = repeat('b', 64) WHERE position = 6")


def two_opinions_exchanged(record: Record) -> None:
    record.tamper("""
        UPDATE opinion SET note = other.note, at = other.at
        FROM opinion other JOIN ledger theirs ON theirs.record = other.id, ledger ours
        WHERE ours.record = opinion.id AND ours.position + theirs.position = 9 AND ours.position IN (2, 7)
    """)


def seals_exchanged(record: Record) -> None:
    record.tamper("UPDATE ledger SET position = -position WHERE position IN (2, 7)")
    record.tamper("UPDATE ledger SET position = CASE position WHEN -2 THEN 7 ELSE 2 END WHERE position < 0")


def seal_inserted(record: Record) -> None:
    """Between 5 and 6: what comes after makes room."""
    record.tamper("UPDATE ledger SET position = -position WHERE position > 5")
    record.tamper("UPDATE ledger SET position = 1 - position WHERE position < 0")
    record.tamper(
        "INSERT INTO ledger SELECT 6, gen_random_uuid(), kind, row_sha256, repeat('c', 64), sealed_at"
        " FROM ledger WHERE position = 5"
    )


def written_past(record: Record) -> None:
    """No trigger puts it into the queue, and it says that it was given next year."""
    record.tamper(
        "INSERT INTO opinion SELECT (jsonb_populate_record(opinion, jsonb_build_object("
        " 'id', gen_random_uuid(), 'at', at + interval '1 year'))).* FROM opinion LIMIT 1"
    )


def tail_cut(record: Record) -> None:
    record.tamper(f"DELETE FROM opinion WHERE id IN ({of(9)}, {of(10)})")
    record.tamper("DELETE FROM ledger WHERE position > 8")
    record.tamper("DELETE FROM ledger_checkpoint WHERE position > 8")


def everything_gone(record: Record) -> None:
    for table in ("ledger", "ledger_checkpoint", "opinion"):
        record.tamper(f"DELETE FROM {table}")


def rewritten(record: Record) -> None:
    """One is taken out, the others close up, and every hash is made anew."""
    record.tamper(f"DELETE FROM opinion WHERE id = {of(5)}")
    record.tamper("DELETE FROM ledger WHERE position = 5")
    record.tamper("UPDATE ledger SET position = 1 - position WHERE position > 5")
    record.tamper("UPDATE ledger SET position = -position WHERE position < 0")
    record.rechain(5)


def checkpoint_changed(record: Record) -> None:
    record.tamper("UPDATE ledger_checkpoint SET hash = repeat('d', 64) WHERE position = 8")


def checkpoint_forged(record: Record) -> None:
    """Signed, and by a key that is not the service's."""
    stranger = OKPKey.generate_key("Ed25519")
    stranger.ensure_kid()
    token = sign(Checkpoint(ledger="review", position=8, hash="d" * 64, at=now()), stranger)
    record.tamper("UPDATE ledger_checkpoint SET signature = %s WHERE position = 4", token)


def checkpoint_removed(record: Record) -> None:
    record.tamper("DELETE FROM ledger_checkpoint WHERE position = 4")


def file_changed(record: Record) -> None:
    lines = record.sealer.file.read_text().splitlines()
    said = orjson.loads(lines[1])
    head, _, signature = said["signature"].split(".")
    other = orjson.loads(lines[0])["signature"].split(".")[1]
    lines[1] = orjson.dumps({**said, "signature": f"{head}.{other}.{signature}"}).decode()
    record.sealer.file.write_text("\n".join(lines) + "\n")


TAMPERINGS: dict[Tampering, list[tuple[Wrong, int | None]]] = {
    altered: [(Wrong.ROW_ALTERED, 3)],
    altered_time: [(Wrong.ROW_ALTERED, 10)],
    altered_null: [(Wrong.ROW_ALTERED, 1)],
    removed: [(Wrong.ROW_REMOVED, 5)],
    removed_with_its_seal: [(Wrong.SEAL_REMOVED, 5)],
    seals_removed: [(Wrong.SEAL_REMOVED, 6), (Wrong.ROW_UNSEALED, None), (Wrong.ROW_UNSEALED, None)],
    first_seal_removed: [(Wrong.SEAL_REMOVED, 1), (Wrong.ROW_UNSEALED, None)],
    seal_changed_with_the_opinion: [(Wrong.SEAL_BROKEN, 3)],
    seal_of_another_record: [(Wrong.SEAL_BROKEN, 3), (Wrong.ROW_REMOVED, 3), (Wrong.ROW_UNSEALED, None)],
    sealed_at_changed: [(Wrong.SEAL_BROKEN, 9)],
    hash_changed: [(Wrong.SEAL_BROKEN, 6)],
    two_opinions_exchanged: [(Wrong.ROW_ALTERED, 2), (Wrong.ROW_ALTERED, 7)],
    seals_exchanged: [(Wrong.SEAL_BROKEN, n) for n in (2, 3, 7, 8)],
    seal_inserted: [(Wrong.SEAL_BROKEN, 6), (Wrong.ROW_REMOVED, 6)]
    + [(Wrong.SEAL_BROKEN, n) for n in range(7, 12)],
    written_past: [(Wrong.ROW_UNSEALED, None)],
    tail_cut: [(Wrong.CHECKPOINT_REMOVED, 10), (Wrong.TAIL_CUT, 9)],
    everything_gone: [(Wrong.CHECKPOINT_REMOVED, n) for n in (4, 8, 10)] + [(Wrong.TAIL_CUT, 1)],
    rewritten: [(Wrong.REWRITTEN, 5), (Wrong.TAIL_CUT, 10)],
    checkpoint_changed: [(Wrong.CHECKPOINT_CHANGED, 8)],
    checkpoint_forged: [(Wrong.CHECKPOINT_FORGED, 4), (Wrong.CHECKPOINT_REMOVED, 4)],
    checkpoint_removed: [(Wrong.CHECKPOINT_REMOVED, 4)],
    file_changed: [(Wrong.CHECKPOINT_FORGED, 8)],
}
