"""Reads cases' files outside any transaction and says what was found in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.contracts.vocabulary import ScreeningOutcome
from shared.db import Transaction
from shared.files import FileType
from shared.manifest import Manifest
from shared.objects import Objects

from .keyword_lists import Rules
from .lifecycle import State
from .screening import Finding, Piece, Screening, Severity, Where, reader, screen, unread

FORGET = "DELETE FROM finding WHERE case_id = ANY(:ids)"

FIND = """
    INSERT INTO finding (case_id, no, file, place, starts, ends, rule, severity, excerpt, why, confidence,
                         proposal)
    VALUES (:case_id, :no, :file, :place, :starts, :ends, :rule, :severity, :excerpt, :why, :confidence,
            :proposal)
"""

MAX_FINDINGS = 200
"""Kept for each case: whoever must look at more sends the document back."""

MAX_SCREENINGS = 3
"""A case that was begun so often without an end is for a person to read."""

TYPES = {kind.media_type: kind for kind in FileType}


@dataclass(frozen=True)
class Screened:
    """One case and what was found in it."""

    case: Row[Any]
    findings: Sequence[Finding]
    manifest: Manifest | None
    rules: str
    """The version of the rules by which it was read: others may be in force by now."""
    concerned: Mapping[str, str] = field(default_factory=dict)
    """Departments that the text concerns, and how that was seen."""

    @property
    def outcome(self) -> ScreeningOutcome:
        severities = {finding.severity for finding in self.findings}
        if Severity.stop in severities:
            return ScreeningOutcome.STOP
        if any(finding.rule.startswith("unreadable.") for finding in self.findings):
            return ScreeningOutcome.UNREADABLE
        return ScreeningOutcome.FINDINGS if self.findings else ScreeningOutcome.CLEAR

    @property
    def state(self) -> State:
        return State.QUARANTINED if self.outcome is ScreeningOutcome.STOP else State.REVIEWING

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


@dataclass
class Examiner:
    """Reads what cases list and screens it by the rules in force."""

    objects: Objects
    rules: Rules

    async def examine(self, cases: Sequence[Row[Any]]) -> list[Screened]:
        """All files of all cases in one call of the reading process; what is not there is for a person."""
        await self.rules.refresh()
        version, watch = self.rules.version, reader.Watch(self.rules.lexicon, self.rules.bodies)
        findings: dict[UUID, list[Finding]] = {case.id: [] for case in cases}
        manifests = await self._manifests(cases)
        for case in cases:
            if case.id not in manifests:
                findings[case.id] += unread(0, "missing").findings
        for case_id, manifest in manifests.items():
            said = [Piece(words, "著录项 metadata") for words in manifest.words()]
            findings[case_id] += screen(said, lexicon=watch.lexicon).findings
        concerned: dict[UUID, dict[str, str]] = {case.id: {} for case in cases}
        for case_id, read in await self._files(manifests, watch):
            findings[case_id] += read.findings
            concerned[case_id].update(read.concerned)
        return [
            Screened(case, findings[case.id], manifests.get(case.id), version, concerned[case.id])
            for case in cases
        ]

    async def _manifests(self, cases: Sequence[Row[Any]]) -> dict[UUID, Manifest]:
        """Of the cases that are there and were not begun too often without an end."""
        sound = [case for case in cases if case.screenings <= MAX_SCREENINGS]
        contents = await self.objects.get_all([case.content_sha256 for case in sound])
        return {
            case.id: Manifest.from_bytes(content)
            for case, content in zip(sound, contents, strict=True)
            if isinstance(content, bytes)
        }

    async def _files(
        self, manifests: Mapping[UUID, Manifest], watch: reader.Watch
    ) -> list[tuple[UUID, Screening]]:
        """What was found in each file."""
        wanted = [(id_, no, file) for id_, one in manifests.items() for no, file in enumerate(one.files)]
        contents = await self.objects.get_all([file.sha256 for _, _, file in wanted])
        there = [
            (*want, content)
            for want, content in zip(wanted, contents, strict=True)
            if isinstance(content, bytes)
        ]
        files = [(TYPES[file.media_type], content) for _, _, file, content in there]
        read = await reader.read(files, watch)
        found = [
            (id_, replace(screening, findings=tuple(_of_file(one, no) for one in screening.findings)))
            for (id_, no, _, _), screening in zip(there, read, strict=True)
        ]
        gone = [
            (id_, unread(no, "missing"))
            for (id_, no, _), content in zip(wanted, contents, strict=True)
            if not isinstance(content, bytes)
        ]
        return [*found, *gone]


async def note(unit: Transaction, screened: Sequence[Screened]) -> None:
    """Put down what was found in place of what was found before."""
    again = [one.case.id for one in screened if one.case.ruleset is not None]
    if again:
        await unit.run(FORGET, {"ids": again})
    if findings := [row for one in screened for row in _rows(one)]:
        await unit.run(FIND, findings)


def _of_file(finding: Finding, number: int) -> Finding:
    place, start, end = finding.where.place, finding.where.start, finding.where.end
    return replace(finding, where=Where(number, place, start, end))


def _rows(one: Screened) -> list[Mapping[str, Any]]:
    """What may be kept: place and rule; the excerpt is masked, and empty for secrecy marks."""
    return [
        {
            "case_id": one.case.id,
            "no": no,
            "file": finding.where.file,
            "place": finding.where.place,
            "starts": finding.where.start,
            "ends": finding.where.end,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "excerpt": finding.excerpt_masked,
            "why": finding.why,
            "confidence": finding.confidence,
            "proposal": finding.proposal.value,
        }
        for no, finding in enumerate(one.findings[:MAX_FINDINGS], 1)
    ]
