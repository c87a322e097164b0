"""An event in a consumer's hands, from the stream's entry to its row in the inbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import orjson

from .append import parse
from .contracts import Event, Fact, MalformedEvent

Fields = Mapping[bytes, bytes]

MAX_WORD = 500
"""Characters in an attribute that is kept and looked for."""


class Status(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"
    PARKED = "parked"
    RETRY = "retry"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(slots=True)
class Letter:
    """What a consumer knows of one event while it deals with it."""

    id: UUID
    position: int
    type: str
    subject: str
    sequence: int
    fields: Fields
    event: Event[Fact] | None = None
    work: Any = None
    """What the handler is given: the event, or what was prepared from it."""
    readable: bool = True
    tried: int = 0
    """Failed attempts before this one."""
    handled_early: bool = False
    """Handled before its turn; when its turn comes there is nothing left to do."""
    waiting: bool = False
    """It comes from the inbox, not from the stream."""

    attempts: int = 0
    early: bool = False
    status: Status | None = None
    next_at: datetime | None = None
    error: str = ""

    def begin(self) -> None:
        """Forget what an attempt that was rolled back had come to."""
        if self.readable:
            self.attempts, self.early = self.tried, self.handled_early
            self.status, self.next_at, self.error = None, None, ""


def open_letter(entry_id: bytes, fields: Fields) -> Letter:
    """Read the attributes of a stream's entry; raises MalformedEvent."""
    try:
        return Letter(
            id=UUID(fields[b"id"].decode()),
            position=parse(entry_id).position,
            type=_word(fields, "type"),
            subject=_word(fields, "subject"),
            sequence=_sequence(fields),
            fields=fields,
        )
    except KeyError as missing:
        raise MalformedEvent(f"attribute {missing.args[0].decode()} is missing") from None
    except ValueError as wrong:
        raise MalformedEvent(str(wrong)) from None


def _word(fields: Fields, name: str) -> str:
    """An attribute that the record can hold: anything else would fail there, every time."""
    word = fields[name.encode()].decode("ascii")
    if not 1 <= len(word) <= MAX_WORD or not word.isprintable():
        raise MalformedEvent(f"attribute {name} is no word")
    return word


def _sequence(fields: Fields) -> int:
    number = int(fields[b"sequence"])
    if not 1 <= number < 2**63:
        raise MalformedEvent("attribute sequence is no number that is ever given")
    return number


def unreadable(key: str, entry_id: bytes, fields: Fields, error: str) -> Letter:
    """A dead letter for an entry that is no event; its own id, so that it is recorded once."""
    return Letter(
        id=uuid5(NAMESPACE_OID, f"{key}/{entry_id.decode()}"),
        position=parse(entry_id).position,
        type="unreadable",
        subject="",
        sequence=0,
        fields=fields,
        readable=False,
        status=Status.DEAD,
        attempts=1,
        error=error,
    )


def pack(fields: Fields) -> bytes:
    """The fields as they came, whatever bytes they hold."""
    return orjson.dumps({name.decode("latin-1"): value.decode("latin-1") for name, value in fields.items()})


def unpack(raw: bytes) -> dict[bytes, bytes]:
    return {name.encode("latin-1"): value.encode("latin-1") for name, value in orjson.loads(raw).items()}
