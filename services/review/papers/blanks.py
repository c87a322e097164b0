"""Makes the blank DOCX forms in `templates/`, which an office may then edit as it likes.

From the root of the repository: `python -m services.review.papers.blanks`. What stands in double braces is
filled in (docxtpl); a row between `{%tr for … %}` and `{%tr endfor %}` is printed for each entry.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .printing import TEMPLATES, Paper

SONG, HEI = "宋体", "黑体"
MADE = datetime(2026, 11, 1)
"""A form has no date of its own; a fixed one makes every run give the same bytes."""


def boxes(name: str) -> str:
    return "{% for words, ticked in " + name + " %}{{ '☑' if ticked else '□' }}{{ words }}　{% endfor %}"


def label(name: str) -> str:
    return "{{ label." + name + " }}"


def one(name: str) -> str:
    return "{{ one." + name + " }}"


@dataclass
class Form:
    """A page with a heading, on which tables are put."""

    across: bool = False
    file: Any = field(default_factory=docx.Document)

    def __post_init__(self) -> None:
        section = self.file.sections[0]
        width, height = (297, 210) if self.across else (210, 297)
        section.orientation = WD_ORIENT.LANDSCAPE if self.across else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        for side in ("top_margin", "bottom_margin", "left_margin", "right_margin"):
            setattr(section, side, Mm(20))
        _font(self.file.styles["Normal"], SONG, 10)
        properties = self.file.core_properties
        properties.created = properties.modified = MADE
        properties.author = properties.last_modified_by = properties.comments = ""
        self.line(label("heading"), HEI, 18, ALIGN.CENTER)

    def line(self, text: str, font: str = SONG, size: float = 10, align: Any = ALIGN.LEFT) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(4)
        _font(paragraph.add_run(text), font, size)

    def table(self, widths: Sequence[float], rows: Iterable[Sequence[str]]) -> None:
        """Cells of one row that are empty belong to the one before them."""
        table = self.file.add_table(rows=0, cols=len(widths), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for row in rows:
            cells = table.add_row().cells
            for cell, width in zip(cells, widths, strict=True):
                cell.width = Mm(width)
            _fill(cells, row)
        self.file.add_paragraph().paragraph_format.space_after = Pt(0)

    def repeat_first_rows(self, count: int) -> None:
        """The last table's head comes again on every page."""
        for row in self.file.tables[-1].rows[:count]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def to_bytes(self) -> bytes:
        buffer = io.BytesIO()
        self.file.save(buffer)
        return _undated(buffer.getvalue())


def _fill(cells: Sequence[Any], row: Sequence[str]) -> None:
    """Each text into its cell, widened over the empty ones behind it; `""` at the row's end too."""
    begins = [n for n, text in enumerate(row) if text] + [len(row)]
    for start, end in pairwise(begins):
        cell = cells[start] if end == start + 1 else cells[start].merge(cells[end - 1])
        cell.vertical_alignment = VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        is_label = row[start].startswith("{{ label.") and row[start].count("{{") == 1
        paragraph.alignment = ALIGN.CENTER if is_label else ALIGN.LEFT
        _font(paragraph.add_run(row[start]), HEI if is_label else SONG, 10 if is_label else 9.5)


def _font(styled: Any, name: str, size: float) -> None:
    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _undated(archive: bytes) -> bytes:
    """A ZIP file notes when each member was written, which would make every run differ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name), before.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def each(of: str, row: Sequence[str]) -> list[Sequence[str]]:
    """A row that is printed for every entry."""
    rest = [""] * (len(row) - 1)
    return [["{%tr for one in " + of + " %}", *rest], row, ["{%tr endfor %}", *rest]]


def sheet() -> Form:
    form = Form()
    form.line(f"{label('filled_on')}：{{{{ filled_on }}}}　　{label('number')}：{{{{ number }}}}")
    form.table(
        (26, 59, 26, 59),
        [
            [label("department"), "{{ department }}", label("author"), "{{ author }}"],
            [label("title"), "{{ title }}", "", ""],
            [
                label("doc_no"),
                "{{ doc_no }}",
                label("kind"),
                f"{{{{ kind }}}}　{label('edition')} {{{{ edition }}}}",
            ],
            [label("carrier"), boxes("carriers"), label("due_on"), "{{ due_on }}"],
            [label("way"), boxes("ways"), "", ""],
            [label("attribute"), boxes("attributes"), "", ""],
            [label("declassified"), "{{ declassified }}", "", ""],
        ],
    )
    ticks = ["{{ '☑' if one.yes else '□' }}", "{{ '☑' if one.no else '□' }}"]
    form.table(
        (60, 14, 14, 82),
        [
            [label("checks"), label("yes"), label("no"), label("why")],
            *each("checks", [one("question"), *ticks, one("why")]),
            [f"（{label('by_hand')}）", "", "", ""],
        ],
    )
    _confirmations(form)
    _opinions(form)
    _result(form)
    return form


def _confirmations(form: Form) -> None:
    form.line(label("confirmations"), HEI)
    columns = ("department", "state", "asked_on", "answered_on", "who", "text")
    heads = [label(name) for name in ("body", *columns[1:])]
    form.table((34, 22, 24, 24, 18, 48), [heads, *each("confirmations", [one(name) for name in columns])])
    form.line(label("referrals"), HEI)
    asked = ("kind", "authority", "asked_on", "due_on", "answered_on", "answer")
    heads = [
        label(name) for name in ("question", "authority", "asked_on", "deadline", "answered_on", "state")
    ]
    form.table((36, 30, 22, 22, 22, 38), [heads, *each("referrals", [one(name) for name in asked])])


def _opinions(form: Form) -> None:
    form.line(label("opinions"), HEI)
    heads = [label(name) for name in ("step", "name", "role", "at", "said", "basis", "position")]
    said = "{{ one.act }}{% if one.note %}：{{ one.note }}{% endif %}"
    row = [one("step"), one("name"), one("role"), one("at"), said, one("basis"), one("position")]
    form.table((22, 16, 21, 22, 47, 29, 13), [heads, *each("opinions", row)])
    form.repeat_first_rows(1)


def _result(form: Form) -> None:
    def told(name: str, value: str) -> str:
        return f"{label(name)}：{{{{ publication.{value} }}}}"

    form.table(
        (26, 48, 48, 48),
        [
            [label("result"), boxes("results"), "", ""],
            [label("result_basis"), "{{ basis }}", "", ""],
            [label("reason"), "{{ reason }}", "", ""],
            [label("publication"), told("published_on", "on"), told("index_no", "number"), ""],
            [label("title"), "{{ publication.title }}", "", ""],
            [
                label("made_by"),
                "{{ publication.made_by }}",
                told("reviewed_by", "reviewed_by"),
                told("approved_by", "approved_by"),
            ],
        ],
    )
    form.line(f"{label('proof')}：{{{{ proof }}}}", size=9)
    form.line(f"{label('head')}：{{{{ head }}}}", size=8)
    form.line(f"{label('printed_at')}：{{{{ printed_at }}}}", size=8)


def hand_over() -> Form:
    form = Form(across=True)
    columns = ("no", "case", "department", "files", "sha256", "sealed_at", "level", "authority", "report_by",
               "decide_by", "handed_over", "signature")  # fmt: skip
    row = [one("number"), one("case_id"), one("department"), one("files"), one("addresses"),
           *(one(name) for name in columns[5:11]), "　"]  # fmt: skip
    widths = (11, 30, 22, 11, 46, 22, 18, 25, 20, 20, 17, 15)
    form.table(widths, [[label(name) for name in columns], *each("cases", row)])
    form.repeat_first_rows(1)
    count = f"{{{{ count }}}} {label('cases')}，{{{{ files }}}} {label('sealed_files')}"
    form.line(f"{label('total')}：{count}。")
    form.line(label("law"), HEI, 9)
    form.line(
        "　　".join(f"{label(name)}：____________" for name in ("giver", "witness", "receiver", "date"))
    )
    form.line(f"{label('printed_at')}：{{{{ printed_at }}}}", size=8)
    return form


def monthly() -> Form:
    form = Form(across=True)
    form.line(f"{label('month')}：{{{{ month }}}}　　{label('unit')}")
    columns = ("department", "submitted", "approved", "returned", "rejected", "grounds", "quarantined",
               "referred", "confirmations", "days", "remark")  # fmt: skip
    fields = ("name", *columns[1:5], "GROUNDS", *columns[6:])
    grounds = "{{ one.grounds | join('；') or '—' }}"
    row = [grounds if name == "GROUNDS" else one(name) for name in fields]
    total = [cell.replace("one.", "total.") for cell in row]
    widths = (42, 18, 18, 18, 18, 53, 18, 18, 18, 18, 18)
    form.table(widths, [[label(name) for name in columns], *each("lines", row), total])
    form.repeat_first_rows(1)
    form.line("{{ nil }} " + label("nil"))
    form.line("　　".join(f"{label(name)}：________________" for name in ("reporter", "checker", "date")))
    form.line(f"{label('printed_at')}：{{{{ printed_at }}}}", size=8)
    return form


FORMS = {Paper.SHEET: sheet, Paper.HAND_OVER: hand_over, Paper.MONTHLY: monthly}

if __name__ == "__main__":
    for paper, form in FORMS.items():
        (TEMPLATES / f"{paper}.docx").write_bytes(form().to_bytes())
