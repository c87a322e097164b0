"""The same text without its disguises, and the way back to the original's offsets."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from opencc import OpenCC


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
    """Compatibility and traditional forms resolved, invisible characters dropped, at most one space between
    two digits."""
    rewriting = _rewriting()
    for wide, narrow in _WIDE_SIGNS:
        text = text.replace(wide, narrow)
    if not (rewriting.disguise.search(text) or _GAP.search(text)):
        return Normal(text)
    plain = rewriting.singles.sub(lambda run: run[0].translate(rewriting.single), text)
    return _rewritten(plain, rewriting) if rewriting.odd.search(plain) else Normal(plain)


# Ordinary text has these and no other disguise.
_WIDE_SIGNS = tuple(zip("，：；（）！？．％\u3000", ",:;()!?.% ", strict=True))
_GAP = re.compile(r"[0-9]\s{2,}(?=[0-9Xx])")


def _rewritten(plain: str, rewriting: "Rewriting") -> Normal:
    parts: list[str] = []
    starts, shifts = [0], [0]
    read = written = 0
    for odd in rewriting.odd.finditer(plain):
        start = odd.start() + (odd[0][0] in _DIGITS)
        instead = _instead(plain[start : odd.end()], rewriting)
        parts += (plain[read:start], instead)
        written += start - read
        for _ in instead:
            starts.append(written)
            shifts.append(start - written)
            written += 1
        read = odd.end()
        starts.append(written)
        shifts.append(read - written)
    return Normal("".join((*parts, plain[read:])), starts, shifts)


_DIGITS = "0123456789"


def _instead(odd: str, rewriting: "Rewriting") -> str:
    if odd in rewriting.longer:
        return rewriting.longer[odd]
    return "\n" if "\n" in odd else next((character for character in odd if character.isspace()), "")


class Rewriting(NamedTuple):
    single: dict[int, str]
    longer: dict[str, str]
    singles: re.Pattern[str]
    odd: re.Pattern[str]
    disguise: re.Pattern[str]


# Where compatibility forms live; the planes between hold ideographs that have none of interest here.
_RANGES = (
    (0x80, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1F100, 0x1F300),
    (0x2F800, 0x2FA20), (0xE0000, 0xE0200),
)  # fmt: skip
_BLANKS = "\u115f\u1160\u3164\uffa0\ufffe\uffff"
_IDEOGRAPHS = range(0x3400, 0xA000)
_JAPANESE = {"絶": "绝"}  # OpenCC's table is for Chinese.


@cache
def _rewriting() -> Rewriting:
    """The tables, made on first use."""
    single = {ord(old): new for old, new in _simplified(map(chr, _IDEOGRAPHS)).items()}
    longer: dict[str, str] = {}
    invisible = [chr(code) for code in range(0x20) if not chr(code).isspace()]
    forms = {chr(code): _form(chr(code)) for low, high in _RANGES for code in range(low, high)}
    simplified = _simplified(forms.values())
    for character, form in forms.items():
        if _is_invisible(character):
            invisible.append(character)
        elif form != character and len(form) == 1:
            single[ord(character)] = simplified.get(form, form)
        elif form != character and any(map(str.isalnum, form)):
            longer[character] = form
    disguise = f"[{_first_plane((*map(chr, single), *invisible, *longer))}{_BEYOND}]"
    return Rewriting(single, longer, _singles(single), _odd(invisible, longer), re.compile(disguise))


def _simplified(characters: Iterable[str]) -> dict[str, str]:
    """Traditional characters with one simplified counterpart; each alone, so that no phrase counts."""
    traditional = [character for character in characters if len(character) == 1]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    pairs = zip(traditional, simplified, strict=True)
    return {old: new for old, new in pairs if old != new and len(new) == 1} | _JAPANESE


def _form(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return unicodedata.normalize("NFKC", character) if digit is None else str(digit)


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _BLANKS or category in {"Cf", "Mn", "Me"}


# Beyond the first plane `re` compares with every range in turn, so one range stands for all that lies there.
_BEYOND = "\U00010000-\U0010ffff"


def _singles(single: Iterable[int]) -> re.Pattern[str]:
    one = f"[{_first_plane(map(chr, single))}{_BEYOND}]"
    return re.compile(f"{one}{one}*")  # `re` jumps to what begins with a set, not to what repeats one.


def _odd(invisible: Collection[str], longer: Collection[str]) -> re.Pattern[str]:
    unseen, long = _set(invisible), _set(longer)
    begins = f"[0-9{_first_plane((*invisible, *longer))}{_BEYOND}]"
    blanks = rf"(?<=[0-9])[\s{unseen}]{{2,}}(?=[0-9Xx])"
    return re.compile(rf"{begins}(?:{blanks}|(?<=[{unseen}])[{unseen}]*|(?<=[{long}]))")


def _first_plane(characters: Iterable[str]) -> str:
    return _set(character for character in characters if character < "\U00010000")


def _set(characters: Iterable[str]) -> str:
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges)
