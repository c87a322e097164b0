"""The monthly package for a reading room: files, 移送目录, 交接文据 and checksums, as a BagIt bag."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2.sandbox import SandboxedEnvironment
from openpyxl.styles import Alignment, Font, PatternFill

from shared.objects import digest

from ..channels import Outgoing
from .archive import apart, plain, undated, zipped
from .printing import TEMPLATES, day, pdf

COPIES = 4
"""Of the hand-over note: two for who gives, two for who receives."""

COLUMNS = (
    ("序号", 6),
    ("索引号", 30),
    ("标题", 52),
    ("发文字号", 22),
    ("发布机构", 24),
    ("成文日期", 14),
    ("公开日期", 14),
    ("版次", 6),
    ("文件数", 8),
    ("目录", 32),
    ("内容校验值（SHA-256）", 68),
    ("信息公开电话", 18),
)

GONE_COLUMNS = (("序号", 6), ("索引号", 30), ("版次", 6), ("撤回日期", 14))


@dataclass(frozen=True)
class Withdrawn:
    """An edition that the place was sent and that was withdrawn in the month: its number, never its title."""

    index_no: str
    edition: int
    withdrawn_at: datetime


@dataclass(frozen=True)
class Contents:
    """What is handed over."""

    place: str
    name: str
    month: str
    editions: tuple[Outgoing, ...]
    withdrawn: tuple[Withdrawn, ...]
    made_at: datetime


def package(contents: Contents, files: Sequence[Sequence[bytes]]) -> bytes:
    """The package; `files` are those of each edition. The same contents always give the same bytes."""
    payload = {
        "交接文据.pdf": note_pdf(contents),
        "交接文据.docx": note_docx(contents),
        "移送目录.xlsx": sheet(contents),
    }
    for edition, held in zip(contents.editions, files, strict=True):
        folder = folder_of(edition)
        names = apart([plain(file.name) for file in edition.files])
        payload |= {f"{folder}/{name}": content for name, content in zip(names, held, strict=True)}
        metadata = orjson.dumps(edition.metadata(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
        payload[f"{folder}/metadata.json"] = metadata
    return zipped(bag({f"data/{name}": content for name, content in payload.items()}, contents))


def bag(payload: Mapping[str, bytes], contents: Contents) -> dict[str, bytes]:
    """The payload with its checksums, as RFC 8493 has it; `sha256sum -c manifest-sha256.txt` checks it."""
    size = sum(map(len, payload.values()))
    info = {
        "External-Identifier": f"{contents.place}-{contents.month}",
        "Bagging-Date": f"{contents.made_at:%Y-%m-%d}",
        "Payload-Oxum": f"{size}.{len(payload)}",
    }
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items()).encode(),
        "manifest-sha256.txt": _sums(payload),
    }
    return {**payload, **tags, "tagmanifest-sha256.txt": _sums(tags)}


def _sums(members: Mapping[str, bytes]) -> bytes:
    return "".join(f"{digest(members[name])}  {name}\n" for name in sorted(members)).encode()


def folder_of(edition: Outgoing) -> str:
    """An index number has a stroke that no folder may have."""
    return plain(edition.index_no)


def listed(contents: Contents) -> list[list[str]]:
    """The list's rows, one an edition."""
    return [
        [
            str(number),
            edition.index_no,
            edition.title,
            edition.doc_no or "",
            edition.body,
            day(edition.created_on),
            day(edition.published_at),
            str(edition.edition),
            str(len(edition.files)),
            folder_of(edition),
            edition.content_sha256,
            edition.phone,
        ]
        for number, edition in enumerate(contents.editions, 1)
    ]


def gone(contents: Contents) -> list[list[str]]:
    """The rows of what was withdrawn."""
    return [
        [str(number), one.index_no, str(one.edition), day(one.withdrawn_at)]
        for number, one in enumerate(contents.withdrawn, 1)
    ]


def sheet(contents: Contents) -> bytes:
    """移送目录 as XLSX: what is handed over, and on a sheet of its own what was withdrawn."""
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "移送目录"
    _table(first, COLUMNS, listed(contents) or [["", "本月无主动公开政府信息（零报告）"]])
    _table(book.create_sheet("撤回目录"), GONE_COLUMNS, gone(contents) or [["", "本月无撤回"]])
    book.properties.creator = ""
    book.properties.created = contents.made_at.replace(tzinfo=None, microsecond=0)
    buffer = io.BytesIO()
    book.save(buffer)
    return undated(buffer.getvalue())


def _table(page: Any, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> None:
    for number, (name, width) in enumerate(columns, 1):
        head = page.cell(1, number, name)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="F2DCDB")
        page.column_dimensions[head.column_letter].width = width
    for at, row in enumerate(rows, 2):
        for number, text in enumerate(row, 1):
            cell = page.cell(at, number, text)
            cell.data_type = "s"  # A title that begins with = is no formula.
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"


def shown(contents: Contents) -> dict[str, Any]:
    """All that the note's templates put down."""
    year, month = contents.month.split("-")
    return {
        "place": contents.name,
        "number": f"{contents.place}-{contents.month}",
        "month": f"{year}年{int(month)}月",
        "count": str(len(contents.editions)),
        "files": str(sum(len(edition.files) for edition in contents.editions)),
        "copies": str(COPIES),
        "made_on": day(contents.made_at),
        "nil": not contents.editions,
        "rows": [
            {
                "no": no,
                "index_no": index,
                "title": title,
                "doc_no": doc_no,
                "body": body,
                "on": on,
                "files": files,
            }
            for no, index, title, doc_no, body, _, on, _, files, *_ in listed(contents)
        ],
        "withdrawn": [
            {"no": no, "index_no": index, "edition": edition, "on": on}
            for no, index, edition, on in gone(contents)
        ],
    }


def note_pdf(contents: Contents) -> bytes:
    return pdf("transfer", shown(contents), contents.made_at)


def note_docx(contents: Contents, template: Path = TEMPLATES / "transfer.docx") -> bytes:
    """From the form, which an office may edit: what it says runs in Jinja's sandbox."""
    form = DocxTemplate(template)
    form.render(shown(contents), SandboxedEnvironment(autoescape=True), autoescape=True)
    buffer = io.BytesIO()
    form.save(buffer)
    return undated(buffer.getvalue())
