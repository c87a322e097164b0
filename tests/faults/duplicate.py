"""What happened twice."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from json import loads

from shared.contracts import (
    DeliveryConfirmed,
    LedgerSealed,
    OpinionGiven,
    RecallReminded,
    ReleaseDelivered,
    ValidityChanged,
)

from .evidence import Evidence

ABOUT = {
    DeliveryConfirmed.type: ("event_id", "department"),
    OpinionGiven.type: ("step",),
    LedgerSealed.type: ("ledger", "position"),
    ReleaseDelivered.type: ("channel",),
    RecallReminded.type: ("reminder",),
    ValidityChanged.type: ("validity", "since"),
}
"""Of what, besides an edition, a fact is true once."""


def duplicate(seen: Evidence) -> Iterator[str]:
    """Every effect that took place more than once."""
    yield from seen.log.other_receipts
    yield from _rows(seen)
    yield from _announcements(seen)
    yield from _refusals(seen)
    yield from _index_numbers(seen)
    yield from _entries(seen)
    yield from _at_the_desks(seen)
    yield from _twice("search finds", (one["document_id"] for one in seen.found))


def _twice(what: str, things: Iterable[Hashable]) -> Iterator[str]:
    for thing, times in Counter(things).items():
        if times > 1:
            yield f"{what} {thing}: {times} times"


def _rows(seen: Evidence) -> Iterator[str]:
    tables = seen.tables
    yield from _twice("submission for key", (row.key for row in tables["submissions"]))
    yield from _twice("case of", ((row.document_id, row.edition) for row in tables["cases"]))
    ended = (row.case_id for row in tables["opinions"] if row.act in ("approved", "returned", "rejected"))
    yield from _twice("end of case", ended)
    yield from _twice("opinion", tables["opinions"])
    yield from _twice("edition", ((row.document_id, row.edition) for row in tables["editions"]))
    yield from _twice("index number", (row.index_no for row in tables["documents"] if row.index_no))
    yield from _twice("delivery of", ((row.department, row.event_id) for row in tables["deliveries"]))


def _announcements(seen: Evidence) -> Iterator[str]:
    """Every fact of ours is true once for each edition; some once for each delivery, step or seal."""
    for service, rows in seen.outbox.items():
        once = []
        for row in rows:
            fact = loads(row.data)
            about = tuple(fact[name] for name in ABOUT.get(row.type, ()))
            once.append((row.type, row.subject, fact.get("edition"), about))
        yield from _twice(f"{service} announced", once)


def _refusals(seen: Evidence) -> Iterator[str]:
    """The gate saw the same approval twice."""
    for row in seen.tables["refusals"]:
        if row.fault == "used-before":
            yield f"publication of {row.document_id} edition {row.edition} was attempted twice"


def _index_numbers(seen: Evidence) -> Iterator[str]:
    """A document has one index number for ever."""
    told: dict[str, set[str]] = {}
    for row in seen.outbox["publish"]:
        if number := loads(row.data).get("index_no"):
            told.setdefault(row.subject, set()).add(number)
    for document, numbers in told.items():
        if len(numbers) > 1:
            yield f"{document} has index numbers {numbers}"


def _entries(seen: Evidence) -> Iterator[str]:
    for service, entries in seen.streams.items():
        yield from _twice(f"stream {service} holds", (event for _, event in entries))
    for department, entries in seen.boxes.items():
        yield from _twice(f"mailbox {department} holds", (event for _, event in entries))


def _at_the_desks(seen: Evidence) -> Iterator[str]:
    """One fact under two ids; and the kit handing over twice what it noted, unless it was killed between."""
    for department, lines in seen.desks.items():
        ids = {(line["id"], line["type"], line["document"], line["edition"]) for line in lines}
        yield from _twice(f"{department} was told", (tuple(fact) for _, *fact in ids))
        repeats = len(lines) - len({line["id"] for line in lines})
        if repeats > seen.desk_kills[department]:
            yield f"{department} dealt {repeats} times again with what it had dealt with"
