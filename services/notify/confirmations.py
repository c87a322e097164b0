"""What every department has received and confirmed, as its own consumer group on the edge tells."""

from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError
from sqlalchemy import Row

from shared import edge
from shared.append import Top, parse
from shared.clock import now
from shared.contracts import DeliveryConfirmed
from shared.crash import crashpoint
from shared.db import Database, Transaction

from .mailboxes import GROUP

OPEN = "SELECT department, number AS timeline FROM mailbox, shared.timeline WHERE confirmed_upto < head"

RECEIVED = """
    UPDATE delivery SET received_at = :now
    WHERE department = :department AND no <= :upto AND received_at IS NULL
"""

CONFIRMED = """
    UPDATE delivery SET confirmed_at = :now
    WHERE department = :department AND no <= :upto AND confirmed_at IS NULL AND no <> ALL(:pending)
    RETURNING no, document_id, edition, event_id, type
"""

UPTO = """
    UPDATE mailbox SET confirmed_upto = coalesce(
        (SELECT min(no) - 1 FROM delivery WHERE department = :department AND confirmed_at IS NULL), head)
    WHERE department = :department
"""

AT_MOST = 100_000
"""Pending entries that are asked for; a department that leaves more than these unacknowledged gets no
confirmation beyond them until it catches up."""


async def observe(client: Redis, database: Database) -> None:
    """Read the state of every mailbox with something open, and write it down."""
    for box in await database.look(OPEN):
        delivered, pending = await _state(client, box.department)
        crashpoint("confirmations.observed")
        # What was read of another timeline says nothing of this one's deliveries: their numbers are the same.
        if delivered.position == box.timeline:
            async with database.transaction() as unit:
                await _note(unit, box.department, delivered.part, pending)


async def confirm(unit: Transaction, department: str, number: int) -> bool:
    """The department says by HTTP that it has dealt with one delivery; False where there is none such."""
    at = now()
    which = {"department": department, "no": number}
    exists = "SELECT 1 FROM delivery WHERE department = :department AND no = :no"
    if (await unit.run(exists, which)).first() is None:
        return False
    one = "UPDATE delivery SET received_at = coalesce(received_at, :now), confirmed_at = :now WHERE {}"
    mine = "department = :department AND no = :no AND confirmed_at IS NULL"
    columns = " RETURNING no, document_id, edition, event_id, type"
    rows = (await unit.run(one.format(mine) + columns, {**which, "now": at})).all()
    await unit.run(UPTO, which)
    _announce(unit, department, rows, at)
    return True


async def _state(client: Redis, department: str) -> tuple[Top, list[int]]:
    """How far the group has read, and what it has read but not acknowledged.

    Both at once: a mailbox that was lost and made anew between the two would seem to have nothing pending.
    """
    key = edge.mailbox(department)
    async with client.pipeline(transaction=True) as at_once:
        at_once.xinfo_groups(key)
        at_once.xpending_range(key, GROUP, min="-", max="+", count=AT_MOST)
        told, rows = await at_once.execute(raise_on_error=False)
    if isinstance(told, ResponseError) or isinstance(rows, ResponseError):
        return Top(0), []  # No such mailbox or group at the moment.
    groups = {_text(group["name"]): group for group in told}
    delivered = parse(groups[GROUP]["last-delivered-id"])
    pending = [parse(_text(row["message_id"])) for row in rows]
    if len(pending) == AT_MOST:
        delivered = min(delivered, max(pending))
    return delivered, [one.part for one in pending if one.position == delivered.position]


async def _note(unit: Transaction, department: str, upto: int, pending: Sequence[int]) -> None:
    at = now()
    which = {"department": department, "upto": upto, "now": at}
    await unit.run(RECEIVED, which)
    rows = (await unit.run(CONFIRMED, {**which, "pending": pending})).all()
    if rows:
        await unit.run(UPTO, which)
        _announce(unit, department, rows, at)


def _announce(unit: Transaction, department: str, rows: Sequence[Row[Any]], at: Any) -> None:
    unit.announce(
        *(
            DeliveryConfirmed(
                document_id=row.document_id,
                edition=row.edition,
                department=department,
                event_id=row.event_id,
                event_type=row.type,
                confirmed_at=at,
            )
            for row in rows
        )
    )


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
