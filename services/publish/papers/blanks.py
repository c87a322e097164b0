"""Makes the blank DOCX form in `templates/`, which an office may then edit as it likes.

From the root of the repository: `python -m services.publish.papers.blanks`. What stands in double braces is
filled in (docxtpl); a row between `{%tr for … %}` and `{%tr endfor %}` is printed for each entry.
"""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .archive import undated
from .printing import TEMPLATES

SONG, HEI = "宋体", "黑体"


def transfer() -> bytes:
    """政府公开信息交接文据."""
    file: Any = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("top_margin", "bottom_margin", "left_margin", "right_margin"):
        setattr(section, side, Mm(22))
    _font(file.styles["Normal"], SONG, 11)
    _line(file, "政府公开信息交接文据", HEI, 20, ALIGN.CENTER)
    _line(file, "编号：{{ number }}　　　所属月份：{{ month }}", align=ALIGN.CENTER)
    _line(file, "接收单位：{{ place }}")
    _line(
        file,
        "{% if nil %}本月无主动公开政府信息，特此零报告。{% else %}"
        "现移交 {{ month }}主动公开的政府信息 {{ count }} 件（文件 {{ files }} 个），纸质与电子同数，"
        "电子件校验值见 manifest-sha256.txt，目录如下：{% endif %}",
    )
    columns = ("no", "index_no", "title", "doc_no", "body", "on", "files")
    heads = ("序号", "索引号", "标题", "发文字号", "发布机构", "公开日期", "文件")
    _table(file, (10, 34, 46, 24, 24, 18, 10), heads, "rows", columns)
    _line(file, "本月撤回（请停止提供查阅并删除电子件）：{% if not withdrawn %}无{% endif %}")
    gone = ("no", "index_no", "edition", "on")
    _table(file, (12, 80, 20, 54), ("序号", "索引号", "版次", "撤回日期"), "withdrawn", gone)
    _line(file, "本文据一式 {{ copies }} 份，移交、接收双方各执 2 份。")
    for who in ("移交单位（盖章）", "接收单位（盖章）"):
        _line(file, f"{who}：____________________　经办人：____________　日期：____________")
    _line(file, "制作日期：{{ made_on }}", size=9)
    file.core_properties.author = file.core_properties.comments = ""
    buffer = io.BytesIO()
    file.save(buffer)
    return undated(buffer.getvalue())


def _line(file: Any, text: str, font: str = SONG, size: float = 11, align: Any = ALIGN.LEFT) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(6)
    _font(paragraph.add_run(text), font, size)


def _table(file: Any, widths: Sequence[int], heads: Sequence[str], of: str, columns: Sequence[str]) -> None:
    """A head, and a row for every entry."""
    rest = [""] * (len(columns) - 1)
    fields = ["{{ one." + name + " }}" for name in columns]
    table = file.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for row in (heads, ["{%tr for one in " + of + " %}", *rest], fields, ["{%tr endfor %}", *rest]):
        for cell, width, text in zip(table.add_row().cells, widths, row, strict=True):
            cell.width = Mm(width)
            _font(cell.paragraphs[0].add_run(text), HEI if row is heads else SONG, 9)
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _font(styled: Any, name: str, size: float) -> None:
    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


if __name__ == "__main__":
    (TEMPLATES / "transfer.docx").write_bytes(transfer())
