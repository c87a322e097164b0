"""What a document has to do with others, in both directions, and the stages of its matter."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from .entries import Neighbour, Related, Relations
from .reader import Reader

# Both directions; what was named by its number is known as soon as it is public here.
NAMES = """
    SELECT related.number, other.document_id, other.title
    FROM related JOIN public_edition AS other ON other.document_id = related.other_id
    WHERE related.document_id = %(id)s
"""

SAID = """
    SELECT number, relation.kind, relation.doc_no, relation.title
    FROM relation JOIN public_edition USING (document_id, edition)
    WHERE document_id = %(id)s ORDER BY number
"""

NAMED_BY = """
    SELECT related.kind, source.document_id, source.title, source.doc_no
    FROM related JOIN public_edition AS source ON source.document_id = related.document_id
    WHERE related.other_id = %(id)s ORDER BY source.published_at, source.document_id
"""

MATTER = """
    SELECT document_id, CAST(entry AS json) ->> 'title', CAST(entry AS json) ->> 'stage' FROM answer
    WHERE tags @> ARRAY['matter:' || %(matter)s] ORDER BY listed_at, document_id
"""


async def relations_of(reader: Reader, entry: Mapping[str, Any]) -> Relations:
    """What the document says of others, what others say of it, and all that is public of its matter."""
    asked = {"id": entry["document_id"]}
    known = {number: (id_, title) for number, id_, title in await reader.rows(NAMES, asked)}
    said, naming = await reader.rows(SAID, asked), await reader.rows(NAMED_BY, asked)
    matter = entry["matter"]
    same = await reader.rows(MATTER, {"matter": matter}) if matter else []
    return Relations(
        names=[_named(one, known.get(one[0])) for one in said],
        named_by=[
            Related(kind=kind, document_id=id_, title=title, doc_no=doc_no, href=f"/documents/{id_}")
            for kind, id_, title, doc_no in naming
        ],
        matter=matter,
        same_matter=[
            Neighbour(document_id=id_, title=title, stage=stage, href=f"/documents/{id_}")
            for id_, title, stage in same
        ],
    )


def _named(said: tuple[Any, ...], known: tuple[UUID, str] | None) -> Related:
    """With the other's own title and address where it is public here, else with what was said of it."""
    _, kind, doc_no, title = said
    return Related(
        kind=kind,
        document_id=known[0] if known else None,
        title=known[1] if known else title,
        doc_no=doc_no,
        href=f"/documents/{known[0]}" if known else None,
    )
