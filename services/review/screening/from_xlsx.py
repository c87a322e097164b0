"""The text of a workbook: its sheets cell by cell, what they hide, and every other part of the package."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.review.screening import cells, markup, office
from services.review.screening.inside import Inside
from services.review.screening.pieces import Layout, Piece, joined, shown, unreadable
from services.review.screening.sheet import Sheet
from shared import archives

_SHEETS = re.compile(r"xl/(?:worksheets|chartsheets|dialogsheets)/[^/]+\.xml", re.I)
_COMMENTS = re.compile(r"xl/(?:comments|threadedComments)[^.]*\.xml", re.I)
_FIRST = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", ".rels", "xl/styles.xml", "xl/sharedStrings.xml")
_HIDDEN = {"hidden": "（隐藏工作表 hidden sheet）", "veryHidden": "（深度隐藏工作表 very hidden sheet）"}
_A_LINE = 20  # A workbook of pictures with less text than this is a scan.


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    book, words, pictures = _Book(), 0, 0
    with archives.opened(content) as archive:
        for info in sorted(archive.infolist(), key=_rank):
            name, body = archives.name_of(info), inside.budget.inflate(archive, info)
            pictures += office.is_picture(name)
            for piece in _part(name, body, book, inside):
                words += len(piece.text) if name.startswith("xl/") else 0
                yield piece
    yield from joined(book.unused(), "不再使用的文字 strings of no cell")
    if pictures and words < _A_LINE:
        yield unreadable("图片 pictures")


def _rank(info: zipfile.ZipInfo) -> int:
    """A sheet can only be read when its name, its formats and its words are known."""
    return next((rank for rank, ending in enumerate(_FIRST) if info.filename.endswith(ending)), len(_FIRST))


@dataclass(slots=True)
class _Book:
    names: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    formats: list[cells.Format] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    asides: list[str] = field(default_factory=list)
    from_1904: bool = False

    def unused(self) -> Iterator[str]:
        """What was typed once and deleted may still lie in the file."""
        yield from (text for number, text in enumerate(self.strings) if number not in self.used)
        yield from self.asides

    def place(self, part: str) -> str:
        return self.places.get(part, f"工作表 sheet {shown(part)}（未登记 unlisted）")


def _part(name: str, body: bytes, book: _Book, inside: Inside) -> Iterator[Piece]:
    reader = _READERS.get(name)
    if _SHEETS.fullmatch(name):
        reader = _sheet
    elif _COMMENTS.fullmatch(name):
        reader = _comments
    elif name.endswith(".rels"):
        yield from office.guarded(name, lambda: _targets(name, body, book))
    if reader:
        read = reader
        yield from office.guarded(office.place(name), lambda: read(name, body, book))
    else:
        yield from office.other(name, body, inside)


# --- the parts that speak of others


def _workbook(_name: str, body: bytes, book: _Book) -> Iterator[Piece]:
    names = []
    for kind, given in markup.elements(body, "sheet", "workbookPr", "definedName"):
        if kind == "sheet":
            title = f"工作表 sheet {shown(given.get('name', ''))}"
            book.names[given.get("id", "")] = title + _HIDDEN.get(given.get("state", ""), "")
            names.append(given.get("name", ""))
        elif kind == "workbookPr":
            book.from_1904 = given.get("date1904", "0").lower() in ("1", "true")
    yield from joined([*names, markup.words(body)], "名称 names")


def _targets(part: str, body: bytes, book: _Book) -> Iterator[Piece]:
    """Which part a sheet stands in, and whose comments another part holds."""
    folder, _, file = part.rpartition("/_rels/")
    owner = posixpath.join(folder, file.removesuffix(".rels"))
    for _, given in markup.elements(body, "Relationship"):
        target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
        if owner == "xl/workbook.xml" and given.get("Id") in book.names:
            book.places[target] = book.names[given["Id"]]
        elif owner in book.places:
            book.places.setdefault(target, book.places[owner])
    yield from ()


def _styles(_name: str, body: bytes, book: _Book) -> Iterator[Piece]:
    book.formats, written = cells.formats(body)
    yield from joined(written, "数字格式 number formats")


def _strings(_name: str, body: bytes, book: _Book) -> Iterator[Piece]:
    strings = _Strings(book.strings, book.asides)
    markup.parse(body, strings)
    yield from ()


@dataclass(slots=True)
class _Strings:
    """The table of words; a reading aid beside a word (rPh) stands in no cell."""

    found: list[str]
    asides: list[str]
    parts: list[str] = field(default_factory=list)
    reading: bool = False
    aside: int = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.reading = name == "t"
        self.aside += name == "rPh"

    def end(self, name: str) -> None:
        self.reading = False
        self.aside -= name == "rPh"
        if name == "si":
            self.found.append("".join(self.parts))
            self.parts.clear()

    def text(self, text: str) -> None:
        if self.reading:
            (self.asides if self.aside else self.parts).append(text)


# --- the parts that hold the text


def _sheet(name: str, body: bytes, book: _Book) -> Iterator[Piece]:
    sheet = Sheet(book.place(name), cells.Values(book.strings, book.used, book.formats, book.from_1904))
    markup.parse(body, sheet)
    yield from sheet.pieces()


def _comments(name: str, body: bytes, book: _Book) -> Iterator[Piece]:
    comments = _Comments(Layout(f"批注 comments {book.place(name)}"))
    markup.parse(body, comments)
    yield comments.layout.piece()


@dataclass(slots=True)
class _Comments:
    layout: Layout
    cell: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("comment", "threadedComment"):
            self.cell = f"!{shown(attributes.get('ref', '?'))}"

    def end(self, name: str) -> None:
        if name in ("comment", "threadedComment", "author"):
            self.layout.add("\n", self.cell)

    def text(self, text: str) -> None:
        self.layout.add(text, self.cell)


_READERS: dict[str, Callable[[str, bytes, _Book], Iterator[Piece]]] = {
    "xl/workbook.xml": _workbook,
    "xl/styles.xml": _styles,
    "xl/sharedStrings.xml": _strings,
}
