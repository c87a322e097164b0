"""One document's whole way through the services, put together from their four records."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from shared.policy_file import load

from .faults import Fault
from .record import SERVICES, Connection, ask, reading

BY_NUMBER = """
    SELECT document_id::text AS subject FROM intake.submission
        WHERE %(id)s::uuid IN (id, document_id) OR receipt_no = %(text)s
    UNION SELECT document_id::text FROM review.review_case WHERE id = %(id)s::uuid
    UNION SELECT document_id::text FROM review.opinion JOIN review.review_case ON review_case.id = case_id
        WHERE opinion.id = %(id)s::uuid
"""

BY_EVENT = "SELECT subject FROM {schema}.outbox WHERE event_id = %(id)s::uuid OR subject = %(text)s LIMIT 1"

ABOUT = """
    SELECT receipt_no, title, department, state, edition FROM intake.submission
    WHERE document_id::text = %(subject)s ORDER BY edition
"""

ANNOUNCED = """
    SELECT event_id, type, sequence, position, time, data FROM {schema}.outbox
    WHERE subject = %(subject)s ORDER BY sequence
"""

HEARD = """
    SELECT consumer, stream, event_id, type, sequence, position, status, attempts, error, first_seen,
           settled_at
    FROM {schema}.inbox WHERE subject = %(subject)s ORDER BY position
"""

SAID = """
    SELECT opinion.id, opinion.act, opinion.step, opinion.officer, opinion.name, opinion.role,
           opinion.department, opinion.about, opinion.level, opinion.grounds, opinion.note, opinion.policy,
           opinion.at, review_case.edition, review_case.id AS case_id
    FROM review.opinion JOIN review.review_case ON review_case.id = opinion.case_id
    WHERE review_case.document_id::text = %(subject)s
"""

DELIVERED = """
    SELECT department, no, event_id, type, edition, queued_at, received_at, confirmed_at, replay
    FROM notify.delivery WHERE document_id::text = %(subject)s
"""

ORDER = ("said", "announced", "heard", "queued", "received", "confirmed")
"""What comes first where two steps bear the same time."""


@dataclass(frozen=True)
class Step:
    """Something that happened to the document."""

    at: datetime
    where: str
    """The service, or the department, that it happened at."""
    what: str
    """One of ORDER."""
    type: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    subject: str
    editions: Sequence[dict[str, Any]]
    steps: Sequence[Step]

    def as_json(self) -> dict[str, Any]:
        steps = [asdict(step) | {"seconds": seconds} for step, seconds in self.with_intervals()]
        whole = (self.steps[-1].at - self.steps[0].at).total_seconds() if self.steps else 0.0
        return {"document_id": self.subject, "editions": self.editions, "seconds": whole, "steps": steps}

    def with_intervals(self) -> Iterator[tuple[Step, float]]:
        """Each step with the seconds since the one before it."""
        before = None
        for step in self.steps:
            yield step, (step.at - before).total_seconds() if before else 0.0
            before = step.at


def trace(data: Path, text: str) -> Trace:
    """The way of the document that this number belongs to: its own, a case's, an event's, a receipt's."""
    with reading(data) as record:
        which = {"subject": _subject(record, text)}
        steps = [*_announced(record, which), *_heard(record, which), *_said(record, which)]
        steps += _delivered(record, which)
        editions = ask(record, ABOUT, which)
    return Trace(
        which["subject"], editions, sorted(steps, key=lambda step: (step.at, ORDER.index(step.what)))
    )


def _subject(record: Connection, text: str) -> str:
    which = {"text": text, "id": _uuid(text)}
    queries = [BY_NUMBER, *(BY_EVENT.format(schema=schema) for schema in SERVICES)]
    for query in queries:
        if found := ask(record, query, which):
            return str(found[0]["subject"])
    raise Fault(f"没有编号 {text} 的任何记录。", f"Nothing is on record under {text}.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _announced(record: Connection, which: dict[str, str]) -> Iterator[Step]:
    for schema in SERVICES:
        for row in ask(record, ANNOUNCED.format(schema=schema), which):
            detail = {name: row[name] for name in ("event_id", "sequence", "position")}
            yield Step(
                row["time"], schema, "announced", row["type"], detail | {"data": orjson.loads(row["data"])}
            )


def _heard(record: Connection, which: dict[str, str]) -> Iterator[Step]:
    for schema in SERVICES:
        for row in ask(record, HEARD.format(schema=schema), which):
            # A transaction's now() is its beginning: what it settled was seen after that.
            at = max(filter(None, (row["first_seen"], row["settled_at"])))
            names = ("consumer", "stream", "event_id", "sequence", "position", "status", "attempts", "error")
            yield Step(at, schema, "heard", row["type"], {name: row[name] for name in names})


def _said(record: Connection, which: dict[str, str]) -> Iterator[Step]:
    policy = load(os.environ.get("GONGKAI_POLICY", "default"))
    for row in ask(record, SAID, which):
        detail = {name: value for name, value in row.items() if name not in ("at", "act")}
        # What a step was called under another policy than the one in force is not for us to say.
        step = policy.steps.get(row["step"]) if row["policy"] == policy.reference else None
        names = {"step_name": step.name, "step_name_en": step.name_en} if step else {}
        yield Step(row["at"], "review", "said", row["act"], {**detail, **names})


def _delivered(record: Connection, which: dict[str, str]) -> Iterator[Step]:
    for row in ask(record, DELIVERED, which):
        detail = {name: row[name] for name in ("no", "event_id", "edition", "replay")}
        for what in ("queued", "received", "confirmed"):
            if row[f"{what}_at"]:
                yield Step(row[f"{what}_at"], row["department"], what, row["type"], detail)
