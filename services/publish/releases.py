"""The story of a release: planned with the publication, put out on its channel, proved, and taken back."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.clock import new_id
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.objects import Objects
from shared.rows import packed

from . import release_outcomes as outcomes
from .channels import Channel, Outgoing, Proof
from .channels.register import Register
from .outgoing import Record

EFFECT_TIMEOUT = 60.0
LEASE = 150.0
"""Above twice the longest attempt: who is still at it then is taken for dead."""

PLAN = """
    INSERT INTO release (document_id, edition, channel, due_at)
    SELECT document_id, edition, code, :now
    FROM json_to_recordset(CAST(:rows AS json))
        AS entered (document_id uuid, edition integer, department text, kind text, theme text)
    JOIN json_to_recordset(CAST(:channels AS json))
        AS channel (code text, departments text[], kinds text[], themes text[])
        ON (departments = '{}' OR department = ANY(departments)) AND (kinds = '{}' OR kind = ANY(kinds))
        AND (themes = '{}' OR theme = ANY(themes) OR split_part(theme, '.', 1) = ANY(themes))
"""

# What was not begun is left out; what the new edition takes the place of stays; all else is recalled.
SUPERSEDE = """
    UPDATE release SET due_at = :now, state = CASE
        WHEN release.attempts = 0 THEN 'passed-over'
        WHEN release.channel = ANY(:replacing) AND EXISTS (
            SELECT FROM release newer WHERE newer.document_id = release.document_id
            AND newer.channel = release.channel AND newer.edition = entered.edition)
            THEN CASE release.state WHEN 'due' THEN 'passed-over' ELSE release.state END
        ELSE 'recall-due' END
    FROM json_to_recordset(CAST(:rows AS json)) AS entered (document_id uuid, edition integer)
    WHERE release.document_id = entered.document_id AND release.edition < entered.edition
      AND release.state IN ('due', 'delivered', 'failed')
"""

# Two who claim for one channel at once could each take another edition of the same document.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('publish.release'), hashtext(:channel))"

# Taking back comes first, and before anything of the same document goes out; nobody overtakes who is at it.
CLAIM = """
    UPDATE release SET lease = :lease, leased_until = now() + make_interval(secs => :seconds),
        attempts = attempts + CAST(state = 'due' AS integer),
        recall_attempts = recall_attempts + CAST(state = 'recall-due' AS integer)
    WHERE (document_id, edition, channel) IN (
        SELECT document_id, edition, channel FROM release
        WHERE channel = :channel AND state IN ('due', 'recall-due') AND due_at <= now()
          AND (leased_until IS NULL OR leased_until < now())
          AND NOT EXISTS (SELECT FROM release other WHERE other.document_id = release.document_id
              AND other.channel = release.channel AND other.edition <> release.edition
              AND (other.leased_until >= now() OR release.state = 'due' AND other.state = 'recall-due'))
        ORDER BY state = 'recall-due' DESC, due_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING *
"""

STILL_WANTED = """
    SELECT FROM release JOIN document ON document.id = release.document_id
    WHERE release.document_id = :document_id AND edition = :edition AND channel = :channel AND lease = :lease
      AND state = :state AND (state = 'recall-due' OR current_edition = edition)
"""


async def plan(
    unit: Transaction, rows: Sequence[Mapping[str, Any]], register: Register, at: datetime
) -> None:
    """In the publishing transaction: what was entered is due on every channel that is to have it."""
    about = {"rows": packed(rows), "channels": packed(register.rows()), "now": at}
    replacing = [one.code for one in register.channels.values() if one.kind.replaces]
    await unit.run(PLAN, about)
    await unit.run(SUPERSEDE, {"rows": about["rows"], "now": at, "replacing": replacing})


class Releaser:
    """Works off one channel; several may, in one process or in many: each takes what nobody else has."""

    def __init__(
        self,
        database: Database,
        record: Record,
        objects: Objects,
        channel: Channel,
        *,
        batch: int = 4,
        lease: float = LEASE,
        timeout: float = EFFECT_TIMEOUT,
    ) -> None:
        self.database = database
        self.record = record
        self.objects = objects
        self.channel = channel
        self.batch = batch
        self.lease = lease
        self.timeout = timeout

    async def work(self) -> int:
        """Put out or take back what is due; how many were tried."""
        claiming = {
            "lease": new_id(),
            "seconds": self.lease,
            "channel": self.channel.code,
            "batch": self.batch,
        }
        async with self.database.transaction() as unit:
            await unit.run(ALONE, {"channel": self.channel.code})
            rows = (await unit.run(CLAIM, claiming)).all()
        if rows:
            crashpoint("release.claimed")
            ends = await asyncio.gather(*(self._try(row) for row in rows), return_exceptions=True)
            for trouble in filter(None, ends):
                raise trouble
        return len(rows)

    async def _try(self, row: Row[Any]) -> None:
        """One attempt; from its claim on the record says that there may be a copy."""
        try:
            edition = await self.record.edition(row.document_id, row.edition)
            proof = await self._effect(row, edition)
        except Exception as trouble:
            async with self.database.transaction() as unit:
                await outcomes.failed(unit, row, trouble)
            return
        if proof is not None:
            crashpoint("release.after-effect")
        await self._write(row, proof)
        crashpoint("release.written")

    async def _effect(self, row: Row[Any], edition: Outgoing) -> Proof | None:
        """What the channel did; None when nobody wants it done any more."""
        crashpoint("release.before-effect")
        wanted = {
            name: row._mapping[name] for name in ("document_id", "edition", "channel", "lease", "state")
        }
        if not await self.database.look(STILL_WANTED, wanted):
            return None
        async with asyncio.timeout(self.timeout):
            if row.state == "due":
                return await self.channel.release(edition)
            return await self.channel.recall(edition, row.proof.get("release", {}))

    async def _kept(self, proof: Proof) -> dict[str, Any]:
        """The proof as it is written down, its papers in the store."""
        papers = {
            name: {"sha256": await self.objects.put(content), "size": len(content)}
            for name, content in proof.papers.items()
        }
        return {**proof.said, **({"papers": papers} if papers else {})}

    async def _take_papers_away(self, row: Row[Any]) -> None:
        """What was made of the edition lies in the store no longer than it may go out."""
        papers = row.proof.get("release", {}).get("papers", {})
        await self.objects.remove([paper["sha256"] for paper in papers.values()])

    async def _write(self, row: Row[Any], proof: Proof | None) -> None:
        said = await self._kept(proof) if proof else {}
        if proof and row.state == "recall-due":
            await self._take_papers_away(row)
        async with self.database.transaction() as unit:
            if proof is None:
                await outcomes.let_go(unit, row)
            elif row.state == "due":
                await outcomes.delivered(unit, row, said)
            else:
                await outcomes.recalled(unit, row, said, self.channel.by_person)
