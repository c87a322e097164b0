"""A Word document, written anew: revisions accepted, comments, hidden runs, properties and authors gone."""

import re
from collections.abc import Iterator, Sequence

from services.review.redaction import package
from services.review.redaction.areas import Rewritten
from services.review.redaction.package import Tree, local
from services.review.redaction.phrases import Phrase

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels"
    r"|word/(?:_rels/)?(?:document|header|footer|footnotes|endnotes|styles|settings|fontTable|numbering)\d*\.xml(?:\.rels)?"
    r"|word/theme/theme\d*\.xml|word/(?:charts|diagrams)/[^/]+\.xml|word/media/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?)",
    re.I,
)
# Removed with what they hold.
_GONE = frozenset((
    "del", "moveFrom", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange",
    "tblGridChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel", "cellMerge",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "proofErr", "permStart",
    "permEnd", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "object", "control", "altChunk", "subDoc",
    "externalData", "userShapes", "ffData", "rsid",
))  # fmt: skip
_UNWRAPPED = frozenset(("ins", "moveTo", "smartTag", "customXml"))
_SETTINGS = frozenset((
    "zoom", "mirrorMargins", "gutterAtTop", "evenAndOddHeaders", "defaultTabStop", "autoHyphenation",
    "bordersDoNotSurroundHeader", "bordersDoNotSurroundFooter", "drawingGridHorizontalSpacing",
    "drawingGridVerticalSpacing", "displayHorizontalDrawingGridEvery", "displayVerticalDrawingGridEvery",
    "characterSpacingControl", "noLineBreaksAfter", "noLineBreaksBefore", "footnotePr", "endnotePr",
    "compat", "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator",
))  # fmt: skip
_IDENTITIES = re.compile(r"\{[^}]*\}(?:rsid\w*|paraId|textId|author|date|initials|docId)")
_READ = frozenset(("t", "instrText"))


def rewritten(content: bytes, phrases: Sequence[Phrase]) -> Rewritten:
    parts, pictures = package.opened(content, _KEPT)
    held = package.settle(parts, phrases)
    for name in package.xml_parts(parts):
        root = package.parsed(parts[name])
        package.cut_loose(root, held.get(name, set()))
        _clean(root)
        package.blacken(root, _orders, phrases)
        parts[name] = package.written(root)
    return Rewritten(package.packed(parts), elsewhere=tuple(f"图片 picture {name}" for name in pictures))


def _clean(root: Tree) -> None:
    if local(root) == "settings":
        _remove_all(child for child in list(root) if local(child) not in _SETTINGS)
    # A row or a run that goes takes along what says so; hence these first.
    _remove_all(mark.getparent().getparent() for mark in root.iterfind(".//{*}trPr/{*}del"))
    _remove_all(mark.getparent() for mark in root.iterfind(".//{*}r/{*}commentReference"))
    _remove_all(
        mark.getparent().getparent() for mark in root.iterfind(".//{*}r/{*}rPr/{*}vanish") if _is_on(mark)
    )
    for element in list(root.iter("{*}*")):
        name = local(element)
        if name in _GONE:
            package.remove(element)
        elif name in _UNWRAPPED:
            package.unwrap(element)
        for key in filter(_IDENTITIES.fullmatch, list(element.attrib)):
            del element.attrib[key]


def _remove_all(elements: Iterator[Tree]) -> None:
    for element in list(elements):
        package.remove(element)


def _is_on(mark: Tree) -> bool:
    return not {"0", "false", "off"} & set(mark.attrib.values())


def _orders(root: Tree) -> Iterator[list[Tree]]:
    """By paragraph, since a text box hangs in the middle of one; and as they stand in the file."""
    nodes = [node for node in root.iter("{*}*") if local(node) in _READ]
    paragraphs: dict[Tree, list[Tree]] = {}
    for node in nodes:
        paragraphs.setdefault(next(node.iterancestors("{*}p"), None), []).append(node)
    yield [node for paragraph in paragraphs.values() for node in paragraph]
    yield nodes
