"""Builds the files that samples.yaml names from the texts in samples/sources: TXT, HTML, DOCX and PDF.

From the root of the repository:
`uv run --no-sync --with typst==0.15.2 --with pylopdf-fonts-zh-cn==0.1.1 python samples/build.py`

The project installs what TXT, HTML and DOCX need; the two packages above (Typst; Noto Sans SC and Noto Serif
SC) are for PDF only. A run changes no byte unless a source, a template or one of these packages changed.

A source is plain text, one block a line. A line begins with `# ` if it is the title, `^ ` the document
number, `! ` a secrecy mark, `@ ` an addressee, `= ` a heading, `| ` a table row, `< ` a signature or date;
all others are paragraphs.
"""

import html
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

HERE = Path(__file__).parent
NOON = time(4, tzinfo=UTC)  # In Beijing: a document has a date, its file needs an instant.
KINDS = {
    "#": "title",
    "^": "number",
    "!": "mark",
    "@": "addressee",
    "=": "heading",
    "|": "table",
    "<": "signature",
}


@dataclass(frozen=True)
class Block:
    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


def build() -> None:
    for file, submission in files(yaml.safe_load((HERE / "samples.yaml").read_text("utf-8"))):
        path = HERE / file
        made = datetime.combine(submission["created_on"], NOON)
        content = MAKERS[path.suffix](read(path.stem), made)
        path.write_bytes(recoded(content, submission.get("encoding", "utf-8")))


def files(samples: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for submission in samples["submissions"]:
        for file in [*submission["files"], submission.get("corrected_by")]:
            if file:
                yield file, submission


def read(name: str) -> list[Block]:
    lines = (HERE / "sources" / f"{name}.txt").read_text("utf-8").splitlines()
    return [block for kind, group in groupby(lines, kind_of) for block in blocks(kind, list(group))]


def kind_of(line: str) -> str:
    return KINDS.get(line[:1], "paragraph")


def blocks(kind: str, lines: list[str]) -> list[Block]:
    if kind == "table":
        return [Block(kind, rows=[[cell.strip() for cell in line.split("|")[1:-1]] for line in lines])]
    return [Block(kind, text=line if kind == "paragraph" else line[2:]) for line in lines]


def recoded(content: bytes, encoding: str) -> bytes:
    return content if encoding == "utf-8" else content.decode("utf-8").encode(encoding)


def text(document: list[Block], _made: datetime) -> bytes:
    return "".join(line + "\r\n" for block in document for line in text_lines(block)).encode()


def text_lines(block: Block) -> list[str]:
    indent = {"title": 6, "number": 10, "heading": 2, "paragraph": 2, "signature": 16}.get(block.kind, 0)
    return ["\t".join(row) for row in block.rows] or ["\u3000" * indent + block.text]


def page(document: list[Block], _made: datetime) -> bytes:
    title = next(block.text for block in document if block.kind == "title")
    body = "\n".join(page_element(block) for block in document)
    return (HERE / "document.html").read_text("utf-8").format(title=html.escape(title), body=body).encode()


def page_element(block: Block) -> str:
    if block.rows:
        head, *rest = block.rows
        rows = [page_row(head, "th"), *(page_row(row, "td") for row in rest)]
        return "\n".join(["<table>", *rows, "</table>"])
    tag = {"title": "h1", "heading": "h2"}.get(block.kind, "p")
    return f'<{tag} class="{block.kind}">{html.escape(block.text)}</{tag}>'


def page_row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def word(document: list[Block], made: datetime) -> bytes:
    file = docx.Document()
    lay_out(file)
    describe(file, document, made)
    for block in document:
        (add_table if block.rows else add_paragraph)(file, block)
    buffer = io.BytesIO()
    file.save(buffer)
    return undated(buffer.getvalue())


def lay_out(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    set_font(file.styles["Normal"], "仿宋", 16)


def describe(file: Any, document: list[Block], made: datetime) -> None:
    properties = file.core_properties
    properties.title = next(block.text for block in document if block.kind == "title")
    properties.author = next((block.text for block in document if block.kind == "signature"), "")
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.created = properties.modified = made.replace(tzinfo=None)


def add_paragraph(file: Any, block: Block) -> None:
    paragraph = file.add_paragraph()
    run = paragraph.add_run(block.text)
    paragraph.paragraph_format.space_after = Pt(0)
    if block.kind in ("title", "number"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if block.kind == "signature":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if block.kind in ("paragraph", "heading"):
        paragraph.paragraph_format.first_line_indent = Pt(32)
    if block.kind in ("title", "heading", "mark"):
        set_font(run, "黑体", 22 if block.kind == "title" else 16)


def add_table(file: Any, block: Block) -> None:
    table = file.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for row in block.rows:
        for cell, content in zip(table.add_row().cells, row, strict=True):
            set_font(cell.paragraphs[0].add_run(content), "仿宋", 12)


def set_font(styled: Any, name: str, size: int) -> None:
    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def undated(archive: bytes) -> bytes:
    """A ZIP file notes when each member was written, which would make every build differ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name), before.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def pdf(document: list[Block], made: datetime) -> bytes:
    # Only PDF needs these two, and the project does not depend on them.
    import pylopdf_fonts_zh_cn  # type: ignore[import-not-found,unused-ignore]
    import typst  # type: ignore[import-not-found,unused-ignore]

    file: bytes = typst.compile(
        HERE / "document.typ",
        format="pdf",
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
        ignore_system_fonts=True,
        sys_inputs={"blocks": json.dumps([asdict(block) for block in document])},
        timestamp=made,
    )
    return file


MAKERS: dict[str, Callable[[list[Block], datetime], bytes]] = {
    ".txt": text,
    ".html": page,
    ".docx": word,
    ".pdf": pdf,
}

if __name__ == "__main__":
    build()
