"""A workbook, written anew: values instead of formulas, nothing hidden, no comments, no properties."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from services.review.redaction import package
from services.review.redaction.areas import Rewritten
from services.review.redaction.package import Parts, Tree, local
from services.review.redaction.phrases import BLACK, Phrase, has
from services.review.screening import cells
from services.review.screening.cells import Values

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?(?:workbook|styles|sharedStrings)\.xml(?:\.rels)?"
    r"|xl/worksheets/(?:_rels/)?[^/]+\.xml(?:\.rels)?|xl/theme/theme\d*\.xml"
    r"|xl/(?:drawings|charts)/(?:_rels/)?(?:drawing|chart)\d*\.xml(?:\.rels)?"
    r"|xl/media/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?)",
    re.I,
)
_STRINGS, _STYLES, _BOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
_WORKBOOK = frozenset(("workbookPr", "bookViews", "sheets", "calcPr"))
_SHEET = frozenset((
    "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "printOptions",
    "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing",
))  # fmt: skip
_GONE = frozenset(("rPh", "phoneticPr", "extLst", "externalData", "AlternateContent", "userShapes"))
_LONGEST_NAME = 31


def rewritten(content: bytes, phrases: Sequence[Phrase]) -> Rewritten:
    parts, pictures = package.opened(content, _KEPT)
    book = _Book(_strings(parts), _values(parts), phrases)
    held = package.settle(parts, phrases)
    for name in package.xml_parts(parts):
        root = package.parsed(parts[name])
        book.show(root)
        package.cut_loose(root, held.get(name, set()))
        package.blacken(root, _order, phrases)
        _settle_cells(root)
        parts[name] = package.written(root)
    return Rewritten(package.packed(parts), elsewhere=tuple(f"图片 picture {name}" for name in pictures))


def _strings(parts: Parts) -> list[Tree]:
    """Taken out of the package: each cell is given its own text, so that what no cell shows is nowhere."""
    return list(package.parsed(parts.pop(_STRINGS))) if _STRINGS in parts else []


def _values(parts: Parts) -> Values:
    """How numbers are shown, for a date or an identity number is sought as people read it."""
    book = package.parsed(parts[_BOOK]) if _BOOK in parts else None
    given = book.find("{*}workbookPr") if book is not None else None
    from_1904 = given is not None and given.get("date1904", "0").lower() in ("1", "true")
    formats = cells.formats(parts[_STYLES])[0] if _STYLES in parts else []
    return Values([], set(), formats, from_1904)


@dataclass(frozen=True, slots=True)
class _Book:
    strings: Sequence[Tree]
    values: Values
    phrases: Sequence[Phrase]

    def show(self, root: Tree) -> None:
        """Nothing hidden, no formulas, every cell with its own text."""
        kept = {"workbook": _WORKBOOK, "worksheet": _SHEET}.get(local(root))
        for element in list(root) if kept else ():
            if local(element) not in (kept or ()):
                package.remove(element)
        for cell in list(root.iter("{*}c")) if local(root) == "worksheet" else ():
            self._own_text(cell)
        for element in list(root.iter("{*}*")):
            _lay_open(element, local(root) == "chartSpace")

    def _own_text(self, cell: Tree) -> None:
        value, kind = cell.find("{*}v"), cell.get("t", "n")
        if value is None:
            return
        text = value.text or ""
        if kind == "s":
            _inline(cell, list(deepcopy(self.strings[int(text)])))
        elif kind == "str":
            _inline(cell, [_text(cell, text)])
        elif has(shown := self.values.shown(kind, cell.get("s", ""), text), self.phrases):
            _inline(cell, [_text(cell, shown)])


def _lay_open(element: Tree, is_chart: bool) -> None:
    name = local(element)
    if name in _GONE or (name == "f" and not is_chart):
        package.remove(element)
    if name in ("sheet", "row", "col", "workbookView"):
        for key in ("state", "hidden", "visibility", "codeName"):
            element.attrib.pop(key, None)


def _inline(cell: Tree, children: list[Tree]) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    own = etree.SubElement(cell, cell.tag.replace("}c", "}is"))
    own.extend(children)


def _text(cell: Tree, text: str) -> Tree:
    element = etree.Element(cell.tag.replace("}c", "}t"))
    element.text = text
    return element


def _order(root: Tree) -> Iterator[list[Tree]]:
    """Cell by cell, so that what is split over several is found."""
    yield [node for node in root.iter("{*}*") if local(node) in ("t", "v", "oddHeader", "oddFooter")]


def _settle_cells(root: Tree) -> None:
    """A number with a black stretch in it is text from now on; two sheets may not have one name."""
    for cell in list(root.iter("{*}c")):
        value = cell.find("{*}v")
        if value is not None and BLACK in (value.text or ""):
            _inline(cell, [_text(cell, value.text)])
    for number, sheet in enumerate(root.iterfind("{*}sheets/{*}sheet"), 1):
        if BLACK in sheet.get("name", ""):
            ending = f" {number}"
            sheet.set("name", sheet.get("name")[: _LONGEST_NAME - len(ending)] + ending)
