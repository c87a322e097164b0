"""The story of the catalogue: what is approved is published through the gate, or refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from joserfc.jwk import OKPKey
from sqlalchemy import Row

from shared import metrics
from shared.approval import Approval
from shared.clock import BEIJING, now
from shared.contracts import (
    ApprovalVoided,
    DocumentPublished,
    Event,
    PublicationRefused,
)
from shared.contracts.vocabulary import GateFault
from shared.crash import crashpoint
from shared.db import Transaction
from shared.doc_numbers import key_of
from shared.manifest import Manifest
from shared.policy import Policy
from shared.rows import packed

from . import effects, former_numbers, relations, releases
from .channels.register import NOTHING, Register
from .gate import Candidate, Refused, Standing, admit
from .index_numbers import allocate
from .obligations.fulfilments import fulfil
from .schedule import call_off_voided, wait, waits

log = structlog.get_logger()

Admitted = tuple[Candidate, Approval, Manifest]

# Made if it is not there, locked in any case: a withdrawal takes the same lock, even of what is unheard of.
LOCK = """
    INSERT INTO document (id) SELECT DISTINCT * FROM unnest(CAST(:ids AS uuid[])) AS named (id) ORDER BY id
    ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING id, withdrawn_upto, current_edition, index_no
"""

USED = """
    SELECT approval_id FROM edition WHERE approval_id = ANY(:ids)
    UNION ALL SELECT approval_id FROM scheduled WHERE approval_id = ANY(:ids) AND NOT :waited
"""

VOIDED = "SELECT approval_id FROM voided_approval WHERE approval_id = ANY(:ids)"

VOID = """
    INSERT INTO voided_approval (approval_id, document_id, edition, voided_at)
    SELECT approval_id, document_id, edition, :now
    FROM json_to_recordset(CAST(:rows AS json))
        AS voided (approval_id uuid, document_id uuid, edition integer)
    ON CONFLICT DO NOTHING
"""

ENTER = """
    INSERT INTO edition (document_id, edition, title, kind, theme, department, joint_with, doc_no, doc_no_key,
                         created_on, content_sha256, files, about, approval_id, approval, approved_by,
                         published_at)
    SELECT entered.*, :now
    FROM json_to_recordset(CAST(:rows AS json))
        AS entered (document_id uuid, edition integer, title text, kind text, theme text, department text,
                    joint_with text[], doc_no text, doc_no_key text, created_on date, content_sha256 text,
                    files jsonb, about jsonb, approval_id uuid, approval text, approved_by text)
"""

SHOW = """
    UPDATE document SET current_edition = shown.edition, index_no = shown.index_no, last_published_at = :now
    FROM json_to_recordset(CAST(:rows AS json)) AS shown (document_id uuid, edition integer, index_no text)
    WHERE document.id = shown.document_id
"""

REFUSE = """
    INSERT INTO refusal (event_id, document_id, edition, fault, refused_at)
    VALUES (:event_id, :document_id, :edition, :fault, :now) ON CONFLICT DO NOTHING
"""


async def publish(
    unit: Transaction,
    candidates: Sequence[Candidate],
    *,
    pinned: Mapping[str, OKPKey],
    policy: Policy,
    waited: bool = False,
    register: Register = NOTHING,
) -> None:
    """Enter what the gate admits, keep what is for later, refuse the rest; all under the documents' locks."""
    at = now()
    standings = await lock(unit, [candidate.approved.document_id for candidate in candidates])
    used = await _named(unit, USED, candidates, waited=waited)
    voided = await _named(unit, VOIDED, candidates)
    admitted: list[Admitted] = []
    for candidate in candidates:
        row, approval = standings[candidate.approved.document_id], candidate.approved.approval_id
        standing = Standing(
            row.withdrawn_upto, row.current_edition or 0, approval in used, approval in voided
        )
        try:
            admitted.append((candidate, *admit(candidate, standing, pinned, policy, at)))
        except Refused as refused:
            await _refuse(unit, candidate, refused.fault, at)
    crashpoint("publish.admitted")
    later = [] if waited else [one for one in admitted if waits(one[2], at)]
    if later:
        await wait(unit, later)
    if entering := [one for one in admitted if one not in later]:
        await _enter(unit, entering, standings, register, at)


async def void(unit: Transaction, events: Sequence[Event[ApprovalVoided]]) -> None:
    """The edition was changed after its approval: what is not public yet may not become so by it."""
    named = ("approval_id", "document_id", "edition")
    rows = [{name: getattr(event.data, name) for name in named} for event in events]
    await unit.run(VOID, {"rows": packed(rows), "now": now()})
    await call_off_voided(unit, [event.data.approval_id for event in events])


async def lock(unit: Transaction, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    return {row.id: row for row in await unit.run(LOCK, {"ids": list(ids)})}


async def _named(
    unit: Transaction, statement: str, candidates: Sequence[Candidate], **how: bool
) -> set[UUID]:
    """Those of the candidates' approvals that the statement finds."""
    ids = [candidate.approved.approval_id for candidate in candidates]
    return {row.approval_id for row in await unit.run(statement, {"ids": ids, **how})}


async def _refuse(unit: Transaction, candidate: Candidate, fault: GateFault, at: datetime) -> None:
    approved = candidate.approved
    about = {"document_id": approved.document_id, "edition": approved.edition, "fault": fault}
    await unit.run(REFUSE, {**about, "event_id": candidate.event_id, "now": at})
    unit.announce(PublicationRefused(**about, refused_event=candidate.event_id))
    metrics.REFUSED.labels(fault).inc()
    log.error(
        "publication.refused",
        event_id=str(candidate.event_id),
        document=str(approved.document_id),
        fault=fault,
    )


async def _enter(
    unit: Transaction,
    admitted: Sequence[Admitted],
    standings: Mapping[UUID, Row[Any]],
    register: Register,
    at: datetime,
) -> None:
    relating = any(manifest.relations for _, _, manifest in admitted)
    await effects.in_order(unit, [approval.document_id for _, approval, _ in admitted], relating=relating)
    numbers = await _index_numbers(unit, admitted, standings, at.astimezone(BEIJING).year)
    rows = [
        _row(candidate, approval, manifest, numbers[approval.document_id])
        for candidate, approval, manifest in admitted
    ]
    await unit.run(ENTER, {"rows": packed(rows), "now": at})
    await unit.run(SHOW, {"rows": packed(rows), "now": at})
    await _connect(unit, admitted, numbers, at)
    await fulfil(unit, rows, at)
    await releases.plan(unit, rows, register, at)
    unit.announce(
        *(
            _published(approval, manifest, numbers[approval.document_id], at)
            for _, approval, manifest in admitted
        )
    )


async def _connect(
    unit: Transaction, admitted: Sequence[Admitted], numbers: Mapping[UUID, str], at: datetime
) -> None:
    """By which former numbers they are found, what they do to others, and whether all of them hold."""
    today = at.astimezone(BEIJING).date()
    said = {approval.document_id: manifest.former_index_no for _, approval, manifest in admitted}
    await former_numbers.keep(unit, {id_: number for id_, number in said.items() if number}, numbers, at)
    rows = [
        row
        for _, approval, manifest in admitted
        for row in relations.said_by(approval.document_id, approval.edition, manifest)
    ]
    await relations.keep(unit, rows, today)
    await effects.follow(unit, [approval.document_id for _, approval, _ in admitted], today, "edition")


async def _index_numbers(
    unit: Transaction, admitted: Sequence[Admitted], standings: Mapping[UUID, Row[Any]], year: int
) -> dict[UUID, str]:
    """A document keeps the number that its first edition got, also after a withdrawal; or had before this."""
    new = {
        approval.document_id: manifest
        for _, approval, manifest in admitted
        if standings[approval.document_id].index_no is None
    }
    had = {id_: (one.department, one.former_index_no) for id_, one in new.items() if one.former_index_no}
    claimed = await former_numbers.claim(unit, had)
    bare = [id_ for id_ in new if id_ not in claimed]
    fresh = await allocate(unit, [new[id_].department for id_ in bare], year)
    kept = {id_: row.index_no for id_, row in standings.items() if row.index_no is not None}
    return kept | claimed | dict(zip(bare, fresh, strict=True))


def _row(candidate: Candidate, approval: Approval, manifest: Manifest, index_no: str) -> dict[str, Any]:
    return {
        "document_id": approval.document_id,
        "edition": approval.edition,
        "title": manifest.title,
        "kind": manifest.kind,
        "theme": manifest.theme,
        "department": manifest.department,
        "joint_with": manifest.joint_with,
        "doc_no": manifest.doc_no,
        "doc_no_key": key_of(manifest.doc_no) if manifest.doc_no else None,
        "created_on": manifest.created_on,
        "content_sha256": approval.content_sha256,
        "files": [file.model_dump(mode="json") for file in manifest.files],
        "about": manifest.about(),
        "approval_id": approval.approval_id,
        "approval": candidate.approved.approval,
        "approved_by": approval.approved_by,
        "index_no": index_no,
    }


def _published(approval: Approval, manifest: Manifest, index_no: str, at: datetime) -> DocumentPublished:
    return DocumentPublished(
        document_id=approval.document_id,
        edition=approval.edition,
        index_no=index_no,
        department=manifest.department,
        joint_with=manifest.joint_with,
        kind=manifest.kind,
        theme=manifest.theme,
        content_sha256=approval.content_sha256,
        published_at=at,
        href=f"/documents/{approval.document_id}",
    )
