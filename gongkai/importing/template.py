"""An empty catalogue to fill in: heads, choices to pick from, and what is to be written where."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from shared.labels import AUDIENCES, GENRES, KINDS, OPENNESS, VALIDITIES
from shared.themes import path as path_of
from shared.themes import tree

from ..words import both
from .columns import COLUMNS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 10_000
CHOICES = "选项"


def write(path: Path) -> None:
    """The workbook, with the Chinese heads that every catalogue knows."""
    import openpyxl

    book = openpyxl.Workbook()
    table: Worksheet = book.active  # type: ignore[assignment]
    table.title = "目录"
    explained, choices = book.create_sheet("说明"), book.create_sheet(CHOICES)
    _heads(table)
    _explain(explained)
    for number, (field, values) in enumerate(_choices(), 1):
        _offer(table, choices, number, field, values)
    choices.sheet_state = "hidden"
    book.save(path)


def _heads(table: "Worksheet") -> None:
    from openpyxl.styles import Font, PatternFill

    for number, column in enumerate(COLUMNS, 1):
        cell = table.cell(1, number, column.head + ("*" if column.needed else ""))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="E8EEF4")
        table.column_dimensions[cell.column_letter].width = 36 if column.field in ("title", "theme") else 16
    # As text: a spreadsheet would make a number of 20080501, and a date of 2008-5.
    for line in table.iter_rows(min_row=2, max_row=200, max_col=len(COLUMNS)):
        for empty in line:
            empty.number_format = "@"
    table.freeze_panes = "A2"


def _explain(sheet: "Worksheet") -> None:
    sheet.append([both("列", "Column"), both("也可写作", "Also known as"), both("填写说明", "What to write")])
    for column in COLUMNS:
        needed = both("（必填）", " (needed)") if column.needed else ""
        sheet.append([column.head, "、".join(column.heads[1:]), both(column.zh, column.en) + needed])
    for letter, width in (("A", 16), ("B", 48), ("C", 90)):
        sheet.column_dimensions[letter].width = width


def _choices() -> Iterable[tuple[str, list[str]]]:
    yield "theme", [path_of(code) for code in tree()]
    for field, names in (
        ("kind", KINDS),
        ("genre", GENRES),
        ("audience", AUDIENCES),
        ("validity", VALIDITIES),
        ("openness", OPENNESS),
    ):
        yield field, [name.zh for name in names.values()]


def _offer(table: "Worksheet", choices: "Worksheet", number: int, field: str, values: list[str]) -> None:
    """A drop-down; of the audience several may be written, so it only suggests."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for row, value in enumerate(values, 1):
        choices.cell(row, number, value)
    place = get_column_letter(number)
    offered = DataValidation(
        type="list", formula1=f"{CHOICES}!${place}$1:${place}${len(values)}", allow_blank=True
    )
    offered.showErrorMessage = field != "audience"
    where = get_column_letter([column.field for column in COLUMNS].index(field) + 1)
    offered.add(f"{where}2:{where}{ROWS}")
    table.add_data_validation(offered)
