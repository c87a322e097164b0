"""A desk that enters whole documents into the catalogue, and reads how they stand."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.publish import effects, relations
from services.publish.withdrawals import withdraw
from shared.approval import sign
from shared.clock import new_id
from shared.contracts import WithdrawalKind, WithdrawalReason
from tests.builders import opinions

from .desk import Desk

HEADS = {"archive": "cao.zhiyuan", "library": "peng.bo", "office": "sun.wei"}


class Catalogue(Desk):
    """Enters editions as review approved them, and reads what came of it."""

    async def enter(
        self, document: UUID | None = None, edition: int = 1, department: str = "archive", **about: Any
    ) -> UUID:
        """One document, public from now on."""
        [entered] = await self.enter_all(
            {"document": document, "edition": edition, "department": department, **about}
        )
        return entered

    async def enter_all(self, *abouts: dict[str, Any]) -> list[UUID]:
        told = [await self._approved(**about) for about in abouts]
        for approved in told:
            await self.present(approved, sequence=approved.edition)
        public = await self.public()
        assert all(one.document_id in public for one in told)
        return [one.document_id for one in told]

    async def _approved(
        self, document: UUID | None = None, edition: int = 1, department: str = "archive", **about: Any
    ) -> Any:
        address, _ = await self.content(department=department, **about)
        head = HEADS[department]
        approval = self.approval(
            address,
            document_id=document or new_id(),
            edition=edition,
            department=department,
            approved_by=head,
            opinions=opinions(("check", "han.mei", "secrecy", "secrecy"), ("head", head, department, "head")),
        )
        return self.told(approval, sign(approval, self.key))

    async def stands(self, document: UUID) -> tuple[str, date, UUID | None] | None:
        rows = await self.ask(
            "SELECT validity, since, by_document FROM validity WHERE document_id = :id", id=document
        )
        return (rows[0].validity, rows[0].since, rows[0].by_document) if rows else None

    async def told_of(self, document: UUID) -> list[str]:
        """Each change that was announced, in order."""
        rows = await self.ask(
            "SELECT convert_from(data, 'UTF8')::json ->> 'validity' AS validity FROM announcement "
            "WHERE type LIKE '%validity.changed%' AND subject = :id ORDER BY sequence",
            id=str(document),
        )
        return [row.validity for row in rows]

    async def turn(self, day: date) -> int:
        async with self.publish.transaction() as unit:
            return await effects.turn_day(unit, day)

    async def related(self, document: UUID) -> Sequence[dict[str, Any]]:
        async with self.publish.transaction() as unit:
            shown = await relations.relations_of(unit, [document])
        return list(shown[document]["related"])

    async def take_back(self, document: UUID, edition: int = 1) -> None:
        async with self.publish.transaction() as unit:
            kind, reason = WithdrawalKind.WITHDRAWN, WithdrawalReason.INACCURATE
            await withdraw(unit, document, edition, kind, reason, "有误", "cao.zhiyuan")
