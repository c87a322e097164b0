"""What the calendar does by itself: publishes what was scheduled, withdraws what had its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import Row

from shared.clock import now, today
from shared.contracts import DocumentApproved, Event, WithdrawalKind, WithdrawalReason
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.objects import Objects
from shared.policy import Policy

from .candidates import candidates
from .catalogue import lock, publish
from .channels.register import NOTHING, Register
from .effects import turn_day
from .gate import Candidate
from .withdrawals import withdraw

OFFICER = "calendar"
"""Who is written down where no person acts: the end of the period was approved with the document."""

BATCH = 100

DUE = """
    SELECT approval_id, event_id, document_id, approved FROM scheduled
    WHERE state = 'waiting' AND publish_at <= :now ORDER BY publish_at LIMIT :batch
"""

TAKE = """
    SELECT approval_id FROM scheduled
    WHERE approval_id = ANY(:ids) AND state = 'waiting' AND publish_at <= :now FOR UPDATE
"""

SETTLE = """
    UPDATE scheduled SET state_since = :now, state = CASE
        WHEN EXISTS (SELECT FROM edition WHERE edition.approval_id = scheduled.approval_id) THEN 'published'
        ELSE 'refused' END
    WHERE approval_id = ANY(:ids)
"""

ENDED = """
    SELECT edition.document_id, edition.edition
    FROM edition JOIN document
        ON document.id = edition.document_id AND document.current_edition = edition.edition
    WHERE edition.about ->> 'notice_ends_on' < :today LIMIT :batch
"""


@dataclass(frozen=True)
class CalendarDesk:
    """Looks what the moment brings; several may look at once."""

    database: Database
    objects: Objects
    pinned: Mapping[str, OKPKey]
    policy: Policy
    register: Register = NOTHING

    async def work(self) -> int:
        """How many were published, refused, withdrawn, or hold now as they did not yesterday."""
        return await self.publish_due() + await self.end_notices() + await self.turn_day()

    async def publish_due(self) -> int:
        """Their moment has come, and the gate is asked again: much may have happened since."""
        rows = await self.database.look(DUE, {"now": now(), "batch": BATCH})
        if not rows:
            return 0
        read = await candidates([_event(row) for row in rows], objects=self.objects)
        async with self.database.transaction() as unit:
            # The documents first, as a withdrawal does: the other way round the two would block each other.
            await lock(unit, [row.document_id for row in rows])
            ids = {row.approval_id for row in await unit.run(TAKE, _asked(rows))}
            due = [one for one in read if one.approved.approval_id in ids]
            if due:
                await self._publish(unit, due)
                await unit.run(SETTLE, {"ids": list(ids), "now": now()})
            crashpoint("schedule.before-commit")
        return len(ids)

    async def _publish(self, unit: Transaction, due: Sequence[Candidate]) -> None:
        await publish(unit, due, pinned=self.pinned, policy=self.policy, waited=True, register=self.register)

    async def end_notices(self) -> int:
        """The last day of their period (公示期) is over: each is withdrawn as expired."""
        rows = await self.database.look(ENDED, {"today": today().isoformat(), "batch": BATCH})
        for row in rows:
            async with self.database.transaction() as unit:
                kind, reason = WithdrawalKind.EXPIRED, WithdrawalReason.EXPIRED
                await withdraw(unit, row.document_id, row.edition, kind, reason, "公示期满", OFFICER)
                crashpoint("notices.before-commit")
        return len(rows)

    async def turn_day(self) -> int:
        """What takes effect or lapses today is announced, once."""
        async with self.database.transaction() as unit:
            return await turn_day(unit, today())


def _asked(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    return {"ids": [row.approval_id for row in rows], "now": now()}


def _event(row: Row[Any]) -> Event[DocumentApproved]:
    """As it came from review, as far as the gate looks at it."""
    approved = DocumentApproved.model_validate(row.approved)
    return Event(row.event_id, "", approved.subject, 1, now(), approved)
