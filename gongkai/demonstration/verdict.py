"""Whether everything came as it should: what the services answer, against what the programmes printed."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..asking import Desk
from ..faults import Refused
from .approving import TOOK
from .played import Played, board, receptions
from .stage import Stage

Arrival = tuple[str, str, str, int]
"""A department, what it was told, of which document, of which edition."""


@dataclass(frozen=True)
class Verdict:
    """The figures; each is counted, none is assumed."""

    documents: int
    submitted: int
    quarantined: int
    returned: int
    approved: int
    published: int
    delivered: int
    withdrawn: int
    recalled: int
    lost: int
    duplicated: int
    unexpected: int
    self_approval_refused: bool
    opinions: int
    """Steps that somebody took, the approvals among them."""
    confirmed: int
    """Departments that issue a document too, or were named, and said that it is right."""
    objections_settled: int
    sealed: int
    """Opinions in the ledger, each linked to the one before."""
    found: int
    """Documents that the public's search finds; it finds none that was withdrawn."""
    released: int
    """Editions on channels, each with its proof."""
    recall_places: int
    """Channels and departments that had a withdrawn document, and have said that it is gone."""
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rows(stage: Stage, played: Sequence[Played]) -> list[dict[str, Any]]:
    """What became of each document, as the services tell it now."""
    names = {department.code: department.name for department in stage.departments}
    return [_row(stage, one, names) for one in played]


def judge(
    stage: Stage,
    played: Sequence[Played],
    told: Sequence[dict[str, Any]],
    refused: bool | None,
    sealed: int,
    looked: Mapping[str, int],
) -> Verdict:
    """`refused` says whether self-approval was; None when it could not be tried any more."""
    arrived, wanted = _arrived(stage, played), _wanted(stage, played)
    return Verdict(
        documents=len(played),
        submitted=sum(len(one.receipts) for one in played),
        quarantined=sum(row["quarantined"] for row in told),
        returned=sum(row["returned"] for row in told),
        approved=sum(row["approved"] for row in told),
        published=sum(row["index_no"] is not None for row in told),
        delivered=sum(len(row["confirmed_by"]) for row in told),
        withdrawn=sum(row["state"] == "withdrawn" for row in told),
        recalled=sum(row["recalled"] is True for row in told),
        lost=sum(arrival not in arrived for arrival in wanted),
        duplicated=sum(count - 1 for count in arrived.values()),
        unexpected=sum(arrival not in wanted for arrival in arrived),
        self_approval_refused=not any(row["self_approved"] for row in told) if refused is None else refused,
        opinions=sum(row["opinions"] for row in told),
        confirmed=sum(row["agreed"] for row in told),
        objections_settled=sum(row["settled"] for row in told),
        sealed=sealed,
        **looked,
        seconds=round(time.monotonic() - stage.began, 2),
    )


def faults(stage: Stage, verdict: Verdict, told: Sequence[dict[str, Any]]) -> list[str]:
    """The figures that are not what the script asks for."""
    parts = stage.script.parts
    public = [part for part in parts if part.becomes_public]
    returned = sum(part.expect == "returned" for part in parts)
    objections = sum(part.objection is not None for part in public)
    wanted = {
        "submitted": len(parts) + returned,
        "quarantined": len(parts) - len(public),
        "returned": returned,
        "approved": len(public),
        "published": len(public),
        "delivered": sum(each.wants(part.said["theme"]) for part in public for each in stage.departments),
        "withdrawn": sum(bool(part.withdrawal) for part in parts),
        "recalled": sum(bool(part.withdrawal) for part in parts),
        "lost": 0,
        "duplicated": 0,
        "unexpected": 0,
        "self_approval_refused": True,
        "opinions": sum(row["people"] for row in told),
        "confirmed": sum(len(part.asked) for part in public) - objections,
        "objections_settled": objections,
        "found": len(public) - sum(bool(part.withdrawal) for part in parts),
    }
    found = verdict.as_json()
    return [f"{name}: {found[name]} ≠ {value}" for name, value in wanted.items() if found[name] != value]


def _wanted(stage: Stage, played: Sequence[Played]) -> set[Arrival]:
    """By the script and the subscriptions alone; the services are not asked."""
    wanted: set[Arrival] = set()
    for one in played:
        if one.part.becomes_public:
            whats = ["published", "withdrawn"] if one.part.withdrawal else ["published"]
            for each in stage.departments:
                if each.wants(one.part.said["theme"]):
                    wanted |= {(each.code, what, one.document, one.edition) for what in whats}
    return wanted


def _arrived(stage: Stage, played: Sequence[Played]) -> Counter[Arrival]:
    """What the programmes printed about our documents, now and in demonstrations before."""
    ours = {one.document for one in played}
    return Counter(
        (each.code, event["what"], event["document_id"], event["edition"])
        for each in stage.departments
        for event in each.printed()
        if event["document_id"] in ours
    )


def _row(stage: Stage, one: Played, names: dict[str, str]) -> dict[str, Any]:
    cases = _cases(stage.chair, one.document)
    entry, state = _entry(stage.chair, one.document)
    deliveries = board(stage, one.document)
    confirmed = receptions(deliveries, "published")
    return {
        "document_id": one.document,
        "title": one.part.title,
        "body": stage.script.name_of(one.part.department),
        "kind": one.part.said["kind"],
        "level": cases[-1]["level"],
        "state": state or cases[-1]["state"],
        "index_no": entry.get("index_no"),
        "published_at": _published_at(stage.chair, one) if entry else None,
        "confirmed_by": [names.get(code, code) for code in confirmed],
        "delivered_in": _longest(deliveries, confirmed),
        "quarantined": cases[-1]["state"] == "quarantined",
        "recalled": deliveries["recalled"],
        **_reviewed(stage, one, cases),
    }


def _reviewed(stage: Stage, one: Played, cases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the record of review says was done about it."""
    said = [opinion for case in cases for opinion in case["opinions"]]
    took = [opinion for opinion in said if opinion["act"] in TOOK]
    approvals = [opinion for opinion in took if opinion["act"] == "approved"]
    asked = [each for case in cases for each in case["confirmations"] if each["department"] in one.part.asked]
    return {
        "approved": len(approvals),
        "approved_by": stage.script.person(approvals[-1]["officer"]) if approvals else None,
        "self_approved": any(opinion["officer"] in case["authors"] for case, opinion in _by(cases, took)),
        "returned": sum(opinion["act"] == "returned" for opinion in said),
        "opinions": len(took),
        "people": sum(_people(case) for case, _ in _by(cases, approvals)),
        "agreed": sum(each["state"] == "confirmed" for each in asked),
        "settled": sum(each["state"] == "resolved" for each in asked),
    }


def _by(
    cases: Sequence[dict[str, Any]], opinions: Sequence[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each opinion with its case."""
    known = {case["id"]: case for case in cases}
    return ((known[opinion["case_id"]], opinion) for opinion in opinions)


def _people(case: dict[str, Any]) -> int:
    """How many must agree before it may be published."""
    return sum(step["people"] for step in case["steps"] if step["by"] != ["author"])


def _cases(desk: Desk, document: str) -> list[dict[str, Any]]:
    """With what was said in them, the first edition's first."""
    found = desk.ask("GET", "review", "/cases", params={"document": document})["cases"]
    cases = [dict(desk.ask("GET", "review", f"/cases/{case['id']}")) for case in found]
    return sorted(cases, key=lambda case: case["edition"])


def _entry(desk: Desk, document: str) -> tuple[dict[str, Any], str]:
    """What the public gets: the entry, or the tombstone, or nothing."""
    try:
        return desk.ask("GET", "publish", f"/documents/{document}"), "published"
    except Refused as refused:
        if tombstone := refused.problem.get("tombstone"):
            return tombstone, "withdrawn"
        return {}, ""


def _published_at(desk: Desk, one: Played) -> str:
    """Also of what was withdrawn since."""
    editions = desk.ask("GET", "publish", f"/documents/{one.document}/editions")["editions"]
    return next(str(each["published_at"]) for each in editions if each["edition"] == one.edition)


def _longest(deliveries: dict[str, Any], confirmed: dict[str, str]) -> float | None:
    """From the moment a delivery was queued to the last department's confirmation."""
    if not confirmed:
        return None
    queued = min(each["queued_at"] for each in deliveries["deliveries"])
    return (datetime.fromisoformat(max(confirmed.values())) - datetime.fromisoformat(queued)).total_seconds()
