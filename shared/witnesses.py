"""The checkpoints of a ledger, wherever they are kept, and what of them can be believed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import OKPKey

from .checkpoints import Checkpoint, NotACheckpoint, believed
from .db import Transaction
from .tampering import Fault, Wrong

IN_TABLE = "SELECT position, hash, at, signature FROM ledger_checkpoint ORDER BY position"

ANNOUNCED = "SELECT position, data FROM outbox WHERE subject = :subject ORDER BY sequence"

TABLE = "ledger_checkpoint"

Lines = Sequence[tuple[str, bytes]]
"""Where each one is, and what it says."""


@dataclass
class Witnesses:
    """What each place says; a signature is examined once, however many places have it."""

    ledger: str
    """Its name; no checkpoint of another one counts."""
    pinned: Mapping[str, OKPKey]
    signed: dict[str, Checkpoint] = field(default_factory=dict)
    """What is believed, by its signature."""
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    async def hear(self, unit: Transaction, files: Mapping[str, Lines]) -> None:
        """The table, the events that were announced, and the files; what they have, the table must have."""
        kept = self._table(await unit.run(IN_TABLE))
        events = await unit.run(ANNOUNCED, {"subject": f"ledger-{self.ledger}"})
        self._elsewhere("outbox", [(f"outbox {row.position}", bytes(row.data)) for row in events], kept)
        for name, lines in files.items():
            self._elsewhere(name, lines, kept)

    def since(self, position: int) -> dict[int, Checkpoint]:
        """By position, the checkpoint to compare with: the table's before any other."""
        return {one.position: one for one in reversed(self.signed.values()) if one.position >= position}

    def _table(self, rows: Any) -> set[str]:
        kept = set()
        for row in rows:
            said = {"position": row.position, "signature": row.signature}
            if (token := self._examined(TABLE, orjson.dumps(said))) is None:
                continue
            kept.add(token)
            one = self.signed[token]
            if (one.position, one.hash, one.at) != (row.position, row.hash, row.at):
                self.faults.append(
                    Fault(
                        Wrong.CHECKPOINT_CHANGED, row.position, expected=one.hash, found=row.hash, where=TABLE
                    )
                )
        self.counts[TABLE] = len(kept)
        return kept

    def _elsewhere(self, name: str, lines: Lines, kept: set[str]) -> None:
        tokens = {token for where, line in lines if (token := self._examined(where, line))}
        self.counts[name] = len(tokens)
        for token in sorted(tokens - kept, key=lambda token: self.signed[token].position):
            self.faults.append(Fault(Wrong.CHECKPOINT_REMOVED, self.signed[token].position, where=name))

    def _examined(self, where: str, line: bytes) -> str | None:
        """The line's signature, if it is one of this ledger; only what is signed is believed."""
        said: Any = None
        try:
            said = orjson.loads(line)
            token = str(said["signature"])
            one = self.signed.get(token) or believed(token, self.pinned)
            if one.ledger != self.ledger:
                raise NotACheckpoint
        except (ValueError, KeyError, TypeError, NotACheckpoint):
            position = said.get("position") if isinstance(said, dict) else None
            self.faults.append(Fault(Wrong.CHECKPOINT_FORGED, position, where=where))
            return None
        self.signed[token] = one
        return token


def read(files: Sequence[Path]) -> dict[str, Lines]:
    """The lines of those files that are there; the last may just be being written and is left out then.

    To be read before the tables are: a checkpoint is in its table first.
    """
    return {str(path): list(_lines(path)) for path in files if path.exists()}


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
        yield f"{path.name}:{number}", line
