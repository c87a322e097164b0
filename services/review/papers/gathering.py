"""Gathers what is on a review sheet from the record and, where it may still be read, the manifest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING, now
from shared.db import Database, Transaction
from shared.manifest import Manifest
from shared.objects import ObjectMissing, Objects
from shared.problems import NotFound

from .sheet import (
    RESULT_OF,
    Confirmed,
    Referred,
    Said,
    Sheet,
    attribute,
    checks,
    closing,
    publication,
)

CASE = """
    SELECT review_case.*,
        coalesce(department.name, review_case.department) AS department_name,
        coalesce(officer.name, review_case.author) AS author_name,
        EXISTS (SELECT FROM quarantine WHERE case_id = review_case.id) AS sealed,
        EXISTS (SELECT FROM redaction JOIN review_case earlier ON earlier.id = redaction.case_id
                WHERE earlier.document_id = review_case.document_id
                  AND earlier.edition < review_case.edition) AS redacted
    FROM review_case
    LEFT JOIN shared.department ON department.code = review_case.department
    LEFT JOIN shared.officer ON officer.id = review_case.author
    WHERE review_case.id = :id
"""

OPINIONS = """
    SELECT opinion.*, coalesce(body.name, opinion.department) AS department_name,
        coalesce(asked.name, opinion.about) AS about_name, ledger.position, ledger.hash
    FROM opinion
    LEFT JOIN ledger ON ledger.record = opinion.id
    LEFT JOIN shared.department body ON body.code = opinion.department
    LEFT JOIN shared.department asked ON asked.code = opinion.about
    WHERE opinion.case_id = :id ORDER BY opinion.at, opinion.id
"""

RULES = "SELECT rule FROM finding WHERE case_id = :id ORDER BY no"

CONFIRMATIONS = """
    SELECT confirmation.*, coalesce(department.name, confirmation.department) AS department_name,
        coalesce(officer.name, confirmation.answered_by) AS answered_by_name
    FROM confirmation
    LEFT JOIN shared.department ON department.code = confirmation.department
    LEFT JOIN shared.officer ON officer.id = confirmation.answered_by
    WHERE case_id = :id ORDER BY asked_at, confirmation.department
"""

REFERRALS = "SELECT * FROM referral WHERE case_id = :id ORDER BY asked_at, id"


async def sheet(database: Database, objects: Objects, case_id: UUID) -> Sheet:
    """The sheet of a case as it stands now; raises NotFound."""
    of = {"id": case_id}
    async with database.transaction() as unit:
        case = (await unit.run(CASE, of)).first()
        if case is None:
            raise NotFound
        opinions = [_said(row) for row in await unit.run(OPINIONS, of)]
        confirmations = tuple(_confirmed(row) for row in await unit.run(CONFIRMATIONS, of))
        referrals = tuple(_referred(row) for row in await unit.run(REFERRALS, of))
        rules = await _rules(unit, case_id)
    return _sheet(case, opinions, confirmations, referrals, rules, await _manifest(objects, case), now())


async def _rules(unit: Transaction, case_id: UUID) -> list[str]:
    return [row.rule for row in await unit.run(RULES, {"id": case_id})]


async def _manifest(objects: Objects, case: Row[Any]) -> Manifest | None:
    """What the edition is called; of what is locked away nothing is read."""
    if case.sealed:
        return None
    try:
        return Manifest.from_bytes(await objects.get(case.content_sha256))
    except ObjectMissing:
        return None


def _sheet(
    case: Row[Any],
    opinions: Sequence[Said],
    confirmations: tuple[Confirmed, ...],
    referrals: tuple[Referred, ...],
    rules: Sequence[str],
    manifest: Manifest | None,
    printed_at: datetime,
) -> Sheet:
    title = manifest.title if manifest else None
    decided, closed = RESULT_OF.get(case.state), closing(opinions)
    return Sheet(
        case_id=case.id,
        document_id=case.document_id,
        edition=case.edition,
        filled_on=case.opened_at.astimezone(BEIJING).date(),
        department=case.department_name,
        author=case.author_name,
        title=title,
        sealed=case.sealed,
        doc_no=manifest.doc_no if manifest else None,
        kind=case.kind,
        official=bool(manifest.doc_no) if manifest else None,
        ways=("website",),
        due_on=case.due_on,
        attribute=attribute(decided, sealed=case.sealed, redacted=case.redacted),
        declassified=rules.count("mark.declassified"),
        checks=checks(rules, [ground for one in opinions for ground in one.grounds], case.outcome),
        confirmations=confirmations,
        referrals=referrals,
        opinions=tuple(opinions),
        result=decided,
        basis=closed.grounds if closed else (),
        reason=closed.note if closed else "",
        publication=publication(opinions, case.published_at, case.index_no, title, case.author_name),
        printed_at=printed_at,
    )


def _said(row: Row[Any]) -> Said:
    return Said(
        row.id,
        row.step,
        row.act,
        row.name,
        row.role,
        row.department_name,
        row.at,
        row.note,
        tuple(row.grounds),
        row.about_name,
        row.position,
        row.hash,
    )


def _confirmed(row: Row[Any]) -> Confirmed:
    return Confirmed(
        row.department_name,
        row.state,
        row.asked_at,
        row.due_on,
        row.answered_at,
        row.answered_by_name,
        row.reasons,
        row.resolution,
    )


def _referred(row: Row[Any]) -> Referred:
    return Referred(
        row.kind, row.authority, row.asked_at, row.due_on, row.answer, row.answer_no, row.answered_at
    )
