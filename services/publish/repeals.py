"""废止: a document is repealed by its body without being removed; it stays readable, and says so."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import new_id, now, today
from shared.contracts.vocabulary import Validity
from shared.db import Transaction
from shared.identity import Officer
from shared.labels import VALIDITIES
from shared.problems import Conflict, NotFound

from . import effects
from .catalogue import lock

MAY_REPEAL_ANYTHING = ("leader", "principal")

WHOSE = "SELECT department, joint_with FROM public_edition WHERE document_id = :id"

LAST = """
    SELECT repealed_on, basis, note FROM repeal WHERE document_id = :id
    ORDER BY decided_at DESC, id DESC LIMIT 1
"""

DECIDE = """
    INSERT INTO repeal (id, document_id, repealed_on, basis, note, officer, decided_at)
    VALUES (:id, :document_id, :repealed_on, :basis, :note, :officer, :now)
"""

DECISIONS = """
    SELECT repealed_on, basis, note, officer, decided_at FROM repeal WHERE document_id = :id
    ORDER BY decided_at, id
"""

STANDINGS = """
    SELECT validity.document_id, validity.validity, validity.since, validity.by_document,
        by_edition.title AS by_title, by_edition.doc_no AS by_doc_no,
        decision.basis, decision.repealed_on
    FROM validity
    LEFT JOIN public_edition AS by_edition ON by_edition.document_id = validity.by_document
    LEFT JOIN LATERAL (SELECT basis, repealed_on FROM repeal WHERE repeal.document_id = validity.document_id
                       ORDER BY decided_at DESC, id DESC LIMIT 1) AS decision ON true
    WHERE validity.document_id = ANY(:ids)
"""

CHANGES = """
    SELECT edition, validity, since, by_document, cause, changed_at FROM validity_change
    WHERE document_id = :id ORDER BY id
"""


class NotPublic(Conflict):
    """Only what is public can be repealed without being removed."""

    code = "not-public"
    zh = "只有公开中的信息才能标注废止。"


async def repeal(
    unit: Transaction, document_id: UUID, repealed_on: date | None, basis: str, note: str, officer: str
) -> bool:
    """Repealed from this day on, or without a day not after all; False where that was said before."""
    row = (await lock(unit, [document_id]))[document_id]
    if row.current_edition is None:
        raise NotPublic
    last = (await unit.run(LAST, {"id": document_id})).first()
    asked = (repealed_on, basis, note)
    if (tuple(last) if last else (None,)) == asked or (last is None and repealed_on is None):
        return False
    await effects.alone(unit)
    decision = {"id": new_id(), "document_id": document_id, "repealed_on": repealed_on, "basis": basis}
    await unit.run(DECIDE, {**decision, "note": note, "officer": officer, "now": now()})
    await effects.refresh(unit, [document_id], today(), "decision")
    return True


async def may_repeal(unit: Transaction, document_id: UUID, officer: Officer) -> None:
    """The head of one of the bodies that issued it, or one who answers for all of them."""
    whose = (await unit.run(WHOSE, {"id": document_id})).first()
    if whose is None:
        raise NotFound(str(document_id))
    if officer.roles.intersection(MAY_REPEAL_ANYTHING):
        return
    officer.must_have("head")
    if officer.department not in whose.joint_with:
        officer.must_act_for(whose.department)


async def standings_of(unit: Transaction, document_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """For each public document whether it holds, since when, by what; `banner` where it does not simply."""
    rows = await unit.run(STANDINGS, {"ids": list(document_ids)})
    return {row.document_id: _standing(row) for row in rows}


async def history(unit: Transaction, document_id: UUID) -> dict[str, Any]:
    """How its validity changed, and every decision with who, when and why."""
    asked = {"id": document_id}
    changes = [dict(row._mapping) for row in await unit.run(CHANGES, asked)]
    decisions = [dict(row._mapping) for row in await unit.run(DECISIONS, asked)]
    return {"changes": changes, "decisions": decisions}


def _standing(row: Row[Any]) -> dict[str, Any]:
    name = VALIDITIES[Validity(row.validity)]
    decided = row.validity == Validity.REPEALED and row.by_document is None
    return {
        "validity": row.validity,
        "label": name.zh,
        "label_en": name.en,
        "since": row.since.isoformat(),
        "by_document": str(row.by_document) if row.by_document else None,
        "basis": row.basis if decided else None,
        "banner": _banner(row, name.zh, row.basis if decided else None),
    }


def _banner(row: Row[Any], label: str, basis: str | None) -> str | None:
    """What stands above the text, in Chinese, for whoever reads what does not simply hold."""
    if row.validity == Validity.IN_FORCE:
        return None
    if row.validity == Validity.NOT_YET:
        return "本文件尚未生效。"
    by = row.by_doc_no or row.by_title
    why = f"（依据：{basis or by}）" if basis or by else ""
    return f"本文件自{row.since:%Y}年{row.since.month}月{row.since.day}日起{label}{why}。"
