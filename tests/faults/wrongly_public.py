"""What is public and may not be."""

from collections.abc import Iterator

from .evidence import Evidence


def unapproved(seen: Evidence) -> Iterator[str]:
    """Public without somebody else's approval of exactly this content."""
    approved = _approved(seen)
    for row in seen.tables["editions"]:
        if (row.document_id, row.edition, row.content_sha256) not in approved:
            yield f"{row.document_id} edition {row.edition} is in the catalogue without an approval"
    for document, (status, shown) in seen.public.items():
        said = (document, shown.get("edition"), shown.get("content_sha256"))
        if status == 200 and said not in approved:
            yield f"{document} is shown without an approval"
    yield from (f"case {case}: its author approved it" for case in seen.log.approved_by_author)


def _approved(seen: Evidence) -> set[tuple[object, ...]]:
    cases = {row.id: row for row in seen.tables["cases"]}
    return {
        (case.document_id, case.edition, case.content_sha256)
        for decision in seen.tables["decisions"]
        if decision.kind == "approval"
        and (case := cases[decision.case_id])
        and decision.officer not in (decision.author, case.author)
    }


def withdrawn_public(seen: Evidence) -> Iterator[str]:
    """Shown after its withdrawal was answered, or shown now though it is withdrawn."""
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
