"""What a document has to do with others: kept with its edition, read in both directions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts.description import Relation
from shared.contracts.vocabulary import RelationKind, Stage, Validity
from shared.db import Transaction
from shared.doc_numbers import NotADocNumber, key_of, parse
from shared.labels import RELATED_BY, RELATIONS, STAGES, VALIDITIES
from shared.manifest import Manifest
from shared.rows import packed

# What an earlier edition said acts from that one's day on: the correction of a comma postpones nothing.
KEEP = """
    INSERT INTO relation (document_id, edition, number, kind, other_document, doc_no, doc_no_key, title,
                          acts_on)
    SELECT document_id, edition, number, kind, other_document, doc_no, doc_no_key, title, coalesce(
        effective_on,
        (SELECT min(earlier.acts_on)
         FROM relation AS earlier JOIN document ON document.id = earlier.document_id
         WHERE earlier.document_id = said.document_id AND earlier.edition > document.withdrawn_upto
           AND earlier.kind = said.kind AND earlier.other_document IS NOT DISTINCT FROM said.other_document
           AND earlier.doc_no_key IS NOT DISTINCT FROM said.doc_no_key),
        :today)
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (document_id uuid, edition integer, number integer, kind text, other_document uuid,
                 doc_no text, doc_no_key text, title text, effective_on date)
"""

OUT = """
    SELECT relation.document_id AS of_id, relation.kind, relation.doc_no AS said_no,
        relation.title AS said_title,
        related.entitled, other.document_id AS other_id, other.title, other.doc_no, other.index_no,
        validity.validity
    FROM relation
    JOIN public_edition AS mine USING (document_id, edition)
    LEFT JOIN (SELECT * FROM related WHERE document_id = ANY(:ids)) AS related USING (document_id, number)
    LEFT JOIN public_edition AS other ON other.document_id = related.other_id
    LEFT JOIN validity ON validity.document_id = related.other_id
    WHERE relation.document_id = ANY(:ids)
    ORDER BY relation.number, other.published_at DESC
"""

IN = """
    SELECT related.other_id AS of_id, related.kind, NULL AS said_no, NULL AS said_title, related.entitled,
        source.document_id AS other_id, source.title, source.doc_no, source.index_no, validity.validity
    FROM related
    JOIN public_edition AS source USING (document_id)
    LEFT JOIN validity ON validity.document_id = related.document_id
    WHERE related.other_id = ANY(:ids)
    ORDER BY source.published_at, source.document_id
"""

MATTERS = """
    SELECT mine.document_id, mine.about ->> 'matter' AS code, mine.about ->> 'stage' AS stage,
        (SELECT count(*) FROM public_edition AS other
         WHERE other.about ? 'matter' AND other.about ->> 'matter' = mine.about ->> 'matter') AS documents
    FROM public_edition AS mine WHERE document_id = ANY(:ids) AND about ? 'matter'
"""

WITHOUT_EFFECT = """
    SELECT related.document_id, related.kind, related.other_id, source.department,
        other.department AS other_body
    FROM related
    JOIN public_edition AS source USING (document_id)
    JOIN public_edition AS other ON other.document_id = related.other_id
    WHERE NOT entitled AND related.kind IN ('amends', 'repeals', 'replaces')
      AND (CAST(:ids AS uuid[]) IS NULL OR related.document_id = ANY(:ids) OR related.other_id = ANY(:ids))
    ORDER BY source.published_at DESC LIMIT 1000
"""


def said_by(document_id: UUID, edition: int, manifest: Manifest) -> list[dict[str, Any]]:
    """The rows of an edition's relations; of a series of numbers one for each."""
    about = {"document_id": document_id, "edition": edition, "effective_on": manifest.effective_on}
    rows = [row for relation in manifest.relations for row in _rows(relation)]
    return [{**about, **row, "number": number} for number, row in enumerate(rows, 1)]


async def keep(unit: Transaction, rows: Sequence[Mapping[str, Any]], today: date) -> None:
    """In the transaction that enters the editions."""
    if rows:
        await unit.run(KEEP, {"rows": packed(rows), "today": today})


async def relations_of(unit: Transaction, document_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """For each public document `related` (what it names, and what names it) and its `matter`, or None.

    What is named but not public here has no `document_id` and says only what the document says of it.
    """
    named = {"ids": list(document_ids)}
    related: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for direction, statement in (("out", OUT), ("in", IN)):
        for row in await unit.run(statement, named):
            related[row.of_id].append(_shown(row, direction))
    matters = {row.document_id: _matter(row) for row in await unit.run(MATTERS, named)}
    return {id_: {"related": related[id_], "matter": matters.get(id_)} for id_ in document_ids}


async def without_effect(unit: Transaction, ids: Sequence[UUID] | None = None) -> list[dict[str, Any]]:
    """What says that it changes another document and may not, being of a body that is not entitled."""
    rows = await unit.run(WITHOUT_EFFECT, {"ids": None if ids is None else list(ids)})
    return [dict(row._mapping) for row in rows]


def _rows(relation: Relation) -> list[dict[str, Any]]:
    row = {
        "kind": relation.kind,
        "other_document": relation.document_id,
        "doc_no": relation.doc_no,
        "doc_no_key": key_of(relation.doc_no) if relation.doc_no else None,
        "title": relation.title,
    }
    try:
        series = parse(relation.doc_no or "").each()
    except NotADocNumber:
        return [row]
    if len(series) == 1 or relation.document_id:
        return [row]
    return [{**row, "doc_no": str(number), "doc_no_key": str(number)} for number in series]


def _shown(row: Row[Any], direction: str) -> dict[str, Any]:
    kind = RelationKind(row.kind)
    name = (RELATIONS if direction == "out" else RELATED_BY)[kind]
    return {
        "kind": kind,
        "direction": direction,
        "label": name.zh,
        "label_en": name.en,
        "document_id": str(row.other_id) if row.other_id else None,
        "title": row.title or row.said_title,
        "doc_no": row.doc_no or row.said_no,
        "index_no": row.index_no,
        "validity": row.validity,
        "validity_label": VALIDITIES[Validity(row.validity)].zh if row.validity else None,
        "has_effect": bool(row.entitled) if row.other_id else None,
        "href": f"/documents/{row.other_id}" if row.other_id else None,
    }


def _matter(row: Row[Any]) -> dict[str, Any]:
    return {
        "code": row.code,
        "stage": row.stage,
        "stage_label": STAGES[Stage(row.stage)].zh if row.stage else None,
        "documents": row.documents,
        "href": f"/matters/{row.code}",
    }
