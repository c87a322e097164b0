"""What a document has to do with others, in both directions, and the stages of its matter."""

from collections.abc import Mapping
from typing import Any

from .entries import Neighbour, Related, Relations
from .reader import Reader

# What others say of it: the tags lead to who names it.
NAMED_BY = """
    SELECT relation ->> 'kind', document_id, CAST(entry AS json) ->> 'title'
    FROM answer, json_array_elements(CAST(entry AS json) -> 'relations') AS said (relation)
    WHERE tags @> ARRAY['names:' || %(id)s] AND relation ->> 'document_id' = %(id)s
    ORDER BY listed_at, document_id
"""

TITLES = """
    SELECT document_id, CAST(entry AS json) ->> 'title' FROM answer
    WHERE document_id = ANY(CAST(%(ids)s AS uuid[]))
"""

MATTER = """
    SELECT document_id, CAST(entry AS json) ->> 'title', CAST(entry AS json) ->> 'stage' FROM answer
    WHERE tags @> ARRAY['matter:' || %(matter)s] ORDER BY listed_at, document_id
"""


async def relations_of(reader: Reader, entry: Mapping[str, Any]) -> Relations:
    """What the document says of others, what others say of it, and all that is public of its matter."""
    named = [one["document_id"] for one in entry["relations"] if one["document_id"]]
    titles = {str(id_): title for id_, title in await reader.rows(TITLES, {"ids": named})} if named else {}
    naming = await reader.rows(NAMED_BY, {"id": str(entry["document_id"])})
    matter = entry["matter"]
    same = await reader.rows(MATTER, {"matter": matter}) if matter else []
    return Relations(
        names=[_named(one, titles) for one in entry["relations"]],
        named_by=[
            Related(kind=kind, document_id=id_, title=title, doc_no=None, href=f"/documents/{id_}")
            for kind, id_, title in naming
        ],
        matter=matter,
        same_matter=[
            Neighbour(document_id=id_, title=title, stage=stage, href=f"/documents/{id_}")
            for id_, title, stage in same
        ],
    )


def _named(relation: Mapping[str, Any], titles: Mapping[str, str]) -> Related:
    """With the other's own title and address where it is public here, else with what was said of it."""
    known = relation["document_id"] if relation["document_id"] in titles else None
    return Related(
        kind=relation["kind"],
        document_id=known,
        title=titles[known] if known else relation["title"],
        doc_no=relation["doc_no"],
        href=f"/documents/{known}" if known else None,
    )
