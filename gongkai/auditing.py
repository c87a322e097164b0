"""Walks the record of opinions of a running platform beside what is sealed of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import home

if TYPE_CHECKING:
    from shared.tampering import Verified


def checkpoints(data: Path) -> Path:
    """Where review's worker keeps the signed checkpoints."""
    return data / "ledger" / "checkpoints.jsonl"


async def verified(
    data: Path, files: Sequence[Path], since: int = 1, told: Callable[[int, int], None] = lambda *_: None
) -> "Verified":
    """What was found, and every fault with its place."""
    from services.review.sealed import CHAIN
    from shared import audit, db, keys

    # With review's own rights, which change nothing that is sealed.
    database = db.connect(home.read(data).database_url, "review", "")
    try:
        pinned = keys.pinned(data / "keys", "ledger")
        return await audit.verify(database, CHAIN, pinned, files, since=since, told=told)
    finally:
        await database.close()
