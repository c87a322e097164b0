"""What screening says about a text: facts for a person to judge, never the secret itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """From the gravest down."""

    stop = "stop"  # Suspected state secret: quarantine, hand over off-line.
    block = "block"  # No approval without a return or a recorded ground.
    person = "person"  # A person looks and decides.


class Proposal(StrEnum):
    quarantine = "quarantine"
    mask = "mask"
    decide = "decide"
    read = "read"  # Nobody but a person can.


@dataclass(frozen=True, slots=True)
class Where:
    """Offsets count characters of the piece as it was extracted."""

    file: int
    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    where: Where
    excerpt_masked: str
    why: str
    confidence: float
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome for one file: no finding means that nothing was found, not that nothing is there."""

    ruleset: str
    findings: tuple[Finding, ...]
    characters: int = 0
    lexicon: str = ""  # The version of the keyword lists; empty without any.
    concerned: Mapping[str, str] = field(default_factory=dict)  # Other bodies, and why.

    @property
    def severity(self) -> Severity | None:
        found = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in found), None)

    @property
    def stopped(self) -> bool:
        return self.severity is Severity.stop


class Hit(NamedTuple):
    """What a rule answers, in offsets of the text it was given."""

    rule: str
    severity: Severity
    start: int
    end: int
    why: str
    confidence: float
    proposal: Proposal
    excerpt_masked: str = ""


def block(rule: str, start: int, end: int, number: str, why: str, confidence: float) -> Hit:
    return Hit(rule, Severity.block, start, end, why, confidence, Proposal.mask, _masked(number))


def person(rule: str, start: int, end: int, number: str, why: str, confidence: float) -> Hit:
    return Hit(rule, Severity.person, start, end, why, confidence, Proposal.decide, _masked(number))


_LONG = 10


def _masked(datum: str) -> str:
    """Enough to find it again in the document, too little to use."""
    shown = (3, 2) if len(datum) > _LONG else (1, 0)
    return datum[: shown[0]] + "*" * (len(datum) - sum(shown)) + datum[len(datum) - shown[1] :]
