"""What is public and may not be."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from .agreements import incomplete
from .evidence import Evidence


def unapproved(seen: Evidence) -> Iterator[str]:
    """Public without everybody's agreement to exactly this content."""
    lacking = _lacking(seen)
    for row in seen.tables["editions"]:
        for lack in lacking.get((row.document_id, row.edition, row.content_sha256), ["no case"]):
            yield f"{row.document_id} edition {row.edition} is in the catalogue: {lack}"
    for document, (status, shown) in seen.public.items():
        said = (document, shown.get("edition"), shown.get("content_sha256"))
        if status == 200 and lacking.get(said, ["no case"]):
            yield f"{document} is shown without an approval"
    yield from (f"case {case}: its author approved it" for case in seen.log.approved_by_author)


def _lacking(seen: Evidence) -> dict[tuple[Any, ...], list[str]]:
    """By document, edition and content: what its agreements lack; nothing when they are complete."""
    officers = {row.id: row for row in seen.tables["officers"]}
    agreed = defaultdict(list)
    for row in seen.tables["opinions"]:
        if row.act in ("agreed", "approved"):
            agreed[row.case_id].append(row)
    return {
        (case.document_id, case.edition, case.content_sha256): list(
            incomplete(agreed[case.id], _way(seen, case), case.department, _authors(seen, case), officers)
        )
        for case in seen.tables["cases"]
    }


def _way(seen: Evidence, case: Any) -> str:
    """By what was handed in; an edition that nobody here handed in was redacted from one before it."""
    handed = seen.log.ways
    if way := handed.get((case.document_id, case.edition)):
        return way[0]
    before = [
        edition for document, edition in handed if document == case.document_id and edition < case.edition
    ]
    return handed[case.document_id, max(before)][1]


def _authors(seen: Evidence, case: Any) -> set[str]:
    """Whoever handed in this or an earlier edition, as intake knows it."""
    return {
        row.author
        for row in seen.tables["submissions"]
        if row.document_id == case.document_id and row.edition <= case.edition
    }


def withdrawn_public(seen: Evidence) -> Iterator[str]:
    """Shown after its withdrawal was answered, or shown or found now though it is withdrawn."""
    yield from seen.log.seen_after_withdrawal
    for row in seen.tables["documents"]:
        if row.current_edition is not None and row.current_edition <= row.withdrawn_upto:
            yield f"{row.id} shows edition {row.current_edition}, withdrawn up to {row.withdrawn_upto}"
    upto = {row.id: row.withdrawn_upto for row in seen.tables["documents"]}
    for document, (status, shown) in seen.public.items():
        if status == 200 and shown["edition"] <= max(
            upto.get(document, 0), seen.log.withdrawn.get(document, 0)
        ):
            yield f"{document} is shown in edition {shown['edition']} though it is withdrawn"
    yield from _findable(seen, upto)


def _findable(seen: Evidence, upto: Mapping[str, int]) -> Iterator[str]:
    """Found, or kept where it could be found."""
    for one in seen.found:
        if one["edition"] <= upto.get(one["document_id"], 0):
            yield f"{one['document_id']} is found in edition {one['edition']} though it is withdrawn"
    for row in seen.tables["entries"]:
        if (row.edition is None or row.edition <= upto.get(row.document_id, 0)) and (row.title or row.text):
            yield f"search still keeps what {row.document_id} said, though it is withdrawn"
