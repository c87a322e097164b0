"""What screening says about a text: facts for a person to judge, never the secret itself."""

from dataclasses import dataclass
from enum import StrEnum


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

    @property
    def severity(self) -> Severity | None:
        found = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in found), None)

    @property
    def stopped(self) -> bool:
        return self.severity is Severity.stop


@dataclass(frozen=True, slots=True)
class Hit:
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


def _masked(number: str) -> str:
    return number[:3] + "*" * (len(number) - 5) + number[-2:]
