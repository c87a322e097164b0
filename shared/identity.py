"""Who asks: departments, officers, their roles and their tokens."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header

from .clock import now
from .db import Database, Transaction
from .problems import Forbidden, Unauthenticated

ROLES = ("officer", "head", "leader", "principal", "secrecy", "operator", "portal")
"""信息员, 部门负责人, 分管领导, 主要领导, 保密审查员, 运维, 门户."""


@dataclass(frozen=True)
class Officer:
    """Somebody with an account."""

    id: str
    name: str
    department: str
    roles: frozenset[str]

    def must_have(self, *roles: str) -> None:
        """Refuse unless the officer has one of these roles."""
        if not self.roles.intersection(roles):
            raise Forbidden(f"{self.id}: {', '.join(roles)}", needs=list(roles))

    def must_act_for(self, department: str) -> None:
        """Refuse unless it is the officer's own department, or the officer runs the platform or a portal."""
        if self.department != department and not self.roles & {"operator", "portal"}:
            raise Forbidden(f"{self.id} is not of {department}", needs=[f"department:{department}"])


FIND = """
    SELECT officer.id, officer.name, officer.department, officer.roles
    FROM shared.token JOIN shared.officer ON officer.id = token.officer
    WHERE token.sha256 = :sha256 AND (token.expires_at IS NULL OR token.expires_at > :now) AND officer.active
"""


async def identify(unit: Transaction, token: str) -> Officer | None:
    """The officer with this token; looked up every time, so that a dismissal holds at once."""
    known = {"sha256": sha256(token.encode()).digest(), "now": now()}
    row = (await unit.run(FIND, known)).first()
    return Officer(row.id, row.name, row.department, frozenset(row.roles)) if row else None


async def issue_token(unit: Transaction, officer: str) -> str:
    """A new token of 256 bits for the officer; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    await unit.run(
        "INSERT INTO shared.token (sha256, officer) VALUES (:sha256, :officer)",
        {"sha256": sha256(token.encode()).digest(), "officer": officer},
    )
    return token


def signed_in(database: Database) -> Callable[..., Awaitable[Officer]]:
    """For FastAPI: the officer whose bearer token the request carries."""

    async def officer(authorization: Annotated[str, Header()] = "") -> Officer:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        async with database.transaction() as unit:
            found = await identify(unit, token)
        if found is None:
            raise Unauthenticated
        return found

    return officer


def needs(database: Database) -> object:
    """The same as a dependency."""
    return Depends(signed_in(database))
