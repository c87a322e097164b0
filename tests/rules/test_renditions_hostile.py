"""Renditions of hostile files: nothing runs, nothing is fetched, nothing hangs."""

import asyncio
import base64
import io
import time
from collections.abc import Callable, Sequence

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from services.publish.reading.renditions import NotRendered, Rendition, render
from services.publish.reading.renditions.apart import render_apart
from services.publish.reading.renditions.page import Original, page
from shared.files import FileType
from tests.rules import hostile, workbook
from tests.rules.vectors import VECTORS, alive

TXT, HTML, DOCX, XLSX = (
    kind.media_type for kind in (FileType.TXT, FileType.HTML, FileType.DOCX, FileType.XLSX)
)


def of_page(body: str, head: str = "") -> Rendition:
    return render(f"<!doctype html><head>{head}</head><body>{body}</body>".encode(), HTML)


def xml_safe(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def in_word(vectors: Sequence[str]) -> bytes:
    """In the title, the text, cells, the targets of links, the descriptions of pictures."""
    document = docx.Document()
    document.add_heading("".join(vectors), 0)
    table = document.add_table(len(vectors), 1)
    for number, vector in enumerate(vectors):
        paragraph = document.add_paragraph(vector)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), document.part.relate_to(vector, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(paragraph.add_run("链接")._r)
        paragraph._p.append(link)
        table._tbl.tr_lst[number].tc_lst[0].p_lst[0].add_r().text = vector
        document.add_picture(io.BytesIO(PNG))
        document.inline_shapes[-1]._inline.docPr.set("descr", vector)
    return hostile.saved(document)


def in_workbook(vector: str) -> bytes:
    vector = xml_safe(vector)
    book = openpyxl.Workbook()
    book.active.title = "".join(character for character in vector if character not in r"\*?:/[]")[:31] or "x"
    book.active.append([vector, "'" + vector])
    book.active["A2"] = "链接"
    book.active["A2"].hyperlink = vector
    return workbook.saved(book)


def picture(side: int = 2) -> bytes:
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    return file.getvalue()


PNG = picture()
SHOWN = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"

PLACES: dict[str, Callable[[str], Rendition]] = {
    "body": of_page,
    "title of the page": lambda v: of_page("<p>x</p>", f"<title>{v}</title>"),
    "first heading": lambda v: of_page(f"<h1>{v}</h1><p>x</p>"),
    "heading": lambda v: of_page(f"<h1>x</h1><h2>{v}</h2>"),
    "cell": lambda v: of_page(f"<table><tr><td>{v}</td></tr></table>"),
    "item": lambda v: of_page(f"<ul><li>{v}</ul>"),
    "quoted attribute": lambda v: of_page(f'<p title="{v}" id="{v}" lang="{v}">x</p>'),
    "unquoted attribute": lambda v: of_page(f"<abbr title={v}>x</abbr>"),
    "link": lambda v: of_page(f'<a href="{v}">x</a>'),
    "description": lambda v: of_page(f"<img alt='{v}' src='{SHOWN}'>"),
    "picture": lambda v: of_page(f'<img src="{v}">'),
    "class": lambda v: of_page(f'<p class="{v}">x</p>'),
    "comment": lambda v: of_page(f"<!-- {v} --><p>x</p>"),
    "plain text": lambda v: render(f"关于公开的通知\n{v}\n一、{v}\n1．{v}\na\t{v}\nb\t{v}".encode(), TXT),
    "title of a text": lambda v: render(f"{v}通知\n正文。".encode(), TXT),
    "workbook": lambda v: render(in_workbook(v), XLSX),
}  # fmt: skip


def whole(rendition: Rendition, name: str = "x.txt") -> str:
    return page(rendition, "标题", Original(name, 1, "../1"))


@pytest.mark.parametrize("place", PLACES)
def test_no_known_trick_is_alive_in_a_rendition(place: str) -> None:
    assert len(set(VECTORS)) >= 120
    for vector in VECTORS:
        rendition = PLACES[place](vector)
        assert alive(rendition.html) == [], (place, vector)
        assert shell_of(whole(rendition)) == shell_of(whole(Rendition("", notes=rendition.notes)))


def test_no_known_trick_is_alive_in_the_rendition_of_a_word_document() -> None:
    rendition = render(in_word([xml_safe(vector) for vector in VECTORS]), DOCX)
    assert alive(rendition.html) == []
    assert rendition.html.count("<td") + rendition.html.count("<th") == len(VECTORS)
    assert rendition.html.count("<img") == len(VECTORS)
    assert dict(rendition.notes)["links"] == len(VECTORS)


def shell_of(page: str) -> list[str]:
    """Which elements a page has that no rendition may have."""
    return [found for found in alive(page) if found.startswith("<")]


def test_a_title_or_a_file_name_cannot_break_out_of_the_page() -> None:
    for vector in VECTORS:
        shown = whole(Rendition("", title=vector), name=vector)
        assert shell_of(shown) == shell_of(whole(Rendition("", "标题"))), vector


def test_the_judge_sees_what_is_alive() -> None:
    """Most vectors are alive before they are cleaned, or the test above would prove nothing."""
    assert sum(bool(alive(vector)) for vector in VECTORS) > 100


PARTS = """< > / = " ' & ; ! - [ ] # a svg math style table h1 h4 td img src href id onx title
    javascript: <p> </p> <!-- --> template <table> <td> <h1> <h3> <h6> </h3> <li> <a> </a> <math> <svg> </svg>
    <style> </style> <caption> <tr> <div>"""
MARKUP = st.lists(st.sampled_from([*PARTS.split(), " ", "\n", "字"]), max_size=25).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(MARKUP, st.sampled_from(VECTORS)), max_size=6).map("".join))
def test_whatever_is_written_the_rendition_is_dead_and_its_headings_have_no_jumps(markup: str) -> None:
    rendition = of_page(markup)
    assert alive(rendition.html) == []
    levels = [heading.level for heading in rendition.headings]
    assert all(later - earlier <= 1 for earlier, later in zip([1, *levels], levels, strict=False))
    assert len({heading.id for heading in rendition.headings}) == len(levels)
    assert render(f"<body>{rendition.html}</body>".encode(), HTML).html.count(
        "<table"
    ) == rendition.html.count("<table")


def million_attributes() -> bytes:
    return b"<p " + b" ".join(b"a%d=1" % number for number in range(1_000_000)) + b">"


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
STYLES = f"{LAUGHS.replace('DOCTYPE w', 'DOCTYPE w:styles')}<w:styles {hostile.W}>&b;</w:styles>".encode()
LAUGHING = "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"
CELLS = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"


def long_sheet() -> bytes:
    rows = (f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 1_000_000))
    return workbook.by_hand("".join(rows))


BOMBS: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "zeros": ("too-large", DOCX, hostile.bomb_of_zeros),
    "entries": ("too-large", DOCX, hostile.bomb_of_entries),
    "overlaps": ("too-large", DOCX, hostile.bomb_of_overlaps),
    "wide word": ("too-large", DOCX, lambda: hostile.package("<w:p/>" * 4_000_000)),
    "deep word": ("too-deep", DOCX, lambda: hostile.package(CELLS[0] * 100 + CELLS[1] * 100)),
    "laughs": ("damaged", DOCX, lambda: hostile.package(LAUGHING, doctype=LAUGHS)),
    "laughs in the styles": ("damaged", DOCX, lambda: hostile.package("<w:p/>", ("word/styles.xml", STYLES))),
    "laughs in a workbook": ("damaged", XLSX, lambda: workbook.by_hand("<row/>", doctype=LAUGHS)),
    "no archive": ("damaged", DOCX, lambda: b"PK\x03\x04" + bytes(100)),
    "no workbook": ("damaged", XLSX, lambda: hostile.word("甲")),
    "deep page": ("too-deep", HTML, lambda: b"<div>" * 10_000),
    "deeper page": ("too-large", HTML, lambda: b"<div>" * 1_000_000),
    "deep tables": ("too-large", HTML, lambda: b"<table><tr><td>" * 100_000),
    "deep bold": ("too-large", HTML, lambda: b"<b><p>" * 150_000),
    "million tags": ("too-large", HTML, lambda: b"<p>a</p>" * 1_000_000),
    "million attributes": ("too-slow", HTML, million_attributes),
    "million lines": ("too-large", TXT, lambda: "一、甲\n".encode() * 1_000_000),
    "large text": ("too-large", TXT, lambda: b"a" * 21_000_000),
    "long sheet": ("too-large", XLSX, long_sheet),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused_in_time(bomb: str) -> None:
    reason, media_type, made = BOMBS[bomb]
    content, begin = made(), time.monotonic()
    with pytest.raises(NotRendered, match=reason):
        await render_apart(content, media_type, seconds=2 if reason == "too-slow" else 20)
    assert time.monotonic() - begin < 20


async def test_what_is_too_slow_is_ended_and_the_next_file_is_rendered() -> None:
    with pytest.raises(NotRendered, match="too-slow"):
        await render_apart(million_attributes(), HTML, seconds=0.3)
    assert (await render_apart("公告\n正文。".encode(), TXT)).html


async def test_a_process_that_ended_while_it_waited_is_no_fault_of_the_next_file() -> None:
    for _ in range(3):  # The processes of a task end with it.
        task = asyncio.create_task(render_apart("公告\n正文。".encode(), TXT))
        assert (await task).html


async def test_who_needs_too_much_memory_dies_alone() -> None:
    with pytest.raises(NotRendered, match="too-large"):
        await render_apart(b"<p>a</p>" * 2_000_000, HTML, memory=30_000_000)
    assert (await render_apart("公告\n正文。".encode(), TXT)).html


def test_a_picture_must_be_what_it_says_and_not_too_large() -> None:
    def shown(content: bytes, kind: str) -> bool:
        return (
            "<img"
            in of_page(f"<img src='data:image/{kind};base64,{base64.b64encode(content).decode()}'>").html
        )

    assert shown(PNG, "png")
    assert not shown(PNG, "gif")
    assert not shown(b"<svg onload=alert(1)>", "png")
    assert shown(picture(900), "png")
    assert not shown(picture(8_000), "png")
    assert not shown(PNG + bytes(3_000_000), "png")
