"""A stretch of a file's text and where it stands."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """`nearer[i]` tells, from the character `starts[i]` on, more of the place than `place` does."""

    text: str
    place: str
    unreadable: bool = False
    starts: Sequence[int] = ()
    nearer: Sequence[str] = ()

    def place_at(self, start: int) -> str:
        """Where the character at this offset stands: a page, a cell, what it is hidden by."""
        at = bisect_right(self.starts, start) - 1
        return self.place + self.nearer[at] if at >= 0 else self.place


@dataclass(slots=True)
class Layout:
    """A piece under construction, stretch by stretch, each with its nearer place."""

    place: str
    parts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    nearer: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, nearer: str = "") -> None:
        if nearer != (self.nearer[-1] if self.nearer else ""):
            self.starts.append(self.length)
            self.nearer.append(nearer)
        self.parts.append(text)
        self.length += len(text)

    def piece(self, unreadable: bool = False) -> Piece:
        return Piece("".join(self.parts), self.place, unreadable, self.starts, self.nearer)


def unreadable(place: str) -> Piece:
    """What only a person can judge."""
    return Piece("", place, unreadable=True)


def joined(texts: Iterable[str], place: str) -> Iterable[Piece]:
    """One piece of them all, none of nothing."""
    text = "\n".join(filter(None, texts))
    return (Piece(text, place),) if text else ()


def shown(name: str, longest: int = 80) -> str:
    """A stranger's name for something, without what would deceive a reader or break a record."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[: longest + 1])
    return plain if len(plain) <= longest else plain[:longest] + "…"
