"""The same text without its disguises, and the way back to the original's offsets."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Normal:
    """`starts[i]` is where, in the normalised text, the shift `shifts[i]` to the original begins to hold."""

    text: str
    starts: list[int] = field(default_factory=list)
    shifts: list[int] = field(default_factory=list)

    def origin(self, at: int) -> int:
        return at + self.shifts[bisect_right(self.starts, at) - 1] if self.starts else at

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin(start), self.origin(end - 1) + 1


def normalise(text: str) -> Normal:
    """Compatibility forms resolved, invisible characters dropped, at most one space between two digits."""
    rewriting = _rewriting()
    plain = text if text.isascii() else text.translate(rewriting.single)
    if not rewriting.odd.search(plain):
        return Normal(plain)
    return _rewritten(plain, rewriting)


def _rewritten(plain: str, rewriting: "Rewriting") -> Normal:
    parts: list[str] = []
    starts, shifts = [0], [0]
    read = written = 0
    for odd in rewriting.odd.finditer(plain):
        instead = _instead(odd[0], rewriting)
        parts += (plain[read : odd.start()], instead)
        written += odd.start() - read
        for _ in instead:
            starts.append(written)
            shifts.append(odd.start() - written)
            written += 1
        read = odd.end()
        starts.append(written)
        shifts.append(read - written)
    return Normal("".join((*parts, plain[read:])), starts, shifts)


def _instead(odd: str, rewriting: "Rewriting") -> str:
    if odd in rewriting.longer:
        return rewriting.longer[odd]
    return "\n" if "\n" in odd else next((character for character in odd if character.isspace()), "")


class Rewriting(NamedTuple):
    single: dict[int, str]
    longer: dict[str, str]
    odd: re.Pattern[str]


# Where compatibility forms live; the planes between hold ideographs that have none of interest here.
_RANGES = ((0x80, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1F100, 0x1F200))
_BLANKS = "\u115f\u1160\u3164\uffa0\ufffe\uffff"


@cache
def _rewriting() -> Rewriting:
    """The tables, made on first use."""
    single: dict[int, str] = {}
    longer: dict[str, str] = {}
    invisible = [chr(code) for code in range(0x20) if not chr(code).isspace()]
    for character in (chr(code) for low, high in _RANGES for code in range(low, high)):
        form = _form(character)
        if _is_invisible(character):
            invisible.append(character)
        elif form != character and len(form) == 1:
            single[ord(character)] = form
        elif form != character and any(map(str.isalnum, form)):
            longer[character] = form
    return Rewriting(single, longer, _odd(invisible, longer))


def _form(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return unicodedata.normalize("NFKC", character) if digit is None else str(digit)


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _BLANKS or category in {"Cf", "Mn", "Me"}


def _odd(invisible: list[str], longer: dict[str, str]) -> re.Pattern[str]:
    unseen, long = "".join(map(re.escape, invisible)), "".join(map(re.escape, longer))
    return re.compile(rf"(?<=[0-9])[\s{unseen}]{{2,}}(?=[0-9Xx])|[{unseen}]+|[{long}]")
