"""The text of a Word document: every part of the package, revisions and properties included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from services.review.screening.pieces import Piece
from shared import archives

_PLACES = {
    "word/document": "正文 text", "word/header": "页眉 header", "word/footer": "页脚 footer",
    "word/footnotes": "脚注 footnotes", "word/endnotes": "尾注 endnotes", "word/comments": "批注 comments",
    "docProps/": "属性 properties",
}  # fmt: skip
_TEXTLESS = re.compile(
    r"\[Content_Types\]\.xml|.*\.rels|word/(?:styles|stylesWithEffects|settings|webSettings|fontTable|numbering)\.xml"
    r"|word/theme/.*\.xml|.*/|.*\.(?:odttf|ttf)",
    re.I,
)
_PICTURE = re.compile(r".*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|ico)", re.I)


def pieces(content: bytes) -> Iterator[Piece]:
    words, pictures = 0, 0
    with archives.opened(content) as archive:
        for name, body in archives.entries(archive):
            pictures += bool(_PICTURE.fullmatch(name))
            for piece in _part(name, body):
                words += len(piece.text) if name.startswith("word/") else 0
                yield piece
    if pictures and words < _A_LINE:
        yield Piece("", "图片 pictures", unreadable=True)


_A_LINE = 20  # A document of pictures with less text than this is a scan.


def _part(name: str, body: bytes) -> Iterator[Piece]:
    if _TEXTLESS.fullmatch(name) or _PICTURE.fullmatch(name):
        return
    place = _place(name)
    try:
        yield from _texts(_read(body), place)
    except (expat.ExpatError, DeclaresEntities):
        # An embedded workbook, an old-format object, a damaged or hostile part: nobody can say what it holds.
        yield Piece("", place, unreadable=True)


def _place(name: str) -> str:
    if name == "word/document.xml":
        return "正文 text"
    kind = next((place for start, place in _PLACES.items() if name.startswith(start)), "部件 part")
    return f"{kind} {name}"


class DeclaresEntities(ValueError):
    """A part has a document type declaration, which no office programme writes."""


@dataclass(slots=True)
class _Paragraph:
    shown: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    revised: bool = False


@dataclass(slots=True)
class _Part:
    """What the parser has seen. Paragraphs nest: a text box hangs inside the paragraph it is anchored to."""

    shown: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    open: list[_Paragraph] = field(default_factory=lambda: [_Paragraph()])
    reading: str = ""
    inserting: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "p":
            self.open.append(_Paragraph())
        elif name in _TEXTS:
            self.reading = name
        elif name in _SIGNS:
            self._write(_SIGNS[name])
        elif name in _INSERTIONS:
            self.inserting += 1
        if name in _SPEAKING:
            self.spoken += [value for key, value in attributes.items() if _local(key) in _ALTERNATIVES]

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "p" and len(self.open) > 1:
            self.close(self.open.pop())
        elif name in _INSERTIONS:
            self.inserting -= 1
        elif name in _TEXTS:
            self.reading = ""
            if name in _WHOLE:
                self._write("\n")

    def text(self, text: str) -> None:
        if self.reading:
            self._write(text)

    def _write(self, text: str) -> None:
        paragraph, deleted = self.open[-1], self.reading in _DELETED
        if not deleted:
            paragraph.shown.append(text)
        if not self.inserting:
            paragraph.before.append(text)
        paragraph.revised |= deleted or self.inserting > 0

    def close(self, paragraph: _Paragraph) -> None:
        self.shown.append("".join(paragraph.shown))
        if paragraph.revised:
            self.before.append("".join(paragraph.before))


_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DELETED = frozenset(("delText", "delInstrText"))
_INSERTIONS = frozenset(("ins", "moveTo"))
# Elements whose text is a value of its own: properties, chart labels and figures.
_WHOLE = frozenset((
    "v", "f", "title", "subject", "creator", "keywords", "description", "lastModifiedBy", "category",
    "contentStatus", "Company", "Manager", "Template", "lpwstr", "lpstr", "bstr",
))  # fmt: skip
_TEXTS = frozenset(("t", "instrText")) | _DELETED | _WHOLE
_SPEAKING = frozenset(("docPr", "cNvPr", "tblCaption", "tblDescription", "textpath", "alias", "tag"))
_ALTERNATIVES = frozenset(("descr", "title", "val", "string"))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _read(body: bytes) -> _Part:
    part = _Part()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(body, True)
    part.close(part.open[0])
    return part


def _refuse(*_: object) -> None:
    raise DeclaresEntities


def _texts(part: _Part, place: str) -> Iterator[Piece]:
    yield Piece("\n".join(part.shown), place)
    if part.before:
        yield Piece("\n".join(part.before), f"{place}（修订前 before revision）")
    if part.spoken:
        yield Piece("\n".join(part.spoken), f"{place}（替代文字 alternative text）")
