"""What a cell of a workbook shows: its value in its format."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from services.review.screening import markup


@dataclass(frozen=True, slots=True)
class Format:
    """How a number is shown; `nearer` says how the cell keeps itself from the eye."""

    is_date: bool = False
    zeros: int = 0
    nearer: str = ""


_PLAIN = Format()
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')
_DATE = re.compile(r"[ymd年月日]", re.I)
_PALE = re.compile(r"(?:..)?f[c-f]f[c-f]f[c-f]", re.I)
_INVISIBLE = "（不显示的格式 invisible format）"
_WHITE = "（白色文字 white text）"


def formats(body: bytes) -> tuple[list[Format], list[str]]:
    """The formats of a workbook by their numbers, and the words written into them."""
    styles = _Styles()
    markup.parse(body, styles)
    return styles.made, list(styles.codes.values())


@dataclass(slots=True)
class _Styles:
    codes: dict[int, str] = field(default_factory=dict)
    pale: list[bool] = field(default_factory=list)
    filled: list[bool] = field(default_factory=list)
    made: list[Format] = field(default_factory=list)
    within: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name == "font" and self.within[-1:] == ["fonts"]:
            self.pale.append(False)
        elif name == "fill" and self.within[-1:] == ["fills"]:
            self.filled.append(False)
        elif name == "color" and self.within[-2:] == ["fonts", "font"]:
            self.pale[-1] = bool(_PALE.fullmatch(attributes.get("rgb", "")) or attributes.get("theme") == "0")
        elif name == "patternFill" and self.within[-2:] == ["fills", "fill"]:
            self.filled[-1] = attributes.get("patternType", "none") != "none"
        elif name == "xf" and self.within[-1:] == ["cellXfs"]:
            self.made.append(self._format(attributes))
        self.within.append(name)

    def end(self, _name: str) -> None:
        self.within.pop()

    def text(self, _text: str) -> None:
        pass

    def _format(self, attributes: dict[str, str]) -> Format:
        number = _number(attributes, "numFmtId")
        code = self.codes.get(number, "")
        bare = _QUOTED.sub("", code)
        is_date = number in _DATES or bool(_DATE.search(bare))
        zeros = len(bare) if bare and set(bare) == {"0"} else 0
        return Format(is_date, zeros, self._nearer(attributes, code))

    def _nearer(self, attributes: dict[str, str], code: str) -> str:
        if code and set(code) == {";"}:
            return _INVISIBLE
        font, fill = _number(attributes, "fontId"), _number(attributes, "fillId")
        pale = any(self.pale[font : font + 1]) and not any(self.filled[fill : fill + 1])
        return _WHITE if pale else ""


def _number(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


@dataclass(slots=True)
class Values:
    """What the workbook knows to turn a stored value into what is shown."""

    strings: list[str]
    used: set[int]
    formats: list[Format]
    from_1904: bool = False

    def format(self, style: str) -> Format:
        number = int(style) if style.isdecimal() and len(style) < 10 else 0
        return self.formats[number] if number < len(self.formats) else _PLAIN

    def shown(self, kind: str, style: str, value: str) -> str:
        if kind == "s":
            return self._shared(value)
        if kind in ("n", "") and value:
            return self._formatted(value, self.format(style))
        return value

    def _shared(self, value: str) -> str:
        number = int(value) if value.strip().isdecimal() and len(value) < 10 else len(self.strings)
        if number >= len(self.strings):
            return ""
        self.used.add(number)
        return self.strings[number]

    def _formatted(self, value: str, form: Format) -> str:
        if form.is_date:
            return _date(value, self.from_1904)
        plain = _in_full(value) if _STORED.search(value) else value
        return plain.zfill(form.zeros) if plain.isdigit() else plain


_STORED = re.compile(r"[eE.]")


def _in_full(value: str) -> str:
    """A long number is stored as a power of ten; of a fraction only fifteen figures are ever shown."""
    try:
        number = Decimal(f"{float(value):.15g}" if "." in value else value)
    except (InvalidOperation, ValueError):
        return value
    return f"{number:f}" if -30 < number.adjusted() < 30 else value


def _date(value: str, from_1904: bool) -> str:
    """Days since the workbook's beginning of time."""
    beginning = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    try:
        when = beginning + timedelta(days=float(value))
    except (ValueError, OverflowError):
        return value
    return str(when.date()) if when.date() > date(1900, 1, 1) else value
