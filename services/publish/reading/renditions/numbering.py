"""The numbers that Word counts by itself, written out as a reader sees them: 第三条, 一、, （2）, 1.2."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .word_styles import W, value

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_MOST = 100_000
_SPACES = {"": "", "、": "", "）": "", "．": "", "：": ""}
"""What follows a number; these bring their own."""


@dataclass(slots=True)
class _Level:
    form: str
    pattern: str
    start: int
    style: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[str, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along with the paragraphs, which must come in the order of the text."""

    def __init__(self, root: Any) -> None:
        self._lists: dict[str, _List] = {}
        self._by_num: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum") if root is not None else ():
            levels = {level.get(f"{W}ilvl", "0"): _level(level) for level in abstract.iter(f"{W}lvl")}
            self._lists[abstract.get(f"{W}abstractNumId", "")] = _List(levels)
        for number in root.iter(f"{W}num") if root is not None else ():
            self._by_num[number.get(f"{W}numId", "")] = self._instance(number)

    def _instance(self, number: Any) -> str:
        """A list may begin anew by an override; without one it counts on with its kind."""
        abstract = value(number, "abstractNumId")
        overrides = list(number.iter(f"{W}lvlOverride"))
        if not overrides or abstract not in self._lists:
            return abstract
        levels = dict(self._lists[abstract].levels)
        for override in overrides:
            place, written = override.get(f"{W}ilvl", "0"), override.find(f"{W}lvl")
            if written is not None:
                levels[place] = _level(written)
            if place in levels and (start := value(override, "startOverride")).isdigit():
                old = levels[place]
                levels[place] = _Level(old.form, old.pattern, int(start[:6]))
        own = f"own {number.get(f'{W}numId', '')}"
        self._lists[own] = _List(levels)
        return own

    def next(self, list_id: str, level: str) -> str | None:
        """The label of the next paragraph; None if it has no number, or a dot that a list can show."""
        found = self._lists.get(self._by_num.get(list_id, ""))
        place = found.levels.get(level) if found else None
        if found is None or place is None or place.form in ("bullet", "none") or not level.isdigit():
            return None
        depth = int(level)
        found.counts = {below: count for below, count in found.counts.items() if below <= depth}
        found.counts[depth] = min(found.counts.get(depth, place.start - 1) + 1, _MOST)
        return self._label(found, place, depth)

    def _label(self, found: _List, place: _Level, depth: int) -> str:
        label = place.pattern
        for below in range(depth + 1):
            level = found.levels.get(str(below))
            if level is not None and f"%{below + 1}" in label:
                count = found.counts.get(below, level.start)
                label = label.replace(f"%{below + 1}", _written(count, level.form))
        return label + _SPACES.get(label[-1:], "　" if label and not label.isascii() else " ")


def without_numbers(root: Any) -> bytes:
    """Only the dots are left to be made lists of: everything counted is written out by now."""
    for level in list(root.iter(f"{W}lvl")):
        if value(level, "numFmt") != "bullet":
            level.getparent().remove(level)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _level(level: Any) -> _Level:
    start = value(level, "start")
    return _Level(
        form=value(level, "numFmt") or "decimal",
        pattern=value(level, "lvlText")[:50],
        start=int(start[:6]) if start.isdigit() else 1,
    )


def _written(count: int, form: str) -> str:
    write = _FORMS.get(form)
    return write(count) if write and 0 <= count < _MOST else str(count)


def _chinese(count: int, digits: str = _DIGITS, units: tuple[str, ...] = ("", "十", "百", "千", "万")) -> str:
    """As it is counted aloud: 十二, 二十, 一百零三."""
    written, pending = "", False
    for place, digit in zip(range(len(str(count)) - 1, -1, -1), map(int, str(count)), strict=True):
        if digit:
            written += ("零" if pending else "") + digits[digit] + units[place]
        pending = bool(written) and not digit
    if digits is _DIGITS:
        written = written.removeprefix("一") if 10 <= count < 20 else written
    return written or digits[0]


def _legal(count: int) -> str:
    return _chinese(count, _LEGAL, ("", "拾", "佰", "仟", "万"))


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1) if 0 < count <= 26 * 20 else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (count // worth)
        count %= worth
    return written


_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip

_FORMS = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "ideographDigital": lambda count: "".join(_DIGITS[int(digit)] for digit in str(count)),
    "chineseLegalSimplified": _legal,
    "decimalEnclosedCircle": lambda count: chr(0x245F + count) if 0 < count <= 20 else str(count),
    "decimalEnclosedCircleChinese": lambda count: chr(0x245F + count) if 0 < count <= 20 else str(count),
    "decimalFullWidth": lambda count: "".join(chr(ord(digit) + 0xFEE0) for digit in str(count)),
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperRoman": _roman,
}
