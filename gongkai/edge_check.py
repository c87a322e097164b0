"""Whether the edge broker really keeps departments apart: tried as a department that means ill."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import ResponseError

from shared import edge

# A consumer called STREAMS made servers look for the keys in the wrong place, and let them pass unexamined.
ATTEMPTS = (
    "XREADGROUP GROUP main me STREAMS {other} >",
    "XREADGROUP GROUP main STREAMS STREAMS {other} >",
    "XREADGROUP NOACK GROUP main STREAMS STREAMS {other} >",
    "XREADGROUP GROUP main STREAMS NOACK STREAMS {other} >",
    "XREADGROUP GROUP STREAMS STREAMS STREAMS {other} >",
    "XREADGROUP GROUP main STREAMS COUNT 1 STREAMS {own} {other} > >",
    "XREAD STREAMS {other} 0",
    "XREAD STREAMS {own} {other} 0 0",
    "XRANGE {other} - +",
    "XADD {own} * a b",
    "XGROUP CREATE {other} mine 0",
    "XINFO GROUPS {other}",
    "KEYS *",
)


def leaks(url: str) -> list[str]:
    """The commands that got through and should not have."""
    code = f"doctor-{secrets.token_hex(4)}"
    own, other = edge.mailbox(code), f"{edge.mailbox(code)}-other"
    with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=3) as owner:
        try:
            for key in (own, other):
                owner.xadd(key, {"a": "b"}, id="1-1")
                for group in ("main", "STREAMS"):
                    owner.xgroup_create(key, group, id="0")
            with _department(owner, url, code) as department:
                return [
                    said for one in ATTEMPTS if _passes(department, said := one.format(own=own, other=other))
                ]
        finally:
            owner.delete(own, other)


@contextmanager
def _department(owner: Redis, url: str, code: str) -> "Iterator[Redis]":
    """Somebody with exactly a department's rights, for this trial only; never saved."""
    password = secrets.token_hex(16)
    account = edge.reader(code, [sha256(password.encode()).digest()])
    hashed = [f"#{secret.hex()}" for secret in account.secrets]
    rules = ("reset", "on", *hashed, "resetchannels", "-@all", *edge.CONNECT, *account.rules)
    owner.execute_command("ACL", "SETUSER", account.user, *rules)  # type: ignore[no-untyped-call]
    place = urlsplit(url)
    try:
        with Redis(
            host=place.hostname or "127.0.0.1",
            port=place.port or 6379,
            username=account.user,
            password=password,
        ) as department:
            yield department
    finally:
        owner.execute_command("ACL", "DELUSER", account.user)  # type: ignore[no-untyped-call]


def _passes(department: Redis, command: str) -> bool:
    try:
        department.execute_command(*command.split())  # type: ignore[no-untyped-call]
    except ResponseError:
        return False
    return True
