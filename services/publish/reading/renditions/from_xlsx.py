"""A workbook: its visible sheets as tables, each under its name."""

import posixpath
import re
import warnings
from collections import Counter
from html import escape
from io import BytesIO
from typing import Any

import openpyxl

from shared import archives
from shared.archives import Budget
from shared.files import DamagedFile

from .cell_values import shown
from .draft import Draft
from .rendition import NotRendered

MAX_ROWS = 1_000
"""Of one sheet; who needs more downloads the workbook."""
MAX_COLUMNS = 60
MAX_MARKUP = 30 * 1024 * 1024


def read(content: bytes) -> Draft:
    uncomputed = _looked_through(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of every extension that it leaves alone.
        try:
            book = openpyxl.load_workbook(BytesIO(content), data_only=True, keep_links=False)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError):
            raise DamagedFile from None
    notes = Counter(uncomputed=uncomputed)
    seen: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    notes["sheets"] = len(book.worksheets) - len(seen)
    notes["charts"] = len(book.chartsheets) + sum(len(sheet._charts) for sheet in seen)
    notes["pictures"] = sum(len(sheet._images) for sheet in seen)
    return Draft("".join(_sheet(sheet, notes) for sheet in seen), notes=notes)


def _looked_through(content: bytes) -> int:
    """Before a library builds trees of it: too much markup, and entities, which no office programme uses."""
    budget, size, uncomputed = Budget(), 0, 0
    with archives.opened(content) as archive:
        for info in archive.infolist():
            if posixpath.splitext(info.filename)[1].lower() in (".xml", ".rels", ".vml"):
                size += info.file_size
                if size > MAX_MARKUP:
                    raise NotRendered("too-large")
                body = budget.inflate(archive, info)
                if b"<!DOCTYPE" in body or b"<!ENTITY" in body or b"\0" in body:
                    raise DamagedFile
                uncomputed += len(_UNCOMPUTED.findall(body)) if "worksheets/" in info.filename else 0
    return uncomputed


_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^<>]{0,200}/>)(?:<v/>|<v></v>)?</c>")
"""A formula that nobody has worked out: the cell would look empty."""


def _sheet(sheet: Any, notes: Counter[str]) -> str:
    rows = _numbers(sheet.max_row, sheet.row_dimensions, notes)
    letters = _letters_hidden(sheet)
    columns = [number for number in range(1, sheet.max_column + 1) if number not in letters]
    notes["hidden"] += sum(1 for number in letters if number <= sheet.max_column)
    rows, columns = _trimmed(sheet, rows, columns)
    notes["rows"] += max(0, len(rows) - MAX_ROWS)
    notes["columns"] += max(0, len(columns) - MAX_COLUMNS)
    rows, columns = rows[:MAX_ROWS], columns[:MAX_COLUMNS]
    if not rows:
        return ""
    merged = _merged(sheet, rows, columns)
    written = "".join(f"<tr>{_row(sheet, row, columns, merged)}</tr>" for row in rows)
    return f"<table><caption>{escape(sheet.title)}</caption>{written}</table>"


def _numbers(last: int, dimensions: Any, notes: Counter[str]) -> list[int]:
    hidden = {number for number, dimension in dimensions.items() if dimension.hidden and number <= last}
    notes["hidden"] += len(hidden)
    return [number for number in range(1, min(last, MAX_ROWS * 100) + 1) if number not in hidden]


def _letters_hidden(sheet: Any) -> set[int]:
    return {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for number in range(dimension.min, min(dimension.max, 16384) + 1)
    }


def _trimmed(sheet: Any, rows: list[int], columns: list[int]) -> tuple[list[int], list[int]]:
    """Without the empty rows and columns below and beside."""
    filled = [(row, column) for (row, column), cell in sheet._cells.items() if cell.value is not None]
    last_row = max((row for row, _ in filled), default=0)
    last_column = max((column for _, column in filled), default=0)
    return [row for row in rows if row <= last_row], [one for one in columns if one <= last_column]


Merged = dict[tuple[int, int], tuple[int, int] | None]


def _merged(sheet: Any, rows: list[int], columns: list[int]) -> Merged:
    """What a cell spans of the rows and columns shown; None for one that another covers."""
    merged: Merged = {}
    shown_rows, shown_columns = set(rows), set(columns)
    for area in sheet.merged_cells.ranges:
        down = [row for row in range(area.min_row, min(area.max_row, rows[-1]) + 1) if row in shown_rows]
        across = [
            one for one in range(area.min_col, min(area.max_col, columns[-1]) + 1) if one in shown_columns
        ]
        if not down or not across:
            continue
        merged |= {(row, column): None for row in down for column in across}
        merged[down[0], across[0]] = (len(down), len(across))
    return merged


def _row(sheet: Any, row: int, columns: list[int], merged: Merged) -> str:
    return "".join(
        _cell(sheet._cells.get((row, column)), merged.get((row, column), (1, 1)))
        for column in columns
        if merged.get((row, column), (1, 1)) is not None
    )


def _cell(cell: Any, span: tuple[int, int] | None) -> str:
    down, across = span or (1, 1)
    spans = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
    if cell is None or cell.value is None:
        return f"<td{spans}></td>"
    is_figure = cell.data_type == "n" and not cell.is_date
    text = escape(shown(cell.value, cell.number_format))
    if cell.font is not None and cell.font.b and text:
        text = f"<strong>{text}</strong>"
    return f"<td{spans}{' class=figure' if is_figure else ''}>{text}</td>".replace("\n", "<br>")
