"""One sheet of a workbook, row by row: each value behind its heading, what is hidden apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.review.screening.cells import Values
from services.review.screening.pieces import Layout, Piece, joined, shown, unreadable

Cell = tuple[str, str, str]
"""Column, text, how it keeps itself from the eye."""

_HIDDEN_ROW = "（隐藏行 hidden row）"
_HIDDEN_COLUMN = "（隐藏列 hidden column）"


@dataclass(slots=True)
class Headings:
    """The first row of short words above the values, as labels for rules that look before a number."""

    by_column: dict[str, str] = field(default_factory=dict)
    looking: int = 10
    """Rows within which a table begins; afterwards one more row may fill the columns that have no heading."""

    def before(self, row: list[Cell]) -> dict[str, str]:
        """The headings of a row's values; the row that holds them has none itself."""
        if self.looking <= 0:
            return self.by_column
        self.looking -= 1
        if len(row) > 1 and all(_HEADING.fullmatch(text) for _, text, _ in row):
            above, new = self.by_column, {column: _label(text) for column, text, _ in row}
            self.by_column = new | above
            self.looking = 0 if above else 1
            return above
        if self.by_column:
            self.looking = 0
        return self.by_column


_HEADING = re.compile(r"(?=.*[^\W\d_])(?!.*\d{5}).{1,60}", re.S)
_LABEL = 20  # No rule looks much further back.
# Words that would be a finding in every row, or make every person's number look like an office's.
_NOT_REPEATED = re.compile(r"[绝机秘涉]\s?密|内部|保密|电话|热线")


def _label(heading: str) -> str:
    return "" if _NOT_REPEATED.search(heading) else "".join(heading.split())[:_LABEL]


@dataclass(slots=True)
class Sheet:
    """What the parser has seen. No row or column that is not there is ever made up."""

    place: str
    values: Values
    headings: Headings = field(default_factory=Headings)
    layouts: dict[str, Layout] = field(default_factory=dict)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    formulas: Layout = field(default_factory=lambda: Layout(""))
    said: list[str] = field(default_factory=list)
    uncomputed: str = ""
    number: int = 0
    is_hidden: bool = False
    column: str = ""
    position: int = 0
    kind: str = ""
    style: str = ""
    reading: str = ""
    value: list[str] = field(default_factory=list)
    formula: list[str] = field(default_factory=list)
    has_formula: bool = False
    is_aside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _VALUES:
            self.reading = name
            self.has_formula |= name == "f"
        elif name in _HANDLERS:
            _HANDLERS[name](self, attributes)
        elif attributes and name in _SPEAKING:
            self.said += [attributes[key] for key in _SAID if attributes.get(key)]

    def end(self, name: str) -> None:
        if name == self.reading:
            self.reading = ""
            if name in _WHOLE:
                self.said.append("".join(self.value))
                self.value.clear()
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self.is_aside = False

    def text(self, text: str) -> None:
        if self.reading == "f":
            self.formula.append(text)
        elif self.reading:
            (self.said if self.is_aside else self.value).append(text)

    def _row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        self.number = int(given) if given.isdecimal() and len(given) < 10 else self.number + 1
        self.is_hidden = attributes.get("hidden") in _YES or attributes.get("ht") in _NOTHING
        self.position = 0

    def _column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _YES or attributes.get("width") in _NOTHING:
            bounds = (attributes.get("min", ""), attributes.get("max", ""))
            if all(bound.isdecimal() and len(bound) < 10 for bound in bounds):
                self.hidden_columns.append((int(bounds[0]), int(bounds[1])))

    def _cell(self, attributes: dict[str, str]) -> None:
        written = _COLUMN.match(attributes.get("r", ""))
        self.position = _position(written[0]) if written else self.position + 1
        self.column = written[0] if written else _letters(self.position)
        self.kind, self.style = attributes.get("t", ""), attributes.get("s", "")

    def _aside(self, _: dict[str, str]) -> None:
        """A reading aid beside the words of a cell."""
        self.is_aside = True

    def _end_cell(self) -> None:
        text = self.values.shown(self.kind, self.style, "".join(self.value))
        formula = "".join(self.formula)
        if text.strip():
            self.row.append((self.column, text, self.values.format(self.style).nearer))
        elif self.has_formula and self.kind != "str":  # An empty text may be the result.
            self.uncomputed = self.uncomputed or f"{self.column}{self.number}"
        if '"' in formula or "|" in formula:
            self.formulas.add(f"{formula}\n", f"!{self.column}{self.number}")
        self.value.clear()
        self.formula.clear()
        self.has_formula = False

    def _end_row(self) -> None:
        headings = self.headings.before(self.row) if len(self.row) > 1 else {}
        used = set()
        for column, text, nearer in self.row:
            where = self._where(column)
            layout = self.layouts.setdefault(where, Layout(self.place + where))
            heading = headings.get(column, "")
            cell = f"!{column}{self.number}{nearer}"
            layout.add("\t" if where in used else "")
            layout.add(f"{heading}: {text}" if heading else text, cell)
            used.add(where)
        for where in used:
            self.layouts[where].add("\n")
        self.row.clear()

    def _where(self, column: str) -> str:
        if self.is_hidden:
            return _HIDDEN_ROW
        position = _position(column) if self.hidden_columns else 0
        return _HIDDEN_COLUMN if any(low <= position <= high for low, high in self.hidden_columns) else ""

    def pieces(self) -> Iterator[Piece]:
        for layout in self.layouts.values():
            yield layout.piece()
        self.formulas.place = f"公式 formulas {self.place}"
        if self.formulas.length:
            yield self.formulas.piece()
        yield from joined(self.said, f"页眉、有效性等 headers, validations {self.place}")
        if self.uncomputed:
            yield unreadable(
                f"{self.place}!{shown(self.uncomputed)}（公式没有结果 formula without its value）"
            )


_HANDLERS = {"c": Sheet._cell, "row": Sheet._row, "col": Sheet._column, "rPh": Sheet._aside}
_YES = frozenset(("1", "true"))
_NOTHING = frozenset(("0", "0.0"))
_COLUMN = re.compile(r"[A-Z]{1,3}")
_WHOLE = frozenset((
    "formula1", "formula2", "formula", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader",
    "firstFooter",
))  # fmt: skip
_VALUES = frozenset(("v", "t", "f")) | _WHOLE
_SPEAKING = frozenset(
    ("dataValidation", "hyperlink", "filter", "customFilter", "cfRule", "scenario", "inputCells")
)
_SAID = ("prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "val", "text", "comment")


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position


def _letters(position: int) -> str:
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
