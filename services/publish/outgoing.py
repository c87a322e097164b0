"""Gathers from the record what a channel is given of an edition."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING
from shared.db import Database
from shared.objects import Objects

from .channels import Outgoing, OutgoingFile

EDITION = """
    SELECT edition.*, document.index_no, coalesce(body.name, edition.department) AS body,
        coalesce(body.phone, '') AS phone
    FROM edition JOIN document ON document.id = edition.document_id
    LEFT JOIN shared.department body ON body.code = edition.department
"""

ONE = EDITION + " WHERE edition.document_id = :document_id AND edition.edition = :edition"

NEWS = (
    EDITION
    + """ WHERE edition.edition = document.current_edition AND last_published_at >= :since
    ORDER BY last_published_at DESC, document.id DESC LIMIT :limit
"""
)

MONTH = (
    EDITION
    + """ WHERE edition.edition = document.current_edition
        AND edition.published_at >= :since AND edition.published_at < :until
    ORDER BY document.index_no
"""
)


class Record:
    """The public part of the catalogue, as channels see it."""

    def __init__(self, database: Database, objects: Objects, public_url: str) -> None:
        self.database = database
        self.objects = objects
        self.public_url = public_url.rstrip("/")

    async def edition(self, document_id: UUID, edition: int) -> Outgoing:
        """An edition, whether or not it is still public."""
        [row] = await self.database.look(ONE, {"document_id": document_id, "edition": edition})
        return self._outgoing(row)

    async def news(self, since: date, limit: int = 500) -> Sequence[Outgoing]:
        """What is public and was published on this day (in Beijing) or later, the newest first."""
        midnight = datetime.combine(since, time(), BEIJING)
        rows = await self.database.look(NEWS, {"since": midnight, "limit": limit})
        return [self._outgoing(row) for row in rows]

    async def month(self, since: datetime, until: datetime) -> Sequence[Outgoing]:
        """What was published between the two moments and is public still, by index number."""
        rows = await self.database.look(MONTH, {"since": since, "until": until})
        return [self._outgoing(row) for row in rows]

    def _outgoing(self, row: Row[Any]) -> Outgoing:
        return Outgoing(
            document_id=row.document_id,
            edition=row.edition,
            index_no=row.index_no,
            title=row.title,
            kind=row.kind,
            theme=row.theme,
            department=row.department,
            body=row.body,
            phone=row.phone,
            doc_no=row.doc_no,
            created_on=row.created_on,
            published_at=row.published_at,
            content_sha256=row.content_sha256,
            url=f"{self.public_url}/documents/{row.document_id}",
            about=row.about,
            files=tuple(OutgoingFile(**file) for file in row.files),
            objects=self.objects,
        )
