"""The story of a transfer: every month a reading room gets what was published, or that there was nothing.

Regulations, art. 25; monthly by the 5th, in equal paper and electronic copies, with a nil return (零报告).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import anyio.to_thread
from sqlalchemy import Row

from shared.clock import BEIJING, now, today
from shared.contracts import TransferReceived, TransferSent
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.objects import Objects, digest
from shared.rows import packed

from .channels import Outgoing
from .outgoing import Record
from .papers.transfer import Contents, Withdrawn, package

# Something in it was withdrawn before anybody signed for it.
STALE = """
    transfer.received_at IS NULL AND EXISTS (
        SELECT FROM transfer_item item JOIN document ON document.id = item.document_id
        WHERE item.place = transfer.place AND item.month = transfer.month AND NOT left_out
          AND document.withdrawn_upto >= item.edition)
"""

# Every month since the first publication, however long nobody was there to make it.
DUE = f"""
    SELECT room.code AS place, room.name, to_char(first, 'YYYY-MM') AS month, transfer.package_sha256
    FROM shared.department room
    CROSS JOIN generate_series(
        (SELECT date_trunc('month', min(published_at) AT TIME ZONE 'Asia/Shanghai') FROM edition),
        CAST(:last AS timestamp), interval '1 month') AS calendar (first)
    LEFT JOIN transfer ON transfer.place = room.code AND transfer.month = to_char(first, 'YYYY-MM')
    WHERE room.code = ANY(:rooms) AND (transfer.place IS NULL OR {STALE})
    ORDER BY first, room.code
"""  # noqa: S608 made of our own words only.

WITHDRAWN = """
    SELECT document.index_no, withdrawal.edition, withdrawal.withdrawn_at
    FROM withdrawal JOIN document ON document.id = withdrawal.document_id
    WHERE withdrawn_at >= :since AND withdrawn_at < :until AND EXISTS (
        SELECT FROM transfer_item item WHERE item.place = :place AND item.document_id = document.id
        AND item.edition <= withdrawal.edition)
    ORDER BY document.index_no, withdrawal.edition
"""

# Shared with others who only look, not with a withdrawal: that comes before, and it is not in the package, or
# after, and finds that this place has it.
STILL_PUBLIC = "SELECT id, current_edition FROM document WHERE id = ANY(:ids) ORDER BY id FOR SHARE"

NOTE = """
    INSERT INTO transfer (place, month, documents, package_sha256, size, made_at)
    VALUES (:place, :month, :documents, :package_sha256, :size, :now)
    ON CONFLICT (place, month) DO UPDATE SET documents = excluded.documents,
        package_sha256 = excluded.package_sha256, size = excluded.size, made_at = excluded.made_at
    WHERE transfer.received_at IS NULL AND transfer.package_sha256 = :before
"""

LIST = """
    WITH listed AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS one (document_id uuid, edition integer)),
    gone AS (UPDATE transfer_item SET left_out = true WHERE place = :place AND month = :month
             AND (document_id, edition) NOT IN (SELECT document_id, edition FROM listed))
    INSERT INTO transfer_item (place, month, document_id, edition)
    SELECT :place, :month, document_id, edition FROM listed ON CONFLICT DO NOTHING
"""

SIGN = f"""
    UPDATE transfer SET received_at = :now, received_by = :by
    WHERE place = :place AND month = :month AND package_sha256 = :package_sha256 AND received_at IS NULL
      AND NOT ({STALE})
    RETURNING received_at
"""  # noqa: S608 the same.


@dataclass(frozen=True)
class Transfers:
    """Makes what is due; several may try, each package is noted once."""

    database: Database
    record: Record
    objects: Objects
    rooms: Sequence[str]

    async def work(self) -> int:
        return await self.hand_over(today())

    async def hand_over(self, on: date) -> int:
        """Every month that is over and that a room has nothing for yet; how many packages were noted."""
        last = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
        asked = {"rooms": list(self.rooms), "last": datetime(last.year, last.month, 1)}
        return sum([await self._make(row) for row in await self.database.look(DUE, asked)])

    async def _make(self, due: Row[Any]) -> bool:
        at = now()
        since, until = bounds(due.month)
        editions = await self.record.month(since, until)
        which = {"place": due.place, "since": since, "until": until}
        withdrawn = [Withdrawn(**row._mapping) for row in await self.database.look(WITHDRAWN, which)]
        contents = Contents(due.place, due.name, due.month, tuple(editions), tuple(withdrawn), at)
        files = [[await edition.read(file) for file in edition.files] for edition in editions]
        content = await anyio.to_thread.run_sync(package, contents, files)
        await self.objects.put(content)
        crashpoint("transfer.made")
        async with self.database.transaction() as unit:
            noted = await _note(unit, due, editions, content, at)
        crashpoint("transfer.written")
        if noted and due.package_sha256:
            await self.objects.remove([due.package_sha256])
        return noted


async def _note(
    unit: Transaction, due: Row[Any], editions: Sequence[Outgoing], content: bytes, at: datetime
) -> bool:
    """False if something in it was withdrawn or replaced meanwhile, or another was quicker."""
    public = await unit.run(STILL_PUBLIC, {"ids": [edition.document_id for edition in editions]})
    current = {row.id: row.current_edition for row in public}
    if any(current[edition.document_id] != edition.edition for edition in editions):
        return False
    which = {"place": due.place, "month": due.month}
    about = {"documents": len(editions), "package_sha256": digest(content), "size": len(content)}
    if not (await unit.run(NOTE, {**which, **about, "now": at, "before": due.package_sha256})).rowcount:
        return False
    rows = [{"document_id": edition.document_id, "edition": edition.edition} for edition in editions]
    await unit.run(LIST, {**which, "rows": packed(rows)})
    unit.announce(TransferSent(**which, documents=len(editions), package_sha256=about["package_sha256"]))
    return True


async def sign(unit: Transaction, place: str, month: str, package_sha256: str, by: str) -> datetime | None:
    """The place has the package with this hash; None when that cannot be signed for, or was."""
    about = {"place": place, "month": month, "package_sha256": package_sha256}
    at: datetime | None = (await unit.run(SIGN, {**about, "by": by, "now": now()})).scalar()
    if at:
        unit.announce(TransferReceived(**about, received_at=at))
    return at


def bounds(month: str) -> tuple[datetime, datetime]:
    """From the first moment of the month in Beijing to the first of the next; raises ValueError."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=BEIJING)
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
