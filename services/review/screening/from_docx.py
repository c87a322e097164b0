"""The text of a Word document: every part of the package, revisions and properties included."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.review.screening import markup, office
from services.review.screening.inside import Inside
from services.review.screening.pieces import Layout, Piece, joined, shown, unreadable
from shared import archives

_PLACES = {
    "word/document": "正文 text", "word/header": "页眉 header", "word/footer": "页脚 footer",
    "word/footnotes": "脚注 footnotes", "word/endnotes": "尾注 endnotes", "word/comments": "批注 comments",
    "word/settings": "设置 settings", "word/": "部件 part", "docProps/": "属性 properties",
}  # fmt: skip
_A_LINE = 20  # A document of pictures with less text than this is a scan.


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    words, pictures, styles = 0, 0, _Styles()
    with archives.opened(content) as archive:
        for info in sorted(archive.infolist(), key=_styles_first):
            name, body = archives.name_of(info), inside.budget.inflate(archive, info)
            pictures += office.is_picture(name)
            for piece in _part(name, body, styles, inside):
                words += len(piece.text) if name.startswith("word/") else 0
                yield piece
    if pictures and words < _A_LINE:
        yield unreadable("图片 pictures")


def _styles_first(info: zipfile.ZipInfo) -> bool:
    return info.filename != "word/styles.xml"


def _part(name: str, body: bytes, styles: "_Styles", inside: Inside) -> Iterator[Piece]:
    place = _place(name)
    if name == "word/styles.xml":
        yield from office.guarded(f"样式 styles {name}", lambda: styles.read(body))
    elif place and name.endswith(".xml"):
        yield from office.guarded(place, lambda: _texts(_read(body, styles), place))
    else:
        yield from office.other(name, body, inside)


def _place(name: str) -> str:
    if name == "word/document.xml":
        return "正文 text"
    kind = next((place for start, place in _PLACES.items() if name.startswith(start)), "")
    return f"{kind} {shown(name)}" if kind else ""


# --- how a run of text may be kept from the reader's eye


@dataclass(slots=True)
class _Styles:
    """The styles that hide: a text may be invisible by the name of its style alone."""

    hiding: set[str] = field(default_factory=set)
    name: str = ""

    def read(self, body: bytes) -> Iterator[Piece]:
        markup.parse(body, self)
        yield from ()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        given = markup.locals_of(attributes)
        if name == "style":
            self.name = given.get("styleId", "")
        elif (name == "vanish" and _is_on(given)) or (name == "basedOn" and given.get("val") in self.hiding):
            self.hiding.add(self.name)

    def end(self, _name: str) -> None:
        pass

    def text(self, _text: str) -> None:
        pass


def _is_on(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1").lower() not in ("0", "false", "off")


_PALE = re.compile(r"f[c-f]f[c-f]f[c-f]", re.I)
_TINY = 4  # In half points.


_BLACKED = "（涂黑文字 blacked-out text）"


@dataclass(slots=True)
class _Run:
    hidden: bool = False
    pale: bool = False
    tiny: bool = False
    black: bool = False

    def format(self, name: str, given: dict[str, str], styles: _Styles) -> None:
        value = given.get("val", "")
        if name == "vanish":
            self.hidden = _is_on(given)
        elif name == "rStyle":
            self.hidden |= value in styles.hiding
        elif name == "color":
            self.pale = bool(_PALE.fullmatch(value))
        elif name == "sz":
            self.tiny = value.isdigit() and int(value) <= _TINY
        elif (name, value) == ("highlight", "black") or (name == "shd" and given.get("fill") == "000000"):
            self.black = True

    @property
    def nearer(self) -> str:
        """White on black can be read, as in the heading of a table."""
        if self.pale != self.black:
            return "（白色文字 white text）" if self.pale else _BLACKED
        return "（微小文字 tiny text）" if self.tiny else ""


# --- paragraphs


@dataclass(slots=True)
class _Paragraph:
    shown: list[tuple[str, str]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    revised: bool = False
    hidden: bool = False


@dataclass(slots=True)
class _Part:
    """What the parser has seen. Paragraphs nest: a text box hangs inside the paragraph it is anchored to."""

    styles: _Styles
    shown: Layout = field(default_factory=lambda: Layout(""))
    before: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    open: list[_Paragraph] = field(default_factory=lambda: [_Paragraph()])
    runs: list[_Run] = field(default_factory=lambda: [_Run()])
    reading: str = ""
    inserting: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self.open.append(_Paragraph())
        elif name == "r":
            self.runs.append(_Run(self.open[-1].hidden))
        elif name in _TEXTS:
            self.reading = name
        elif name in _SIGNS:
            self._write(_SIGNS[name])
        elif name in _INSERTIONS:
            self.inserting += 1
        if attributes:
            self._look(name, markup.locals_of(attributes))
        elif name == "vanish" and len(self.runs) > 1:
            self.runs[-1].hidden = True

    def _look(self, name: str, given: dict[str, str]) -> None:
        if name == "pStyle":
            self.open[-1].hidden = given.get("val") in self.styles.hiding
        elif name in _FIELDS:
            self.fields.append(given.get("instr", " "))
        elif name in _SPEAKING:
            self.spoken += [value for key, value in given.items() if key in _ALTERNATIVES]
        elif len(self.runs) > 1:
            self.runs[-1].format(name, given, self.styles)

    def end(self, name: str) -> None:
        if name == "p" and len(self.open) > 1:
            self.close(self.open.pop())
        elif name == "r" and len(self.runs) > 1:
            self.runs.pop()
        elif name in _INSERTIONS:
            self.inserting -= 1
        elif name in _TEXTS:
            self.reading = ""
            if name in _WHOLE:
                self._write("\n")

    def text(self, text: str) -> None:
        if self.reading in _INSTRUCTIONS:
            self.fields.append(text)
        if self.reading:
            self._write(text)

    def _write(self, text: str) -> None:
        if self.runs[-1].hidden:
            self.hidden.append(text)
            return
        paragraph, deleted = self.open[-1], self.reading in _DELETED
        if not deleted:
            paragraph.shown.append((text, self.runs[-1].nearer))
        if not self.inserting:
            paragraph.before.append(text)
        paragraph.revised |= deleted or self.inserting > 0

    def close(self, paragraph: _Paragraph) -> None:
        for text, nearer in paragraph.shown:
            self.shown.add(text, nearer)
        self.shown.add("\n")
        if self.hidden:
            self.hidden.append("\n")
        if paragraph.revised:
            self.before.append("".join(paragraph.before))


_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DELETED = frozenset(("delText", "delInstrText"))
_INSTRUCTIONS = frozenset(("instrText", "delInstrText"))
_INSERTIONS = frozenset(("ins", "moveTo"))
# Elements whose text is a value of its own: properties, chart labels and figures.
_WHOLE = frozenset((
    "v", "f", "title", "subject", "creator", "keywords", "description", "lastModifiedBy", "category",
    "contentStatus", "Company", "Manager", "Template", "lpwstr", "lpstr", "bstr",
))  # fmt: skip
_TEXTS = frozenset(("t", "instrText")) | _DELETED | _WHOLE
_FIELDS = frozenset(("fldSimple", "fldChar"))
_SPEAKING = frozenset((
    "docPr", "cNvPr", "tblCaption", "tblDescription", "textpath", "alias", "tag", "docVar", "lvlText",
))  # fmt: skip
_ALTERNATIVES = frozenset(("descr", "title", "val", "string"))
# A field that another programme or file fills when the document is opened; QUOTE spells one out in codes.
_FROM_OUTSIDE = re.compile(r"\b(?:DDE(?:AUTO)?|INCLUDE(?:TEXT|PICTURE)|DATABASE|QUOTE(?:\s+\d+){3})\b", re.I)


def _read(body: bytes, styles: _Styles) -> _Part:
    part = _Part(styles)
    markup.parse(body, part)
    part.close(part.open[0])
    return part


def _texts(part: _Part, place: str) -> Iterator[Piece]:
    part.shown.place = place
    if part.shown.length > 1:
        yield part.shown.piece()
    yield from joined(part.before, f"{place}（修订前 before revision）")
    yield from joined("".join(part.hidden).split("\n"), f"{place}（隐藏文字 hidden text）")
    yield from joined(part.spoken, f"{place}（替代文字 alternative text）")
    if _BLACKED in part.shown.nearer:
        yield unreadable(place + _BLACKED)
    if found := _FROM_OUTSIDE.search("".join(part.fields)):
        yield unreadable(f"{place}（域代码 field {found[0].split()[0].upper()}）")
