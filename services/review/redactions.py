"""区分处理 (Regulations, art. 37): what may not be disclosed is removed, the rest goes on as a new edition.

The original is sealed with its hash and leaves the store; the redacted edition is reviewed from the
beginning, and whoever redacted it counts as one of its authors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.clock import new_id, now
from shared.contracts import DocumentRedacted
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.identity import Officer
from shared.manifest import Manifest, ManifestFile
from shared.objects import ObjectMissing, Objects
from shared.policy import Policy
from shared.problems import Invalid, NotFound
from shared.rows import packed

from .approvals import may_send_back, must_be_one_of
from .asked import FileRedactionAsked, RedactionAsked
from .cases import close
from .examining import TYPES
from .lifecycle import Move, State, after
from .opinions import Act, Opinion, write
from .quarantine import Quarantine
from .redaction import Area, CannotRedact, Redacted, Span
from .redaction.apart import redact_apart
from .standing import Held, held_one, of_case

FINDINGS = "SELECT no, file, place, starts, ends FROM finding WHERE case_id = :case"

PUBLIC = """
    SELECT DISTINCT sha256 FROM case_file JOIN review_case ON review_case.id = case_file.case_id
    WHERE sha256 = ANY(:addresses) AND review_case.state IN ('published', 'reexamining')
"""

NOTE = """
    INSERT INTO redaction (id, case_id, file, original_sha256, redacted_sha256, marks, checked, officer, at)
    SELECT id, :case, file, original_sha256, redacted_sha256, marks, checked, :officer, :now
    FROM json_to_recordset(CAST(:rows AS json)) AS made (id uuid, file integer, original_sha256 text,
        redacted_sha256 text, marks jsonb, checked jsonb)
"""

# An original that another case lists as well stays: it is that one's to decide about.
UNCLEARED = """
    SELECT redaction.id, redaction.case_id, original_sha256,
        EXISTS (SELECT FROM case_file
                WHERE sha256 = original_sha256 AND case_file.case_id <> redaction.case_id) AS shared
    FROM redaction WHERE cleared_at IS NULL
"""

CLEARED = "UPDATE redaction SET cleared_at = :now WHERE id = :id"


class NotRedacted(Invalid):
    """The redaction was not made, and nothing has changed."""

    code = "not-redacted"
    zh = "遮盖处理没有完成，原件未作改动。"


@dataclass(frozen=True)
class Made:
    """One file without what was to be removed."""

    number: int
    marks: FileRedactionAsked
    redacted: Redacted


@dataclass(frozen=True)
class Redactor:
    """What redacting takes."""

    database: Database
    objects: Objects
    policy: Policy

    async def redact(self, case_id: UUID, officer: Officer, asked: RedactionAsked) -> dict[str, Any]:
        """Make, check and keep the redacted edition; what was done, and where the words may still stand."""
        async with self.database.transaction() as unit:
            (row, _), _ = await self._may(unit, case_id, officer)
            findings = (await unit.run(FINDINGS, {"case": case_id})).all()
        manifest = Manifest.from_bytes(await self._there(row.content_sha256))
        made = [await self._make(manifest, one, findings) for one in asked.files]
        for one in made:
            await self.objects.put(one.redacted.content)
        edition = _edition(manifest, made, officer)
        address = await self.objects.put(edition.to_bytes())
        originals = [one.redacted.original_sha256 for one in made]
        async with self.database.transaction() as unit:
            await self._keep(unit, case_id, officer, made, address, asked.note)
            public = (await unit.run(PUBLIC, {"addresses": originals})).scalars().all()
        return {
            "content_sha256": address,
            "files": [_shown(one, public=one.redacted.original_sha256 in public) for one in made],
        }

    async def _may(self, unit: Transaction, case_id: UUID, officer: Officer) -> tuple[Held, str]:
        held = await held_one(unit, case_id)
        row, standing = held
        after(State(row.state), Move.REDACT)
        return held, must_be_one_of(self.policy, officer, standing, may_send_back(self.policy, standing.tier))

    async def _there(self, address: str) -> bytes:
        try:
            return await self.objects.get(address)
        except ObjectMissing:  # Sealed with another case, or not kept: there is nothing to redact here.
            raise NotFound(address) from None

    async def _make(self, manifest: Manifest, asked: FileRedactionAsked, findings: Sequence[Any]) -> Made:
        if asked.file >= len(manifest.files):
            raise NotFound(f"file {asked.file}")
        file = manifest.files[asked.file]
        content = await self._there(file.sha256)
        areas = [Area(**area.model_dump()) for area in asked.areas]
        spans = [Span(**span.model_dump()) for span in asked.spans]
        spans += _found(asked, {row.no: row for row in findings if row.file == asked.file})
        try:
            redacted = await redact_apart(TYPES[file.media_type], content, areas, spans)
        except CannotRedact as why:
            fault = {"at": f"files.{asked.file}", "code": why.code, "message": why.zh, **why.facts}
            raise NotRedacted(str(why), faults=[fault]) from None
        return Made(asked.file, asked, redacted)

    async def _keep(
        self,
        unit: Transaction,
        case_id: UUID,
        officer: Officer,
        made: Sequence[Made],
        address: str,
        note: str,
    ) -> None:
        at, redaction = now(), new_id()
        held, role = await self._may(unit, case_id, officer)
        row, _ = held
        rows = packed([_row(one) for one in made])
        await unit.run(NOTE, {"rows": rows, "case": case_id, "officer": officer.id, "now": at})
        grounds = sorted({ground for one in made for ground in one.redacted.removed})
        told = Opinion(case_id, Act.REDACTED, officer, role, row.step, grounds=grounds, note=note)
        await write(unit, self.policy.reference, at, told)
        await close(unit, [held], State.RETURNED, at)
        unit.announce(
            DocumentRedacted(
                **of_case(row),
                redaction_id=redaction,
                content_sha256=address,
                redacted_by=officer.id,
            )
        )


async def seal_originals(database: Database, originals: Quarantine) -> int:
    """The originals leave the store once a sealed copy is kept; how many."""
    rows = await database.look(UNCLEARED)
    for row in rows:
        await originals.seal_objects(row.case_id, [row.original_sha256])
        crashpoint("redaction.sealed")
        if not row.shared:
            await originals.objects.remove([row.original_sha256])
        async with database.transaction() as unit:
            await unit.run(CLEARED, {"id": row.id, "now": now()})
    return len(rows)


def _found(asked: FileRedactionAsked, findings: Mapping[int, Any]) -> list[Span]:
    """A finding named by its number is a stretch to remove."""
    if unknown := [one.no for one in asked.findings if one.no not in findings]:
        raise NotFound(f"finding {unknown[0]} in file {asked.file}")
    named = [(findings[one.no], one.ground) for one in asked.findings]
    return [Span(row.place, row.starts, row.ends, ground) for row, ground in named]


def _edition(manifest: Manifest, made: Sequence[Made], officer: Officer) -> Manifest:
    """The same document with other bytes, handed in by whoever redacted it."""
    files = list(manifest.files)
    for one in made:
        kept = files[one.number]
        files[one.number] = ManifestFile(
            name=kept.name,
            media_type=kept.media_type,
            size=len(one.redacted.content),
            sha256=one.redacted.sha256,
        )
    return manifest.model_copy(update={"files": tuple(files), "author": officer.id})


def _row(one: Made) -> Mapping[str, Any]:
    checked = one.redacted.checked
    return {
        "id": new_id(),
        "file": one.number,
        "original_sha256": one.redacted.original_sha256,
        "redacted_sha256": one.redacted.sha256,
        "marks": one.marks.model_dump(mode="json"),
        "checked": {"readings": checked.readings, "elsewhere": one.redacted.elsewhere},
    }


def _shown(one: Made, *, public: bool) -> dict[str, Any]:
    redacted = one.redacted
    return {
        "file": one.number,
        "original_sha256": redacted.original_sha256,
        "sha256": redacted.sha256,
        "removed": {str(ground): count for ground, count in redacted.removed.items()},
        "pages_rasterised": redacted.pages_rasterised,
        "checked_by": redacted.checked.readings,
        "elsewhere": redacted.elsewhere,
        "original_is_public": public,
    }
