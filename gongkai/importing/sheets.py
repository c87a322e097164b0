"""Rows of text from a CSV or XLSX file, whatever its encoding and wherever its heads stand."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.files import UnacceptableFile, recognise

from ..faults import Fault
from .columns import field_of

MOST_ROWS = 200_000
HEADS_WITHIN = 20
"""Above the heads there may be a title and a date."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One row, counted as a spreadsheet counts; `said` by field, `cells` as it stands in the file."""

    number: int
    cells: tuple[str, ...]
    said: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: Path) -> Sheet:
    """The table in the file. Raises Fault where there is none."""
    content = path.read_bytes()
    lines = _workbook(path.name, content) if content[:4] == b"PK\x03\x04" else _table(_decoded(content))
    numbered = [(number, [_clean(cell) for cell in line]) for number, line in enumerate(lines, 1)]
    at, heads = _heads(numbered[:HEADS_WITHIN])
    fields = [field_of(head) for head in heads]
    rows = [_row(number, cells, fields) for number, cells in numbered if number > at and any(cells)]
    if len(rows) > MOST_ROWS:
        raise Fault(f"超过 {MOST_ROWS} 行，请分成几个文件。", f"More than {MOST_ROWS} rows: split the file.")
    return Sheet(tuple(heads), tuple(rows))


def harmless(cell: str) -> str:
    """What a spreadsheet shows as text and never runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """As CSV that spreadsheets open in the right encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(head) for head in heads])
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def _row(number: int, cells: Sequence[str], fields: Sequence[str | None]) -> Row:
    said: dict[str, str] = {}
    for field, cell in zip(fields, cells, strict=False):
        if field and cell and not said.get(field):
            said[field] = cell
    return Row(number, tuple(cells), said)


def _heads(lines: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    for number, cells in lines:
        fields = {field_of(cell) for cell in cells} - {None}
        if "title" in fields and len(fields) >= 2:
            return number, cells
    raise Fault(
        f"前 {HEADS_WITHIN} 行中没有找到表头：至少要有“名称”和另一列。"
        "运行 gongkai catalogue template 可得空表。",
        f"There are no heads in the first {HEADS_WITHIN} rows: at least Title and one more are needed. "
        "`gongkai catalogue template` writes an empty table.",
    )


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Fault("文件不是 UTF-8 或 GB18030 编码。", "The file is neither UTF-8 nor GB18030.")


def _table(text: str) -> Iterator[list[str]]:
    first = text[:4000]
    delimiter = max(",\t;", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as wrong:
        raise Fault(f"不是 CSV：{wrong}", f"This is no CSV: {wrong}") from None


def _workbook(name: str, content: bytes) -> Iterator[list[str]]:
    import openpyxl

    try:
        recognise(Path(name).with_suffix(".xlsx").name, content)
    except UnacceptableFile as wrong:
        raise Fault(f"{name}：{wrong.zh}", f"{name}: {wrong}") from None
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for line in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + HEADS_WITHIN):
            yield [_text(value) for value in line]
    finally:
        book.close()


def _text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _clean(cell: str) -> str:
    """Without spaces around it, and without the stroke that keeps a formula harmless."""
    cell = cell.replace("\r\n", "\n").strip()
    return cell[1:].strip() if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
