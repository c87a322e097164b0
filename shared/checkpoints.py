"""Where a ledger stood, signed and kept in several places, so that not even its owner rewrites it unseen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import anyio.to_thread
import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy import Row

from .approval import ALGORITHM
from .clock import now
from .contracts import LedgerSealed
from .contracts.vocabulary import Digest
from .db import Database, Transaction
from .ledger import TAKE_TURN

TYPE = "gongkai-ledger+jws"


class Checkpoint(BaseModel):
    """What is signed: the ledger's hash at a position, and when it stood there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ledger: str
    position: int
    hash: Digest
    at: AwareDatetime


class NotACheckpoint(Exception):
    """This is no checkpoint that can be believed."""


def sign(checkpoint: Checkpoint, key: OKPKey) -> str:
    """The checkpoint as compact JWS, signed with Ed25519."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": str(key.kid)}
    return jws.serialize_compact(header, checkpoint.model_dump_json(), key, algorithms=[ALGORITHM])


def believed(token: str, pinned: Mapping[str, OKPKey]) -> Checkpoint:
    """The checkpoint, if one of the pinned keys signed it; raises NotACheckpoint.

    Of the header only `kid` is followed, and only to choose among the pinned keys.
    """
    try:
        header = dict(jws.extract_compact(token.encode()).headers())
        if header.get("alg") != ALGORITHM or header.get("typ") != TYPE:
            raise NotACheckpoint
        signed = jws.deserialize_compact(token, pinned[str(header["kid"])], algorithms=[ALGORITHM])
        return Checkpoint.model_validate_json(signed.payload)
    except (JoseError, ValidationError, ValueError, TypeError, AttributeError, KeyError):
        raise NotACheckpoint from None


class Ledger(Protocol):
    """What is sealed and signed for: a hash chain, or a Merkle log."""

    @property
    def name(self) -> str: ...

    async def seal(self, database: Database, batch: int) -> int:
        """Enter at most `batch` of what is queued; how many were entered."""

    async def standing(self, unit: Transaction) -> tuple[int, str] | None:
        """The last position and the hash that stands for everything up to it; None when it is empty."""


SIGNED = "SELECT position, at FROM ledger_checkpoint ORDER BY position DESC LIMIT 1"

KEEP = """
    INSERT INTO ledger_checkpoint (position, hash, at, signature) VALUES (:position, :hash, :at, :signature)
"""


@dataclass
class Sealer:
    """Seals what is queued, and signs where the ledger stands for all who may have to prove it."""

    database: Database
    chain: Ledger
    key: OKPKey
    file: Path
    """A line for each checkpoint, only ever added to; best on another disk than the database's."""
    rows: int = 1000
    seconds: float = 60.0
    """A checkpoint is due when so many records, or one and so much time, have come after the last one."""
    batch: int = 500

    async def work(self) -> int:
        """One batch, and a checkpoint when it is due; how many were sealed. For a loop."""
        sealed = await self.chain.seal(self.database, self.batch)
        await self.checkpoint()
        return sealed

    async def checkpoint(self) -> Checkpoint | None:
        """Sign where the ledger stands, if that is due.

        In the table and in an event at once, and then in the file: what the file has, the table must have.
        """
        async with self.database.transaction() as unit:
            if not (await unit.run(TAKE_TURN)).scalar():
                return None
            standing, at = await self.chain.standing(unit), now()
            if standing is None or not self._is_due(standing[0], (await unit.run(SIGNED)).first(), at):
                return None
            made = Checkpoint(ledger=self.chain.name, position=standing[0], hash=standing[1], at=at)
            signature = sign(made, self.key)
            await unit.run(KEEP, {**made.model_dump(), "signature": signature})
            unit.announce(
                LedgerSealed(
                    ledger=made.ledger,
                    position=made.position,
                    head=made.hash,
                    sealed_at=made.at,
                    signature=signature,
                )
            )
        line = orjson.dumps({**made.model_dump(), "signature": signature})
        await anyio.to_thread.run_sync(partial(_append, self.file, line))
        return made

    def _is_due(self, position: int, signed: Row[Any] | None, at: datetime) -> bool:
        new = position - (signed.position if signed else 0)
        waited = signed is None or at - signed.at >= timedelta(seconds=self.seconds)
        return bool(new >= self.rows or (new > 0 and waited))


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
