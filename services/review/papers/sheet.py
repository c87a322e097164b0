"""The review sheet (保密审查表): what was asked, who said what, what came of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from .words import CHECKS


@dataclass(frozen=True)
class Check:
    """One of the sheet's yes-or-no questions; None is for a person to tick."""

    question: str
    answer: bool | None
    findings: int = 0
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Confirmed:
    """What another body said (条例第11条)."""

    department: str
    state: str
    asked_at: datetime
    due_on: date
    answered_at: datetime | None
    answered_by: str | None
    reasons: str
    resolution: str


@dataclass(frozen=True)
class Referred:
    """What an authority was asked, and answered."""

    kind: str
    authority: str
    asked_at: datetime
    due_on: date
    answer: str
    answer_no: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Said:
    """One opinion, and its place in the ledger; None while it waits to be sealed."""

    id: UUID
    step: str
    act: str
    name: str
    role: str
    department: str
    at: datetime
    note: str
    grounds: tuple[str, ...]
    about: str
    position: int | None
    hash: str | None


@dataclass(frozen=True)
class Publication:
    """The publication log's line."""

    published_at: datetime
    index_no: str | None
    title: str | None
    made_by: str
    reviewed_by: tuple[str, ...]
    approved_by: str | None


@dataclass(frozen=True)
class Sheet:
    """Everything on the sheet; titles are None where the edition is locked away."""

    case_id: UUID
    document_id: UUID
    edition: int
    filled_on: date
    department: str
    author: str
    title: str | None
    sealed: bool
    doc_no: str | None
    kind: str
    official: bool | None
    """公文类 or 非公文类; None where nobody can tell any more."""
    ways: tuple[str, ...]
    due_on: date
    attribute: str
    declassified: int
    """How many marks of declassification (解密) screening found: its evidence belongs to the sheet."""
    checks: tuple[Check, ...]
    confirmations: tuple[Confirmed, ...]
    referrals: tuple[Referred, ...]
    opinions: tuple[Said, ...]
    result: str | None
    basis: tuple[str, ...]
    reason: str
    publication: Publication | None
    printed_at: datetime


BY_RULE = {
    "mark.secret": "state-secret",
    "mark.level": "state-secret",
    "mark.handling": "internal",
    "personal": "personal",
    "mark.misused": "other",
    "mark.declassified": "",
}
"""Which question a finding answers, by its rule or the rule's family; any other is fit for none of them."""

BY_GROUND = {
    "art-14-state-secret": "state-secret",
    "art-14-security-and-stability": "security-and-stability",
    "art-15-trade-secret": "trade-secret",
    "art-15-personal-privacy": "personal",
    "personal-information": "personal",
    "art-16-internal-matter": "internal",
    "art-16-process-information": "internal",
    "art-14-forbidden-by-law": "other",
    "art-16-enforcement-file": "other",
}

SCREENED_FOR = frozenset({"state-secret", "internal", "personal"})
"""What the machine looks for everywhere: that it found nothing is an answer. The others only people give."""

CLOSING = ("approved", "returned", "rejected", "determined", "redacted")

RESULT_OF = {
    **dict.fromkeys(("approved", "published", "reexamining", "withdrawn"), "disclose"),
    "rejected": "withhold",
    "returned": "return",
    **dict.fromkeys(("referred", "quarantined"), "refer"),
}
"""公开, 不予公开, 需报审 or 退回修改, by the case's state; the others say nothing yet, or no more."""


def checks(rules: Sequence[str], grounds: Sequence[str], outcome: str | None) -> tuple[Check, ...]:
    """The questions with the answers that screening and opinions gave."""
    found = [_question(rule) for rule in rules]
    looked = outcome in ("clear", "findings", "stop")
    return tuple(_check(question, found.count(question), grounds, looked) for question in CHECKS)


def _question(rule: str) -> str:
    return BY_RULE.get(rule, BY_RULE.get(rule.partition(".")[0], "other"))


def _check(question: str, findings: int, grounds: Sequence[str], looked: bool) -> Check:
    on = tuple(dict.fromkeys(ground for ground in grounds if BY_GROUND.get(ground) == question))
    if findings or on:
        return Check(question, True, findings, on)
    return Check(question, False if looked and question in SCREENED_FOR else None)


def closing(opinions: Sequence[Said]) -> Said | None:
    """The opinion that ended the case; the last one that did."""
    return next((one for one in reversed(opinions) if one.act in CLOSING), None)


def attribute(result: str | None, *, sealed: bool, redacted: bool) -> str:
    """公开属性: as decided, else as proposed."""
    if result == "withhold" or sealed:
        return "withhold"
    return "partly" if redacted else "disclose"


def publication(
    opinions: Sequence[Said],
    published_at: datetime | None,
    index_no: str | None,
    title: str | None,
    author: str,
) -> Publication | None:
    """The line of the publication log; None before it was published."""
    if published_at is None:
        return None
    by: Mapping[str, list[str]] = {"agreed": [], "approved": []}
    for one in _agreements(opinions):
        by[one.act].append(one.name)
    return Publication(
        published_at,
        index_no,
        title,
        author,
        tuple(dict.fromkeys(by["agreed"])),
        by["approved"][-1] if by["approved"] else None,
    )


def _agreements(opinions: Sequence[Said]) -> Iterator[Said]:
    return (one for one in opinions if one.act in ("agreed", "approved"))
