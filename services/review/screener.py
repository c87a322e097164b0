"""Screens what waits for it: files are read outside any transaction, what they say stays outside events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row

from shared.bell import Bell
from shared.clock import now
from shared.contracts import CaseQuarantined, ScreeningCompleted
from shared.contracts.vocabulary import ScreeningOutcome
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.files import FileType
from shared.manifest import Manifest
from shared.objects import Objects
from shared.rows import packed

from .lifecycle import State
from .quarantine import Quarantine
from .screening import RULESET, Finding, Piece, Severity, reader, screen, unread

log = structlog.get_logger()

# A lease, not a lock: reading takes long, and a transaction that long would hold others up.
CLAIM = """
    UPDATE review_case
    SET screening_until = now() + make_interval(secs => :lease), screenings = screenings + 1
    WHERE id IN (SELECT id FROM review_case
                 WHERE state = 'screening' AND (screening_until IS NULL OR screening_until < now())
                 ORDER BY opened_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id, document_id, edition, content_sha256, screenings
"""

STILL_OURS = "SELECT id FROM review_case WHERE id = ANY(:ids) AND state = 'screening' ORDER BY id FOR UPDATE"

SCREENED = """
    UPDATE review_case SET state = screened.state, state_since = :now, ruleset = :ruleset,
        outcome = screened.outcome, screening_until = NULL
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:outcomes AS text[]))
        AS screened (id, state, outcome)
    WHERE review_case.id = screened.id
"""

FIND = """
    INSERT INTO finding (case_id, no, file, place, starts, ends, rule, severity, excerpt, why, confidence,
                         proposal)
    VALUES (:case_id, :no, :file, :place, :starts, :ends, :rule, :severity, :excerpt, :why, :confidence,
            :proposal)
"""

LIST_FILES = """
    INSERT INTO case_file (case_id, sha256)
    SELECT DISTINCT case_id, sha256
    FROM json_to_recordset(CAST(:rows AS json)) AS listed (case_id uuid, sha256 text)
    ON CONFLICT DO NOTHING
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


class Screener:
    """Several may run, in one process or in many: each takes cases that nobody else has."""

    def __init__(
        self, database: Database, objects: Objects, quarantine: Quarantine, *, batch: int, lease: float
    ) -> None:
        self.database = database
        self.objects = objects
        self.quarantine = quarantine
        self.batch = batch
        self.lease = lease
        self.bell = Bell()
        """Rung when a case was opened."""

    async def screen(self) -> int:
        """Take what waits, read it, and write down what was found; how many cases."""
        async with self.database.transaction() as unit:
            cases = (await unit.run(CLAIM, {"batch": self.batch, "lease": self.lease})).all()
        if not cases:
            return 0
        crashpoint("screening.claimed")
        screened = await self._read(cases)
        for one in screened:
            if one.outcome is ScreeningOutcome.STOP and one.manifest:
                await self.quarantine.seal(one.case.id, one.case.content_sha256, one.manifest)
                crashpoint("quarantine.sealed")
        async with self.database.transaction() as unit:
            await self._write(unit, screened)
        return len(cases)

    async def _read(self, cases: Sequence[Row[Any]]) -> list[Screened]:
        """All files of all cases in one call of the reading process; what is not there is for a person."""
        findings: dict[UUID, list[Finding]] = {case.id: [] for case in cases}
        manifests = await self._manifests(cases)
        for case in cases:
            if case.id not in manifests:
                findings[case.id] += unread(0, "missing").findings
        for case_id, manifest in manifests.items():
            findings[case_id] += screen([Piece(manifest.title, "标题 title")]).findings
        for case_id, found in await self._files(manifests):
            findings[case_id] += found
        return [Screened(case, findings[case.id], manifests.get(case.id)) for case in cases]

    async def _manifests(self, cases: Sequence[Row[Any]]) -> dict[UUID, Manifest]:
        """Of the cases that are there and were not begun too often without an end."""
        sound = [case for case in cases if case.screenings <= MAX_SCREENINGS]
        contents = await self.objects.get_all([case.content_sha256 for case in sound])
        return {
            case.id: Manifest.from_bytes(content)
            for case, content in zip(sound, contents, strict=True)
            if isinstance(content, bytes)
        }

    async def _files(self, manifests: Mapping[UUID, Manifest]) -> list[tuple[UUID, Sequence[Finding]]]:
        """What was found in each file."""
        wanted = [(id_, no, file) for id_, one in manifests.items() for no, file in enumerate(one.files)]
        contents = await self.objects.get_all([file.sha256 for _, _, file in wanted])
        there = [
            (*want, content)
            for want, content in zip(wanted, contents, strict=True)
            if isinstance(content, bytes)
        ]
        read = await reader.read([(TYPES[file.media_type], content) for _, _, file, content in there])
        found = [
            (id_, [_of_file(finding, no) for finding in screening.findings])
            for (id_, no, _, _), screening in zip(there, read, strict=True)
        ]
        gone = [
            (id_, unread(no, "missing").findings)
            for (id_, no, _), content in zip(wanted, contents, strict=True)
            if not isinstance(content, bytes)
        ]
        return [*found, *gone]

    async def _write(self, unit: Transaction, screened: Sequence[Screened]) -> None:
        rows = await unit.run(STILL_OURS, {"ids": [one.case.id for one in screened]})
        ours = {row.id for row in rows}
        screened = [one for one in screened if one.case.id in ours]
        if not screened:
            return
        await unit.run(
            SCREENED,
            {
                "ids": [one.case.id for one in screened],
                "states": [one.state for one in screened],
                "outcomes": [one.outcome for one in screened],
                "ruleset": RULESET,
                "now": now(),
            },
        )
        if findings := [row for one in screened for row in _rows(one)]:
            await unit.run(FIND, findings)
        await unit.run(LIST_FILES, {"rows": packed([row for one in screened for row in _listed(one)])})
        for one in screened:
            _announce(unit, one)
            if one.state is State.QUARANTINED:
                await self.quarantine.record(unit, one.case.id, one.case.content_sha256, one.manifest)


def _listed(one: Screened) -> list[Mapping[str, Any]]:
    files = one.manifest.files if one.manifest else ()
    return [{"case_id": one.case.id, "sha256": file.sha256} for file in files]


def _announce(unit: Transaction, one: Screened) -> None:
    about = {"document_id": one.case.document_id, "case_id": one.case.id, "edition": one.case.edition}
    unit.announce(
        ScreeningCompleted(
            **about,
            ruleset=RULESET,
            outcome=one.outcome,
            blocking=one.count(Severity.block),
            for_a_person=one.count(Severity.person),
        )
    )
    if one.state is State.QUARANTINED:
        log.warning("case.quarantined", case=str(one.case.id), document=str(one.case.document_id))
        unit.announce(CaseQuarantined(**about))


def _of_file(finding: Finding, number: int) -> Finding:
    return replace(finding, where=replace(finding.where, file=number))


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
