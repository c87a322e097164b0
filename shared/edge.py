"""Accounts on the edge broker: each outsider has its own user, who can do what is listed and nothing else."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from redis.asyncio import Redis

CONNECT = ("+ping", "+hello", "+auth", "+client|setname", "+client|setinfo")


@dataclass(frozen=True)
class Account:
    """One outsider: the hashes of the passwords that open it, and what it may do."""

    user: str
    secrets: Sequence[bytes]
    rules: Sequence[str]


def reader(department: str, hashes: Sequence[bytes]) -> Account:
    """A department: reads and acknowledges its own mailbox, writes nowhere.

    `xgroup|create` is there because FastStream calls it at every start; no other right reaches a group.
    """
    rules = (
        f"~{mailbox(department)}",
        "+xreadgroup",
        "+xread",
        "+xrange",
        "+xack",
        "+xautoclaim",
        "+xpending",
        "+xlen",
        "+xgroup|create",
        "+xinfo|groups",
    )
    return Account(f"dept-{department}", hashes, rules)


def writer(portal: str, hashes: Sequence[bytes]) -> Account:
    """A portal: appends to its own inbound stream, reads nothing."""
    return Account(f"portal-{portal}", hashes, (f"~{inbound(portal)}", "+xadd"))


def mailbox(department: str) -> str:
    """The stream that a department reads."""
    return f"mailbox:{department}"


def inbound(portal: str) -> str:
    """The stream that a portal writes."""
    return f"inbound:{portal}"


def new_password() -> tuple[str, bytes]:
    """A password of 256 bits, and the hash that is kept of it."""
    password = secrets.token_urlsafe(32)
    return password, sha256(password.encode()).digest()


async def grant(client: Redis, account: Account) -> None:
    """Make the account exactly so; `reset` first, for the server only ever adds to what a user may do."""
    passwords = [f"#{hashed.hex()}" for hashed in account.secrets]
    await _command(
        client,
        "ACL",
        "SETUSER",
        account.user,
        "reset",
        "on",
        *passwords,
        "resetchannels",
        "-@all",
        *CONNECT,
        *account.rules,
    )
    await _keep(client)


async def revoke(client: Redis, user: str) -> None:
    """Remove the account; its open connections end at once."""
    await _command(client, "ACL", "DELUSER", user)
    await _keep(client)


async def cut(client: Redis, user: str) -> None:
    """End the user's connections: what an old password opened must not outlive it, others open anew."""
    await _command(client, "CLIENT", "KILL", "USER", user)


async def _command(client: Redis, *words: str) -> Any:
    return await client.execute_command(*words)  # type: ignore[no-untyped-call]


async def _keep(client: Redis) -> None:
    """Without this a restart brings revoked users back; a server without an ACL file is reconciled."""
    try:
        await _command(client, "ACL", "SAVE")
    except Exception as refusal:
        if "ACL file" not in str(refusal):
            raise
