"""What should be there and is not."""

from collections.abc import Iterator

from shared.contracts import DocumentPublished, DocumentWithdrawn

from .evidence import Evidence, facts

SETTLED = ("done", "skipped")
LAWFUL = ("withdrawn", "outdated")
"""Why an approved edition need not become public."""
VOID = "not-approved"
"""The same, where the approval was voided by a later edition."""


def lost(seen: Evidence) -> Iterator[str]:
    """Everything accepted, announced, approved or sent that did not arrive."""
    yield from _receipts(seen)
    yield from _events(seen)
    yield from _cases(seen)
    yield from _decisions(seen)
    yield from _approved(seen)
    yield from _told(seen)
    yield from _deliveries(seen)
    yield from _arrivals(seen)
    yield from _findable(seen)
    yield from _recalls(seen)
    yield from (f"public and not screened again: {seen.unexamined}",) * bool(seen.unexamined)
    yield from (f"unanswered: {request}" for request in seen.log.unanswered)


def _receipts(seen: Evidence) -> Iterator[str]:
    kept = {row.key: row.id for row in seen.tables["submissions"]}
    for key, receipt in seen.log.receipts.items():
        if kept.get(key) != receipt["submission_id"]:
            yield f"receipt {receipt['receipt_no']}: no submission"


def _events(seen: Evidence) -> Iterator[str]:
    """An event that a registered consumer has not settled."""
    for consumer, stream in seen.tables["progress"]:
        settled = {row.event_id: row for row in seen.inbox[consumer] if row.stream == stream}
        for event in seen.outbox[stream]:
            row = settled.get(event.event_id)
            if row is None or row.status not in SETTLED:
                state = f"{row.status}, {row.attempts} attempts, {row.error}" if row else "never seen"
                yield f"{consumer} has not {event.type} at {stream} {event.position}: {state}"


def _cases(seen: Evidence) -> Iterator[str]:
    opened = {(row.document_id, row.edition) for row in seen.tables["cases"]}
    for row in seen.tables["submissions"]:
        if (row.document_id, row.edition) not in opened:
            yield f"submission {row.id}: no case"


def _decisions(seen: Evidence) -> Iterator[str]:
    """What an officer or a client was told, and the record does not know."""
    kept = {(row.case_id, row.officer, row.act) for row in seen.tables["opinions"]}
    for case, officer, act in seen.log.said - kept:
        yield f"{officer} {act} case {case}: not in the record"
    upto = {row.id: row.withdrawn_upto for row in seen.tables["documents"]}
    for document, edition in seen.log.withdrawn.items():
        if upto.get(document, 0) < edition:
            yield f"withdrawal of {document} up to {edition}: the record says {upto.get(document)}"


def _approved(seen: Evidence) -> Iterator[str]:
    """An approved edition is published, or refused for a lawful reason."""
    published = {(row.document_id, row.edition) for row in seen.tables["editions"]}
    refused = {(row.document_id, row.edition): row.fault for row in seen.tables["refusals"]}
    called_off = {
        (row.document_id, row.edition) for row in seen.tables["scheduled"] if row.state == "called-off"
    }
    cases = {row.id: row for row in seen.tables["cases"]}
    for opinion in seen.tables["opinions"]:
        case = cases[opinion.case_id]
        edition = (case.document_id, case.edition)
        lawful = (*LAWFUL, VOID) if case.state == "voided" else LAWFUL
        excused = refused.get(edition) in lawful or edition in called_off
        if opinion.act == "approved" and edition not in published and not excused:
            yield f"approved {edition}: neither published nor lawfully refused ({refused.get(edition)})"


def _told(seen: Evidence) -> Iterator[str]:
    """Intake knows of what became public."""
    published = {(row.document_id, row.edition) for row in seen.tables["editions"]}
    for row in seen.tables["submissions"]:
        if (row.document_id, row.edition) in published and row.state not in ("published", "withdrawn"):
            yield f"submission {row.id}: published, but intake says {row.state}"


def _deliveries(seen: Evidence) -> Iterator[str]:
    """Every department here hears everything: each publication, unless withdrawn, and each withdrawal."""
    sent = {(row.department, row.event_id) for row in seen.tables["deliveries"]}
    first = _first_editions(seen)
    buried = {row.document_id: row.edition for row in seen.tables["tombstones"]}
    for department in seen.desks:
        for event, fact in facts(seen.outbox["publish"], DocumentPublished.type):
            withdrawn = fact["edition"] <= buried.get(fact["document_id"], 0)
            if (department, event.event_id) not in sent and not withdrawn:
                yield f"{department} was not sent publication {event.event_id}"
        for event, fact in facts(seen.outbox["publish"], DocumentWithdrawn.type):
            concerned = first.get((department, fact["document_id"]), fact["edition"] + 1) <= fact["edition"]
            if concerned and (department, event.event_id) not in sent:
                yield f"{department} was not sent withdrawal {event.event_id}"


def _recalls(seen: Evidence) -> Iterator[str]:
    """Every department that was sent something of what was withdrawn has been heard of again."""
    for row in seen.tables["recalls"]:
        if row.departments_known_at is None or row.missing:
            yield f"recall of {row.document_id} up to {row.edition}: {row.missing} departments missing"


def _first_editions(seen: Evidence) -> dict[tuple[str, str], int]:
    """By department and document, the first edition that it was sent."""
    first: dict[tuple[str, str], int] = {}
    for row in seen.tables["deliveries"]:
        if row.type == DocumentPublished.type:
            which = (row.department, row.document_id)
            first[which] = min(row.edition, first.get(which, row.edition))
    return first


def _arrivals(seen: Evidence) -> Iterator[str]:
    """What was sent has been dealt with by the department's programme."""
    for department, lines in seen.desks.items():
        dealt = {line["id"] for line in lines}
        for row in seen.tables["deliveries"]:
            passed_over = seen.desk_kinds[department] == "kit" and _overtaken(row, lines)
            if row.department == department and row.event_id not in dealt and not passed_over:
                yield f"{department} never saw delivery {row.no} ({row.type} {row.document_id})"


def _findable(seen: Evidence) -> Iterator[str]:
    """Search has the current edition of everything that is public."""
    found = {(one["document_id"], one["edition"]) for one in seen.found}
    for row in seen.tables["documents"]:
        if row.current_edition is not None and (row.id, row.current_edition) not in found:
            yield f"{row.id} edition {row.current_edition} is public and cannot be found"


def _overtaken(row: object, lines: object) -> bool:
    """The kit passes over a publication that comes after a later fact of the same document."""
    return row.type == DocumentPublished.type and any(  # type: ignore[attr-defined]
        line["document"] == row.subject and line["sequence"] > row.sequence  # type: ignore[attr-defined]
        for line in lines  # type: ignore[attr-defined]
    )
