"""What happened in the wrong order."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from shared.contracts import DocumentPublished, DocumentWithdrawn

from .evidence import Evidence


def disorder(seen: Evidence) -> Iterator[str]:
    """In the record, in the streams, in the consumers' handling, and at the departments."""
    yield from _positions(seen)
    yield from _streams(seen)
    yield from _handling(seen)
    yield from _deliveries(seen)
    yield from _desks(seen)


def _positions(seen: Evidence) -> Iterator[str]:
    """Dense, and in each subject's order."""
    for service, rows in seen.outbox.items():
        placed = sorted((row for row in rows if row.position), key=lambda row: row.position)
        if [row.position for row in placed] != list(range(1, len(placed) + 1)):
            yield f"outbox {service}: positions are not dense"
        last: dict[str, int] = {}
        for row in placed:
            if row.sequence != last.get(row.subject, 0) + 1:
                yield f"outbox {service} at {row.position}: sequence {row.sequence} of {row.subject}"
            last[row.subject] = row.sequence


def _streams(seen: Evidence) -> Iterator[str]:
    """The stream holds the outbox's events at the outbox's positions, without a gap, to the end."""
    for service, entries in seen.streams.items():
        expected = {row.position: row.event_id for row in seen.outbox[service]}
        yield from _gaps(f"stream {service}", [position for position, _ in entries], len(expected))
        for position, event in entries:
            if expected.get(position) != event:
                yield f"stream {service} at {position}: {event} instead of {expected.get(position)}"
    heads = {row.department: row.head for row in seen.tables["mailboxes"]}
    for department, entries in seen.boxes.items():
        yield from _gaps(f"mailbox {department}", [number for number, _ in entries], heads[department])


def _gaps(what: str, positions: Sequence[int], head: int) -> Iterator[str]:
    for one, next_ in pairwise(positions):
        if next_ != one + 1:
            yield f"{what}: {next_} after {one}"
    if positions and positions[-1] != head:
        yield f"{what}: ends at {positions[-1]}, not at {head}"


def _handling(seen: Evidence) -> Iterator[str]:
    """A document's events were settled in their order: by the time each one's transaction committed."""
    for rows in seen.inbox.values():
        lane = [row for row in rows if row.subject and row.type != DocumentWithdrawn.type]
        lane.sort(key=lambda row: (row.consumer, row.stream, row.subject, row.sequence))
        for (consumer, stream, subject), settled in groupby(lane, _lane):
            for one, next_ in pairwise(settled):
                if one.committed and next_.committed and one.committed > next_.committed:
                    yield (
                        f"{consumer} settled {stream} {subject}: {next_.sequence} ({next_.type}, "
                        f"{next_.status}) before {one.sequence} ({one.type}, {one.status})"
                    )


def _lane(row: Any) -> tuple[str, str, str]:
    return row.consumer, row.stream, row.subject


def _deliveries(seen: Evidence) -> Iterator[str]:
    """Each department is sent a document's publications in order, and none that is withdrawn already."""
    rows = seen.tables["deliveries"]
    for department, sent in groupby(rows, lambda row: row.department):
        lines = [
            {"document": row.subject, "type": row.type, "sequence": row.sequence, "edition": row.edition}
            for row in sent
        ]
        yield from _in_order(f"deliveries to {department}", lines)
    for row in seen.tables["mailboxes"]:
        numbers = [delivery.no for delivery in rows if delivery.department == row.department]
        if numbers != list(range(1, row.head + 1)):
            yield f"deliveries to {row.department}: numbers are not dense"


def _desks(seen: Evidence) -> Iterator[str]:
    for department, lines in seen.desks.items():
        yield from _in_order(department, _first_time(lines))


def _first_time(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({line["id"]: line for line in reversed(lines)}.values())[::-1]


def _in_order(where: str, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A withdrawal may come early; a publication that it covers may not come after it."""
    last: dict[str, int] = {}
    withdrawn: dict[str, int] = {}
    for line in lines:
        document, sequence = line["document"], line["sequence"]
        if line["type"] == DocumentPublished.type:
            if sequence < last.get(document, 0):
                yield f"{where}: {document} sequence {sequence} after {last[document]}"
            if line["edition"] <= withdrawn.get(document, 0):
                yield f"{where}: {document} edition {line['edition']} after its withdrawal"
        else:
            withdrawn[document] = max(line["edition"], withdrawn.get(document, 0))
        last[document] = max(sequence, last.get(document, 0))
