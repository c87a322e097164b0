"""Renditions of public files: kept under the file's hash, made when somebody asks for the first time."""

from asyncio import Lock
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from shared.clock import now
from shared.db import Database
from shared.objects import Objects

from .renditions import VERSION, Heading, Note, NotRendered, Rendition
from .renditions.apart import render_apart

ASKED_AGAIN = timedelta(days=1)
"""A machine under load may have been too slow for a file that it can do."""

KEPT = """
    SELECT html, title, lang, headings, notes, refused FROM rendition
    WHERE sha256 = :sha256 AND version = :version AND (refused IS NULL OR made_at > :since)
"""

# The lock makes it wait for a withdrawal under way; what has been withdrawn meanwhile leaves nothing behind.
KEEP = """
    INSERT INTO rendition (sha256, version, html, title, lang, headings, notes, refused, made_at)
    SELECT :sha256, :version, :html, :title, :lang, CAST(:headings AS jsonb), CAST(:notes AS jsonb),
        :refused, :now
    FROM (SELECT FROM document WHERE id = :document_id AND current_edition = :edition FOR SHARE) AS public
    ON CONFLICT (sha256, version) DO UPDATE SET html = excluded.html, title = excluded.title,
        lang = excluded.lang, headings = excluded.headings, notes = excluded.notes,
        refused = excluded.refused, made_at = excluded.made_at
"""

_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of an edition that is public at this moment."""

    document_id: UUID
    edition: int
    sha256: str
    media_type: str


async def rendition_of(database: Database, objects: Objects, file: PublicFile) -> Rendition:
    """The file as HTML, kept or made now; raises NotRendered.

    Whoever shows it asks afterwards once more whether the document is still public: making takes time.
    """
    if kept := await _kept(database, file):
        return _read(kept)
    async with _one_at_a_time:
        if kept := await _kept(database, file):
            return _read(kept)
        content = await objects.get(file.sha256)
        try:
            rendition = await render_apart(content, file.media_type)
        except NotRendered as fault:
            await _keep(database, file, {"refused": fault.reason})
            raise
        await _keep(database, file, _packed(rendition))
        return rendition


async def _kept(database: Database, file: PublicFile) -> Row[Any] | None:
    asked = {"sha256": file.sha256, "version": VERSION, "since": now() - ASKED_AGAIN}
    return next(iter(await database.look(KEPT, asked)), None)


async def _keep(database: Database, file: PublicFile, made: dict[str, Any]) -> None:
    empty = {"html": None, "title": "", "lang": "", "headings": "[]", "notes": "[]", "refused": None}
    asked = {"sha256": file.sha256, "document_id": file.document_id, "edition": file.edition}
    async with database.transaction() as unit:
        await unit.run(KEEP, {**empty, **made, **asked, "version": VERSION, "now": now()})


def _packed(rendition: Rendition) -> dict[str, Any]:
    return {
        "html": rendition.html,
        "title": rendition.title,
        "lang": rendition.lang,
        "headings": orjson.dumps([tuple(one) for one in rendition.headings]).decode(),
        "notes": orjson.dumps([tuple(one) for one in rendition.notes]).decode(),
    }


def _read(row: Row[Any]) -> Rendition:
    if row.refused is not None:
        raise NotRendered(row.refused)
    return Rendition(
        html=row.html,
        title=row.title,
        lang=row.lang,
        headings=tuple(Heading(*one) for one in row.headings),
        notes=tuple(Note(*one) for one in row.notes),
    )
