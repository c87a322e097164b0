"""The door over HTTP: subscriptions, mailboxes, and the delivery board."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from shared import edge, streams
from shared.contracts import DocumentPublished, DocumentWithdrawn
from shared.contracts.vocabulary import BodyCode, ThemeCode
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.problems import NotFound

from . import board, confirmations, subscriptions
from .replay import replay
from .settings import NotifySettings


class SubscriptionAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    department: BodyCode
    types: list[Annotated[str, Field(pattern=f"^({DocumentPublished.type}|{DocumentWithdrawn.type})$")]] = []
    themes: list[ThemeCode] = []
    bodies: list[BodyCode] = []


class ReplayAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0)] = 0
    upto: Annotated[int, Field(ge=0)] = 2**62
    since: datetime | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


def routes(settings: NotifySettings, database: Database) -> APIRouter:
    """Notify's resources."""
    router = APIRouter()
    router.include_router(_subscriptions(database))
    router.include_router(_mailboxes(settings, database))
    router.include_router(_replay(database))
    router.include_router(_board(database))
    return router


def _subscriptions(database: Database) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/subscriptions")
    async def list_subscriptions(officer: Who) -> dict[str, Any]:
        """The officer's department's; an operator sees all."""
        mine = None if "operator" in officer.roles else officer.department
        async with database.transaction() as unit:
            rows = await subscriptions.of(unit, mine)
        return {"subscriptions": [dict(row._mapping) for row in rows]}

    @router.post("/subscriptions", status_code=201)
    async def subscribe(asked: SubscriptionAsked, officer: Who) -> dict[str, str]:
        """What the department wants to hear from now on; an empty list takes all."""
        officer.must_act_for(asked.department)
        async with database.transaction() as unit:
            made = await subscriptions.subscribe(
                unit, asked.department, asked.types, asked.themes, asked.bodies, officer.id
            )
        return {"id": str(made)}

    @router.delete("/subscriptions/{subscription_id}", status_code=204)
    async def end(subscription_id: UUID, officer: Who) -> None:
        """No more of it; withdrawals of what was sent still come."""
        async with database.transaction() as unit:
            officer.must_act_for(await subscriptions.end(unit, subscription_id))

    return router


def _mailboxes(settings: NotifySettings, database: Database) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.post("/departments/{department}/mailbox/passwords", status_code=201)
    async def issue(department: str, officer: Who) -> dict[str, str]:
        """A new password, shown this once; the one before it stays valid until the next is issued."""
        officer.must_act_for(department)
        officer.must_have("head", "operator")
        async with database.transaction() as unit:
            password, secrets = await subscriptions.issue_password(unit, department)
        await _grant(settings, edge.reader(department, secrets))
        return {"url": _address(settings, department, password), "stream": edge.mailbox(department)}

    @router.delete("/departments/{department}/mailbox/passwords", status_code=204)
    async def revoke(department: str, officer: Who) -> None:
        """Close the mailbox to its department; open connections end at once."""
        officer.must_act_for(department)
        officer.must_have("head", "operator")
        async with database.transaction() as unit:
            await subscriptions.revoke_passwords(unit, department)
        client = streams.client(settings.edge_url)
        try:
            await edge.revoke(client, f"dept-{department}")
        finally:
            await client.aclose()

    return router


def _replay(database: Database) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.post("/departments/{department}/replay")
    async def replay_some(department: str, asked: ReplayAsked, officer: Who) -> dict[str, int]:
        """Send again the next few deliveries; the caller goes on after `last` at the rate it likes."""
        officer.must_act_for(department)
        async with database.transaction() as unit:
            portion = await replay(unit, department, asked.after, asked.upto, asked.since, asked.limit)
        return {"sent": portion.sent, "last": portion.last}

    return router


def _board(database: Database) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/deliveries/{document_id}")
    async def of_document(document_id: UUID, officer: Who) -> dict[str, Any]:  # noqa: ARG001 any officer may.
        """Who was sent the document and its withdrawal, who received it, who confirmed."""
        async with database.transaction() as unit:
            return await board.of_document(unit, document_id)

    @router.get("/deliveries")
    async def of_departments(officer: Who) -> dict[str, Any]:  # noqa: ARG001 any officer may.
        """How far every department has come."""
        async with database.transaction() as unit:
            rows = await board.of_departments(unit)
        return {"departments": [dict(row._mapping) for row in rows]}

    @router.put("/departments/{department}/deliveries/{number}/confirmation", status_code=204)
    async def confirm(department: str, number: int, officer: Who) -> None:
        """Say by HTTP what acknowledging in the mailbox says."""
        officer.must_act_for(department)
        async with database.transaction() as unit:
            if not await confirmations.confirm(unit, department, number):
                raise NotFound

    return router


async def _grant(settings: NotifySettings, account: edge.Account) -> None:
    client = streams.client(settings.edge_url)
    try:
        await edge.grant(client, account)
        await edge.cut(client, account.user)
    finally:
        await client.aclose()


def _address(settings: NotifySettings, department: str, password: str) -> str:
    edge_at = urlsplit(settings.edge_public_url or settings.edge_url)
    return f"{edge_at.scheme}://dept-{department}:{password}@{edge_at.hostname}:{edge_at.port or 6379}/0"
