"""The story of a subscription: a department's mailbox, its keys, and what it wants to hear."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared import edge
from shared.clock import new_id, now
from shared.db import Transaction
from shared.problems import NotFound

ISSUE = """
    INSERT INTO mailbox (department, secrets, issued_at)
    VALUES (:department, ARRAY[CAST(:secret AS bytea)], :now)
    ON CONFLICT (department) DO UPDATE SET issued_at = excluded.issued_at,
        secrets = (mailbox.secrets || excluded.secrets)[greatest(1, cardinality(mailbox.secrets)):]
    RETURNING secrets
"""

KNOWN = "SELECT 1 FROM shared.department WHERE code = :department"

REVOKE = "UPDATE mailbox SET secrets = '{}' WHERE department = :department"

OPEN_MAILBOX = "INSERT INTO mailbox (department) VALUES (:department) ON CONFLICT DO NOTHING"

SUBSCRIBE = """
    INSERT INTO subscription (id, department, types, themes, bodies, created_by, created_at)
    VALUES (:id, :department, :types, :themes, :bodies, :officer, :now)
"""

END = """
    UPDATE subscription SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING department
"""


async def issue_password(unit: Transaction, department: str) -> tuple[str, list[bytes]]:
    """A new password for the mailbox, and the hashes of those that are valid now: it and the one before."""
    await _must_be_known(unit, department)
    password, secret = edge.new_password()
    row = (await unit.run(ISSUE, {"department": department, "secret": secret, "now": now()})).one()
    return password, [bytes(secret) for secret in row.secrets]


async def revoke_passwords(unit: Transaction, department: str) -> None:
    """None is valid any more."""
    await unit.run(REVOKE, {"department": department})


async def subscribe(
    unit: Transaction,
    department: str,
    types: Sequence[str],
    themes: Sequence[str],
    bodies: Sequence[str],
    officer: str,
) -> UUID:
    """From now on the department is sent what matches."""
    await _must_be_known(unit, department)
    await unit.run(OPEN_MAILBOX, {"department": department})
    subscription = {
        "id": new_id(),
        "department": department,
        "types": list(types),
        "themes": list(themes),
        "bodies": list(bodies),
        "officer": officer,
        "now": now(),
    }
    await unit.run(SUBSCRIBE, subscription)
    return UUID(str(subscription["id"]))


async def end(unit: Transaction, subscription_id: UUID) -> str:
    """No more of it; whose it was."""
    department = (await unit.run(END, {"id": subscription_id, "now": now()})).scalar()
    if department is None:
        raise NotFound
    return str(department)


async def of(unit: Transaction, department: str | None) -> Sequence[Row[Any]]:
    """The live subscriptions of a department, or of all."""
    which = """
        SELECT id, department, types, themes, bodies, created_by, created_at FROM subscription
        WHERE ended_at IS NULL AND (CAST(:department AS text) IS NULL OR department = :department)
        ORDER BY created_at
    """
    return (await unit.run(which, {"department": department})).all()


async def _must_be_known(unit: Transaction, department: str) -> None:
    if (await unit.run(KNOWN, {"department": department})).first() is None:
        raise NotFound(department)
