"""From the deliveries to each department's stream on the edge, and again after any loss there."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from shared import edge, groups
from shared.append import Entry, Moved, Top, append, script, top_of
from shared.bell import Bell
from shared.crash import crashpoint
from shared.db import Database
from shared.loops import end_if_cancelled
from shared.relay import fields_of

log = structlog.get_logger()

GROUP = "main"
"""The group whose acknowledgement counts as the department's confirmation."""

HEADS = """
    SELECT department, head, confirmed_upto, secrets, number AS timeline
    FROM mailbox CROSS JOIN shared.timeline
"""

AFTER = """
    SELECT no, event_id, source, type, subject, sequence, time, data FROM delivery
    WHERE department = :department AND no > :after ORDER BY no LIMIT :batch
"""


class Mailboxes:
    """Keeps every mailbox equal to its department's deliveries, by compare-and-append as the relay does."""

    def __init__(self, database: Database, client: Redis, *, batch: int, keep: int) -> None:
        self.database = database
        self.client = client
        self.batch = batch
        self.keep = keep
        self.compare = script(client)
        self.tops: dict[str, Top] = {}
        """Where we believe each mailbox ends; one that is missing must be looked at."""
        self.fenced: set[str] = set()
        """Mailboxes that are ahead of the record; `gongkai timeline advance` goes on with them."""
        self._run_id = ""
        self.bell = Bell()
        """Rung when there is something to carry."""

    async def run(self, idle: float, watch_every: float) -> None:
        """Carry for ever; look for losses on the edge every `watch_every` seconds."""
        looked = 0.0
        while True:
            end_if_cancelled()
            try:
                if (now := asyncio.get_running_loop().time()) - looked > watch_every:
                    looked = now
                    self.tops.clear()
                if not await self.carry():
                    await self.bell.rest(idle)
            except (RedisError, SQLAlchemyError, OSError) as trouble:
                log.warning("mailboxes.trouble", error=str(trouble)[:300])
                self.tops.clear()
                await asyncio.sleep(0.5)

    async def carry(self) -> int:
        """Append what every mailbox lacks; how many entries."""
        boxes = await self.database.look(HEADS)
        if any(box.department not in self.tops for box in boxes):
            await self._restore_accounts(boxes)
        return sum([await self._fill_alone(box) for box in boxes])

    async def _fill_alone(self, box: Row[Any]) -> int:
        """One mailbox's trouble must not hold up the others."""
        try:
            return await self._fill(box)
        except ResponseError as trouble:
            log.error("mailboxes.broken", department=box.department, error=str(trouble)[:300])
            self.tops.pop(box.department, None)
            return 0

    async def _fill(self, box: Row[Any]) -> int:
        key = edge.mailbox(box.department)
        if box.department not in self.tops:
            await groups.ensure(self.client, key, [GROUP])
            self.tops[box.department] = await top_of(self.client, key)
        top = self.tops[box.department]
        if top > Top(box.timeline, box.head):
            return self._fence(box, top)
        self.fenced.discard(box.department)
        # Of another timeline, or empty: begin with what was not confirmed; a receiver knows what it has.
        after = top.part if top.position == box.timeline else box.confirmed_upto
        # What is not confirmed stays, so that nothing passes for read that was cut off; so more must wait.
        room = box.confirmed_upto + self.keep - after
        if after >= box.head or room <= 0:
            return 0
        crashpoint("mailboxes.before-append")
        try:
            self.tops[box.department] = await append(
                self.compare, key, top, await self._entries(box, after, room)
            )
        except Moved as moved:
            log.info("mailboxes.moved", department=box.department, top=str(moved.top))
            del self.tops[box.department]
            return 1
        crashpoint("mailboxes.after-append")
        await self.client.xtrim(key, minid=str(self._oldest(box)), approximate=True)
        return 1

    def _fence(self, box: Row[Any], top: Top) -> int:
        """The edge holds what the record never sent: the database was restored. Nothing goes until told."""
        if box.department not in self.fenced:
            log.critical("mailboxes.fenced", department=box.department, top=str(top), head=box.head)
        self.fenced.add(box.department)
        return 0

    def _oldest(self, box: Row[Any]) -> Top:
        """Confirmed entries stay for a while: a department may have other groups."""
        return Top(box.timeline, max(box.confirmed_upto - self.keep, 0))

    async def _entries(self, box: Row[Any], after: int, room: int) -> list[Entry]:
        which = {"department": box.department, "after": after, "batch": min(self.batch, room)}
        rows = await self.database.look(AFTER, which)
        return [Entry(Top(box.timeline, row.no), fields_of(row)) for row in rows]

    async def _restore_accounts(self, boxes: Sequence[Row[Any]]) -> None:
        """A server that was restarted may have forgotten users, or remember revoked ones."""
        run_id = str((await self.client.info("server"))["run_id"])
        if run_id == self._run_id:
            return
        for box in boxes:
            secrets = [bytes(secret) for secret in box.secrets]
            if secrets:
                await edge.grant(self.client, edge.reader(box.department, secrets))
            else:
                await edge.revoke(self.client, f"dept-{box.department}")
        self._run_id = run_id
