"""What bears a secrecy mark is locked away at once, so that this system cannot read it any more.

A network that reaches the internet may not hold state secrets (保密法 arts 29, 31). What was uploaded is
sealed for a key whose private half is kept off-line, removed from the store, and handed over off-line.
"""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

import anyio
from joserfc import jwe
from joserfc.jwk import OKPKey

from shared.clock import now
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.manifest import Manifest
from shared.objects import Objects

RECORD = """
    INSERT INTO quarantine (case_id, sealed, at) VALUES (:case_id, :sealed, :at) ON CONFLICT DO NOTHING
"""

# A file that an edition without a mark lists as well stays: else anybody could destroy what is public by
# handing it in again beside something marked. What bears a mark itself is never part of such an edition.
UNCLEARED = """
    SELECT case_id, sealed, ARRAY(
        SELECT address FROM unnest(sealed) AS address
        WHERE NOT EXISTS (SELECT FROM case_file LEFT JOIN quarantine AS other USING (case_id)
                          WHERE case_file.sha256 = address AND other.case_id IS NULL)
        ) AS addresses
    FROM quarantine WHERE cleared_at IS NULL
"""

CLEARED = "UPDATE quarantine SET cleared_at = :at WHERE case_id = :case_id"


class Quarantine:
    """A folder of sealed objects; opening them takes a key that is not here."""

    def __init__(self, folder: Path, objects: Objects, key: OKPKey) -> None:
        self.folder = folder
        self.objects = objects
        self.key = key

    async def seal(self, case_id: UUID, content_sha256: str, manifest: Manifest) -> None:
        """Lock a copy of everything away, before anything is removed."""
        await self.seal_objects(case_id, addresses(content_sha256, manifest))

    async def seal_objects(self, case_id: UUID, wanted: Sequence[str]) -> None:
        """Lock a copy of each of these away; what is in the store no more was sealed before."""
        for address, content in zip(wanted, await self.objects.get_all(wanted), strict=True):
            if isinstance(content, bytes):
                header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": str(self.key.kid)}
                sealed = jwe.encrypt_compact(header, content, self.key)
                path = self.folder / str(case_id) / f"{address}.jwe"
                await anyio.to_thread.run_sync(partial(_keep, path, sealed))

    async def clear(self, database: Database) -> int:
        """Remove from the store what is sealed; done after the commit, and again until it is done."""
        rows = await database.look(UNCLEARED)
        for row in rows:
            await self.seal_objects(row.case_id, row.sealed)  # What a person locked away is sealed here.
            await self.objects.remove(row.addresses)
            crashpoint("quarantine.removed")
            async with database.transaction() as unit:
                await unit.run(CLEARED, {"case_id": row.case_id, "at": now()})
        return len(rows)


async def record(unit: Transaction, case_id: UUID, content_sha256: str, manifest: Manifest | None) -> None:
    """Note what is locked away, for the hand-over list, and for whoever seals and removes it."""
    sealed = addresses(content_sha256, manifest) if manifest else [content_sha256]
    await unit.run(RECORD, {"case_id": case_id, "sealed": sealed, "at": now()})


def addresses(content_sha256: str, manifest: Manifest) -> list[str]:
    """Of the manifest and of every file that it lists."""
    return [content_sha256, *(file.sha256 for file in manifest.files)]


def _keep(path: Path, sealed: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
