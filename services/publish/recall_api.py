"""The recall board: which places had a copy of what was withdrawn, and which have said that it is gone."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from shared.contracts import PlaceKind
from shared.db import Database, Transaction
from shared.identity import Officer, signed_in
from shared.problems import NotFound

from . import recalls
from .withdrawals import department_of

LIST = """
    SELECT recall.document_id, document.index_no, recall.edition, withdrawal.kind, withdrawal.reason,
        recall.opened_at, recall.completed_at, recall.reminders, departments_known_at,
        count(recall_place.code) AS places,
        count(recall_place.code) FILTER (WHERE confirmed_at IS NULL) AS missing
    FROM recall JOIN document ON document.id = recall.document_id
    JOIN withdrawal USING (document_id, edition)
    LEFT JOIN recall_place USING (document_id, edition)
    WHERE (:completed OR completed_at IS NULL)
    GROUP BY recall.document_id, recall.edition, document.index_no, withdrawal.kind, withdrawal.reason
    ORDER BY recall.opened_at DESC LIMIT 500
"""

OF_DOCUMENT = """
    SELECT edition, opened_at, departments_known_at, reminders, remind_at, completed_at FROM recall
    WHERE document_id = :id ORDER BY edition
"""

PLACES = """
    SELECT edition, kind, code, asked_at, reminded_at, confirmed_at, confirmed_by FROM recall_place
    WHERE document_id = :id ORDER BY edition, confirmed_at IS NOT NULL, kind, code
"""


def routes(database: Database) -> APIRouter:
    """Officers read it; whoever answers for a place confirms for it."""
    router = APIRouter(tags=["recall"])
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/recalls")
    async def list_recalls(officer: Who, completed: bool = False) -> dict[str, Any]:  # noqa: ARG001 any may.
        """The open recalls, the newest first; with `completed`, the others too."""
        async with database.transaction() as unit:
            rows = (await unit.run(LIST, {"completed": completed})).all()
        return {"recalls": [dict(row._mapping) for row in rows]}

    @router.get("/documents/{document_id}/recall")
    async def of_document(document_id: UUID, officer: Who) -> dict[str, Any]:  # noqa: ARG001 any may.
        """Each withdrawal of the document with every place that had a copy, the missing ones first."""
        async with database.transaction() as unit:
            return await _shown(unit, document_id)

    @router.put("/documents/{document_id}/recall/{kind}/{code}")
    async def confirm(
        document_id: UUID, kind: Literal["channel", "room"], code: str, officer: Who
    ) -> dict[str, Any]:
        """Its copy is gone. A reading room says so itself; for a channel, the head or an operator."""
        async with database.transaction() as unit:
            await _may_confirm(unit, document_id, kind, code, officer)
            shown = await _shown(unit, document_id)
            if not any((place["kind"], place["code"]) == (kind, code) for place in shown["places"]):
                raise NotFound(f"{kind}/{code}")
            newest = max(recall["edition"] for recall in shown["recalls"])
            await recalls.confirm(unit, document_id, newest, PlaceKind(kind), code, officer.id)
            return await _shown(unit, document_id)

    return router


async def _shown(unit: Transaction, document_id: UUID) -> dict[str, Any]:
    rows = (await unit.run(OF_DOCUMENT, {"id": document_id})).all()
    if not rows:
        raise NotFound(str(document_id))
    places = (await unit.run(PLACES, {"id": document_id})).all()
    return {
        "document_id": str(document_id),
        "complete": all(row.completed_at for row in rows),
        "recalls": [dict(row._mapping) for row in rows],
        "places": [dict(row._mapping) for row in places],
    }


async def _may_confirm(unit: Transaction, document_id: UUID, kind: str, code: str, officer: Officer) -> None:
    if kind == PlaceKind.ROOM:
        officer.must_act_for(code)
    elif "operator" not in officer.roles:
        officer.must_have("head")
        officer.must_act_for(await department_of(unit, document_id) or "")
