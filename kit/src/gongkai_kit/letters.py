"""An entry of the mailbox, opened, and whether it is still to be handled. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from .contracts import DocumentWithdrawn, Event, Fact, MalformedEvent, decode

Fields = Mapping[bytes, bytes]
Lane = tuple[str, str]
"""A source and a subject: what is said of one document by one service keeps its order."""
Place = tuple[int, int]
"""A timeline and a sequence: what the platform says after a restore comes after all it said before."""

WITHDRAWALS = DocumentWithdrawn.type.removesuffix("v1")


@dataclass(frozen=True, slots=True)
class Letter:
    """One entry; without an event it is of no concern here, or cannot be read."""

    entry: str
    event: Event[Fact] | None = None
    fault: str = ""

    @property
    def lane(self) -> Lane | None:
        return (self.event.source, self.event.subject) if self.event else None

    @property
    def place(self) -> Place:
        return int(self.entry.partition("-")[0]), self.event.sequence if self.event else 0

    @property
    def withdraws(self) -> bool:
        return self.event is not None and isinstance(self.event.data, DocumentWithdrawn)


def open_letter(entry: bytes, fields: Fields, heard: Mapping[str, type[Fact]]) -> Letter:
    """What nobody here hears is passed over, except a withdrawal: that may never be confirmed unread."""
    try:
        event = decode(fields, heard)
    except MalformedEvent as wrong:
        return Letter(entry.decode(), fault=str(wrong))
    if event is None and fields[b"type"].decode().startswith(WITHDRAWALS):
        return Letter(entry.decode(), fault="This kit is too old for withdrawals of this version.")
    return Letter(entry.decode(), event)


def is_due(letter: Letter, *, handled: bool, last: Place | None) -> bool:
    """Whether it is to be handled: once, and nothing older than the last; a withdrawal whenever it comes."""
    if letter.event is None or handled:
        return False
    return letter.withdraws or last is None or letter.place > last
