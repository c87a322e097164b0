"""Passwords for the portals' inbound streams."""

from typing import Annotated

from fastapi import APIRouter, Depends
from redis.asyncio import Redis

from shared import edge, streams
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.problems import NotFound

from .settings import IntakeSettings

IS_PORTAL = "SELECT 1 FROM shared.officer WHERE id = :portal AND active AND 'portal' = ANY(roles)"

ISSUE = """
    INSERT INTO portal (officer, secrets) VALUES (:portal, ARRAY[CAST(:secret AS bytea)])
    ON CONFLICT (officer) DO UPDATE SET secrets = (portal.secrets || excluded.secrets)[
        greatest(1, cardinality(portal.secrets)):] RETURNING secrets
"""

KEPT = """
    SELECT officer.id, portal.secrets, officer.active AND 'portal' = ANY(officer.roles) AS active
    FROM portal JOIN shared.officer ON officer.id = portal.officer
"""


def routes(settings: IntakeSettings, database: Database) -> APIRouter:
    """One resource: the password of a portal."""
    router = APIRouter()
    who = Depends(signed_in(database))

    @router.post("/portals/{portal}/passwords", status_code=201)
    async def issue(portal: str, officer: Annotated[Officer, who]) -> dict[str, str]:
        """A new password, shown this once; the one before it stays valid until the next is issued."""
        officer.must_have("operator")
        password, secret = edge.new_password()
        async with database.transaction() as unit:
            if (await unit.run(IS_PORTAL, {"portal": portal})).first() is None:
                raise NotFound(portal)
            row = (await unit.run(ISSUE, {"portal": portal, "secret": secret})).one()
        client = streams.client(settings.edge_url)
        try:
            await edge.grant(client, edge.writer(portal, [bytes(secret) for secret in row.secrets]))
            await edge.cut(client, f"portal-{portal}")
        finally:
            await client.aclose()
        return {"user": f"portal-{portal}", "password": password, "stream": edge.inbound(portal)}

    return router


async def restore_accounts(client: Redis, database: Database) -> None:
    """The edge's accounts as the record has them: a server that was restarted may have forgotten them."""
    for row in await database.look(KEPT):
        if row.active:
            await edge.grant(client, edge.writer(row.id, [bytes(secret) for secret in row.secrets]))
        else:
            await edge.revoke(client, f"portal-{row.id}")
