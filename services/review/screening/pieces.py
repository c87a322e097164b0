"""A stretch of a file's text and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    place: str
    unreadable: bool = False
