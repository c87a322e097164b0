"""The cells of a workbook or a CSV file, merged ones filled: what a person sees on the sheet."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from shared import archives
from shared.files import decoded
from shared.unacceptable import UnacceptableFile

from .faults import Fault

LARGEST, MOST_ROWS, MOST_COLUMNS = 50_000_000, 10_000, 100


@dataclass
class Grid:
    """One sheet; `spread` are the cells that show what a merged cell above or beside them says."""

    name: str
    cells: list[list[str]]
    spread: set[tuple[int, int]] = field(default_factory=set)


def read(name: str, content: bytes) -> list[Grid]:
    """Every sheet that can be seen; raises Fault where it is neither XLSX nor CSV."""
    try:
        return _workbook(content) if content[:2] == b"PK" else [_table(name, decoded(content))]
    except UnacceptableFile:
        raise Fault(
            f"{name} 不是可读取的 XLSX 或 CSV；XLS 请另存为 XLSX。",
            f"{name} is no XLSX or CSV that can be read; save an XLS as XLSX.",
        ) from None


def _table(name: str, text: str) -> Grid:
    rows = [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text))]
    return Grid(name, [[cell.strip() for cell in row] for row in _not_too_many(rows)])


def _workbook(content: bytes) -> list[Grid]:
    import openpyxl

    for _ in archives.entries(archives.opened(content), archives.Budget(size=LARGEST)):
        pass  # Inflated once within a budget: the library itself knows none.
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception:  # Whatever a library of a thousand parsers may raise.
        raise UnacceptableFile from None
    return [_grid(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _grid(sheet: Any) -> Grid:
    rows = sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS), values_only=True)
    cells = [[_text(cell) for cell in row] for row in rows]
    while cells and not any(cells[-1]):  # Formats often go on for a million rows below the last word.
        cells.pop()
    grid = Grid(sheet.title, _not_too_many(cells))
    for merged in sheet.merged_cells.ranges:
        _spread(grid, merged)
    return grid


def _spread(grid: Grid, merged: Any) -> None:
    top, left = merged.min_row - 1, merged.min_col - 1
    for row in range(top, min(merged.max_row, len(grid.cells))):
        for column in range(left, min(merged.max_col, len(grid.cells[row]))):
            if (row, column) != (top, left):
                grid.cells[row][column] = grid.cells[top][left]
                grid.spread.add((row, column))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _not_too_many(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) > MOST_ROWS:
        raise Fault(f"超过 {MOST_ROWS} 行。", f"There are more than {MOST_ROWS} rows.")
    return rows
