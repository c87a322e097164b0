"""Walks a ledger from end to end beside what it seals, and says what was changed, and where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio.to_thread
from joserfc.jwk import OKPKey
from sqlalchemy import Row

from .checkpoints import Checkpoint
from .db import Database, Transaction
from .ledger import NOTHING, Chain, link, row_hashes
from .tampering import Fault, Verified, Wrong
from .witnesses import Witnesses, read

Told = Callable[[int, int], None]
"""Called with how many positions were walked, and how many there are."""


async def verify(
    database: Database,
    chain: Chain,
    pinned: Mapping[str, OKPKey],
    files: Sequence[Path] = (),
    *,
    since: int = 1,
    batch: int = 1000,
    grace: timedelta = timedelta(seconds=60),
    told: Told = lambda _done, _of: None,
) -> Verified:
    """Compare rows, seals and checkpoints, as they all were at one moment; nothing is written.

    The checkpoints are those of the table, of the events that were announced, and of the files.
    """
    lines = await anyio.to_thread.run_sync(read, files)
    async with database.transaction() as unit:
        await unit.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        witnesses = Witnesses(chain.name, pinned)
        await witnesses.hear(unit, lines)
        found = Verified(checkpoints=witnesses.counts, faults=witnesses.faults)
        signed = witnesses.since(since)
        await _walk(unit, chain, signed, since, batch, told, found)
        _tail(signed, found)
        await _unsealed(unit, chain, grace, found)
    return found


# --- the chain

PAGE = """
    SELECT position, record, kind, row_sha256, hash, sealed_at FROM ledger
    WHERE position > :after ORDER BY position LIMIT :batch
"""

AT = "SELECT hash FROM ledger WHERE position = :position"
END = "SELECT coalesce(max(position), 0) AS position FROM ledger"


@dataclass
class _Step:
    """Where the walk stands: what the next seal must follow from."""

    expected: int
    previous: str | None
    """None behind a gap: what was there is not known."""
    repaired: str | None = None
    """What the last seal's hash should be, where it is another."""
    agreed: int = 0
    """The last checkpoint that agreed."""
    agrees: bool = True


async def _walk(
    unit: Transaction,
    chain: Chain,
    signed: Mapping[int, Checkpoint],
    since: int,
    batch: int,
    told: Told,
    found: Verified,
) -> None:
    end = (await unit.run(END)).scalar_one()
    before = (await unit.run(AT, {"position": since - 1})).scalar()
    step = _Step(since, NOTHING if since == 1 else before, agreed=since - 1)
    found.position = min(end, since - 1)
    while page := (await unit.run(PAGE, {"after": found.position, "batch": batch})).all():
        now = await row_hashes(unit, chain, [(row.kind, row.record) for row in page])
        for row in page:
            sound = _follows(row, step, found)
            _is_unchanged(row, now.get(row.record), sound, found)
            _is_what_was_signed(row, signed.get(row.position), step, sound, found)
        found.rows += len(page)
        found.position, found.head = page[-1].position, page[-1].hash
        told(found.position - since + 1, end - since + 1)


def _follows(row: Row[Any], step: _Step, found: Verified) -> bool:
    """Whether the seal follows from the one before it."""
    if row.position != step.expected:
        found.faults.append(Fault(Wrong.SEAL_REMOVED, step.expected, until=row.position - 1))
        step.previous = step.repaired = None
    possible = [
        link(previous, row.position, row.kind, row.record, row.row_sha256, row.sealed_at)
        for previous in (step.previous, step.repaired)
        if previous is not None
    ]
    sound = not possible or row.hash in possible
    if not sound:
        broken = Fault(
            Wrong.SEAL_BROKEN, row.position, record=row.record, expected=possible[0], found=row.hash
        )
        found.faults.append(broken)
    step.expected, step.previous = row.position + 1, row.hash
    step.repaired = None if sound else possible[0]
    return sound


def _is_unchanged(row: Row[Any], now: str | None, sound: bool, found: Verified) -> None:
    """Whether the record is what was sealed; of a seal that is broken itself nothing can be said."""
    if now is None:
        found.faults.append(
            Fault(Wrong.ROW_REMOVED, row.position, record=row.record, expected=row.row_sha256)
        )
    elif sound and now != row.row_sha256:
        altered = Fault(
            Wrong.ROW_ALTERED, row.position, record=row.record, expected=row.row_sha256, found=now
        )
        found.faults.append(altered)


def _is_what_was_signed(
    row: Row[Any], signed: Checkpoint | None, step: _Step, sound: bool, found: Verified
) -> None:
    """Whether the chain is the one that was signed; said once, where it first is not."""
    if signed is None:
        return
    agrees = signed.hash == row.hash
    if not agrees and step.agrees and sound:
        rewritten = Fault(
            Wrong.REWRITTEN, step.agreed + 1, until=row.position, expected=signed.hash, found=row.hash
        )
        found.faults.append(rewritten)
    step.agrees = agrees
    step.agreed = row.position if agrees else step.agreed


def _tail(signed: Mapping[int, Checkpoint], found: Verified) -> None:
    last = max(signed, default=0)
    if last > found.position:
        found.faults.append(Fault(Wrong.TAIL_CUT, found.position + 1, until=last, expected=signed[last].hash))


# --- what is not in the chain

WAITING = "SELECT count(*) AS waiting, min(queued_at) < now() - :grace AS late FROM unsealed"


async def _unsealed(unit: Transaction, chain: Chain, grace: timedelta, found: Verified) -> None:
    for name, kind in chain.kinds.items():
        for row in await unit.run(_written_past(name, kind.table)):
            found.faults.append(Fault(Wrong.ROW_UNSEALED, record=row.id, where=kind.table))
    queue = (await unit.run(WAITING, {"grace": grace})).one()
    found.waiting = queue.waiting
    if queue.late:
        found.faults.append(Fault(Wrong.SEALING_STOPPED, found=str(found.waiting)))


def _written_past(kind: str, table: str) -> str:
    return f"""
        SELECT id FROM {table}
        WHERE NOT EXISTS (SELECT FROM ledger WHERE record = {table}.id AND kind = '{kind}')
          AND NOT EXISTS (SELECT FROM unsealed WHERE record = {table}.id AND kind = '{kind}')
        ORDER BY id
    """  # noqa: S608 both names are ours.
