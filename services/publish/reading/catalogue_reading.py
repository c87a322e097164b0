"""What the record answers to whoever reads: a document, a page of them, what was taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.problems import NotFound, Problem

from .asked import Filters, Paged, Place
from .reader import Reader
from .tombstones import Tombstone, tombstone

PUBLIC = """
    document JOIN edition ON edition.document_id = document.id AND edition.edition = document.current_edition
"""

SOME = "SELECT document_id, entry, changed_at FROM answer WHERE document_id = ANY(%(ids)s)"

EDITION = """
    SELECT entry_of(document, shown), changed_at
    FROM document JOIN edition AS shown ON shown.document_id = document.id
    WHERE document.id = %(id)s AND shown.edition = %(edition)s AND shown.edition > withdrawn_upto
"""

EDITIONS = """
    SELECT edition.edition, published_at, content_sha256,
        CASE WHEN edition.edition > withdrawn_upto THEN coalesce(about ->> 'amendment', '') ELSE '' END,
        edition.edition <= withdrawn_upto
    FROM edition JOIN document ON document.id = edition.document_id
    WHERE document_id = %(id)s ORDER BY edition.edition
"""

CONDITIONS = {
    "tags": "tags @> CAST(%(tags)s AS text[])",
    "since": "listed_at >= %(since)s",
    "until": "listed_at < %(until)s",
    "changed_since": "changed_at >= %(changed_since)s",
    "after": "(listed_at, document_id) < (%(at)s, %(id)s)",
    "before": "(listed_at, document_id) > (%(at)s, %(id)s)",
}

# The limit stands in it as a number: without one, no plan made once would be right.
LIST = """
    SELECT entry, listed_at, document_id, (SELECT max(changed_at) FROM document)
    FROM {source} WHERE {where} ORDER BY listed_at {way}, document_id {way} LIMIT {limit}
"""

# Few have such tags: they are looked up and sorted, whatever PostgreSQL may think of walking the dates.
FEW = "(SELECT * FROM answer WHERE tags @> CAST(%(tags)s AS text[]) OFFSET 0) AS found"

# A title is taken from no edition that a withdrawal has hidden for good, also where a later one says less.
GRAVE = """
    SELECT withdrawal.document_id, withdrawal.kind, withdrawal.edition, withdrawal.withdrawn_at,
        withdrawal.reason, shown.title, document.index_no, shown.doc_no, shown.department, shown.created_on,
        shown.published_at,
        coalesce(
            (SELECT document_id FROM answer WHERE document_id = withdrawal.replaced_by),
            (SELECT document_id FROM (
                 SELECT document_id, listed_at FROM answer
                 WHERE tags @> ARRAY['replaces:' || document.id] OFFSET 0
             ) AS replacing ORDER BY listed_at DESC LIMIT 1)) AS replaced_by
    FROM withdrawal JOIN document ON document.id = withdrawal.document_id
    LEFT JOIN LATERAL (
        SELECT * FROM edition WHERE edition.document_id = document.id AND edition.edition <= {upto}
        AND edition.edition > (
            SELECT coalesce(max(hiding.edition), 0) FROM withdrawal AS hiding
            WHERE hiding.document_id = document.id
              AND (hiding.kind = 'gone' OR hiding.reason IN ('secrecy', 'personal-information')))
        ORDER BY edition.edition DESC LIMIT 1) AS shown ON true
"""

OF_DOCUMENT = f"""
    {GRAVE.format(upto="withdrawal.edition")}
    WHERE document.id = %(id)s AND withdrawal.edition = withdrawn_upto
"""

OF_EDITION = f"""
    {GRAVE.format(upto="%(edition)s")}
    WHERE document.id = %(id)s AND withdrawal.edition >= %(edition)s
      AND EXISTS (SELECT FROM edition WHERE document_id = document.id AND edition = %(edition)s)
    ORDER BY withdrawal.edition LIMIT 1
"""

GRAVES = """
    {grave}
    WHERE withdrawal.edition = withdrawn_upto AND document.current_edition IS NULL AND index_no IS NOT NULL
      AND tags @> CAST(%(tags)s AS text[]) {place}
      AND (CAST(%(since)s AS timestamptz) IS NULL OR withdrawal.withdrawn_at >= %(since)s)
    ORDER BY withdrawal.withdrawn_at DESC, withdrawal.document_id DESC LIMIT %(limit)s
"""

BEYOND = "AND (withdrawal.withdrawn_at, withdrawal.document_id) < (%(at)s, %(id)s)"

FILES = f"SELECT files FROM {PUBLIC} WHERE document.id = %(id)s"  # noqa: S608 the same.

BODIES = "SELECT code, name, name_en, kind, phone FROM shared.department ORDER BY code"


class Withdrawn(Problem):
    """This document was withdrawn."""

    status = 410
    code = "withdrawn"
    zh = "该信息已撤回。"

    def __init__(self, stone: Tombstone) -> None:
        super().__init__(tombstone=stone.model_dump(mode="json", exclude_none=True))
        self.stone = stone


@dataclass(frozen=True)
class Page:
    """Entries as JSON, in the order of the list, and where the neighbouring pages begin."""

    entries: Sequence[str]
    next: str | None
    previous: str | None
    changed_at: datetime | None
    """When anything in the whole catalogue last changed."""


async def one(reader: Reader, document_id: UUID) -> tuple[str, datetime]:
    """The entry as JSON, and when it changed; raises NotFound and Withdrawn."""
    if found := (await some(reader, [document_id])).get(document_id):
        return found
    raise await missing(reader, document_id)


async def some(reader: Reader, ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
    """Those of them that are public."""
    return {id_: (entry, at) for id_, entry, at in await reader.rows(SOME, {"ids": ids})}


async def missing(reader: Reader, document_id: UUID) -> Problem:
    """Why it is not public: withdrawn, or never heard of."""
    return await _missing(reader, OF_DOCUMENT, {"id": document_id})


async def edition(reader: Reader, document_id: UUID, number: int) -> tuple[str, datetime]:
    """The same of any edition that was public and was not withdrawn."""
    asked = {"id": document_id, "edition": number}
    for entry, changed_at in await reader.rows(EDITION, asked):
        return entry, changed_at
    raise await _missing(reader, OF_EDITION, asked)


async def files(reader: Reader, document_id: UUID) -> list[dict[str, Any]]:
    """The files of the current edition as they were approved; raises NotFound and Withdrawn."""
    for (found,) in await reader.rows(FILES, {"id": document_id}):
        return list(found)
    raise await missing(reader, document_id)


async def editions(reader: Reader, document_id: UUID) -> list[tuple[Any, ...]]:
    """Number, published when, hash, amendment and whether withdrawn; raises NotFound."""
    found = await reader.rows(EDITIONS, {"id": document_id})
    if not found:
        raise NotFound
    return found


async def page(reader: Reader, asked: Paged) -> Page:
    """The page that is asked for; one row more is read to know whether it goes on."""
    place, backwards = asked.place(), asked.before is not None
    parameters = asked.parameters()
    if place:
        parameters |= {"at": place.at, "id": place.id}
    named = [name for name in CONDITIONS if parameters.get(name)]
    few = asked.is_of_few(parameters["tags"])
    if place:
        named.append("before" if backwards else "after")
    where = " AND ".join(CONDITIONS[name] for name in named) or "true"
    way, source = "ASC" if backwards else "DESC", FEW if few else "answer"
    statement = LIST.format(where=where, way=way, source=source, limit=asked.limit + 1)
    rows = await reader.rows(statement, parameters, planned=few or "tags" not in named)
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    if backwards:
        rows.reverse()
    return _page(rows, before=more if backwards else bool(place), after=bool(place) if backwards else more)


def _page(rows: Sequence[tuple[Any, ...]], *, before: bool, after: bool) -> Page:
    if not rows:
        return Page([], None, None, None)
    return Page(
        [row[0] for row in rows],
        str(Place(rows[-1][1], rows[-1][2])) if after else None,
        str(Place(rows[0][1], rows[0][2])) if before else None,
        rows[0][3],
    )


async def withdrawn(
    reader: Reader, filters: Filters, place: Place | None, limit: int
) -> tuple[list[Tombstone], Place | None]:
    """What answers these filters and is public no more, the latest first; and what follows."""
    at = {"at": place.at, "id": place.id} if place else {}
    asked = {
        "tags": filters.tags(),
        "since": filters.changed_since or filters.since,
        "limit": limit + 1,
        **at,
    }
    statement = GRAVES.format(grave=GRAVE.format(upto="withdrawal.edition"), place=BEYOND if place else "")
    stones = [_stone(row) for row in await reader.rows(statement, asked, planned=False)]
    last = stones[limit - 1] if len(stones) > limit else None
    return stones[:limit], Place(last.withdrawn_at, last.document_id) if last else None


async def bodies(reader: Reader) -> list[Mapping[str, str]]:
    """Every body of the organisation."""
    names = ("code", "name", "name_en", "kind", "phone")
    return [dict(zip(names, row, strict=True)) for row in await reader.rows(BODIES)]


async def names(reader: Reader, column: str = "name") -> dict[str, str]:
    """The bodies' names by their codes."""
    return {body["code"]: body[column] for body in await bodies(reader)}


async def _missing(reader: Reader, statement: str, asked: Mapping[str, Any]) -> Problem:
    for row in await reader.rows(statement, asked):
        return Withdrawn(_stone(row))
    return NotFound()


NAMES = (
    "document_id", "kind", "edition", "withdrawn_at", "reason", "title", "index_no", "doc_no", "department",
    "created_on", "published_at", "replaced_by",
)  # fmt: skip


def _stone(row: tuple[Any, ...]) -> Tombstone:
    return tombstone(dict(zip(NAMES, row, strict=True)))
