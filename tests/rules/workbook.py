"""Workbooks, honest ones written by a library and odd ones by hand."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from tests.rules.hostile import zipped

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
BOOK = '<workbook xmlns:r="r"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>'
SHEET = '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
RELATIONS = f"<Relationships>{SHEET}</Relationships>"


def made(rows: Iterable[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: "openpyxl.Workbook") -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_hand(
    rows: str, *others: tuple[str, bytes], before: str = "", after: str = "", doctype: str = ""
) -> bytes:
    """A workbook of one sheet, whose rows are given as they are written."""
    sheet = f"{doctype}<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return zipped(
        [
            ("[Content_Types].xml", TYPES.encode()),
            ("xl/workbook.xml", BOOK.encode()),
            ("xl/_rels/workbook.xml.rels", RELATIONS.encode()),
            ("xl/worksheets/sheet1.xml", sheet.encode()),
            *others,
        ]
    )


def row(*cells: str, more: str = "") -> str:
    written = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f"<row {more}>{written}</row>"


def with_hidden_sheet(number: str) -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("名单").sheet_state = "veryHidden"
    book["名单"].append(["张三", number])
    return saved(book)


def with_shared_formulas(rows: int = 1 << 20) -> bytes:
    """One formula said to hold for every row there can be, and a dimension that promises far more."""
    first = '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:XFD1048576">ROW()</f></c></row>'
    others = "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, rows + 1))
    return by_hand(first + others, before='<dimension ref="A1:XFD1048576"/>')
