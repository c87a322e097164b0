"""Office packages and OFD: a ZIP of XML parts, of which only known ones are kept, each rewritten."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from lxml import etree

from services.review.redaction.phrases import Phrase, blackened, has
from services.review.redaction.pictures import plain
from shared import archives
from shared.files import DamagedFile

Tree = Any  # An element of lxml, which has no types.
Parts = dict[str, bytes]
TYPES = "[Content_Types].xml"
PICTURE = re.compile(r".*\.(?:png|jpe?g|gif|bmp|tiff?)", re.I)
_RELATIONS = re.compile(r"(.*?)_rels/([^/]*)\.rels")
_REFERENCE = re.compile(r"\{[^}]*/relationships\}(?:id|embed|link|pict|dm|lo|qs|cs)")
_STAYS = re.compile(r"hyperlink|pageSetup")


def opened(content: bytes, kept: re.Pattern[str]) -> tuple[Parts, list[str]]:
    """The parts to keep, and which are pictures, which nobody can search; nothing is attached to them now."""
    with archives.opened(content) as archive:
        parts = {name: body for name, body in archives.entries(archive) if kept.fullmatch(name)}
    pictures = sorted(filter(PICTURE.fullmatch, parts))
    for name in pictures:
        _make_plain(parts, name)
    return parts, [name for name in pictures if name in parts]


def _make_plain(parts: Parts, name: str) -> None:
    """A picture that nobody can open is not passed on."""
    try:
        parts[name] = plain(parts[name])
    except DamagedFile:
        del parts[name]


def packed(parts: Parts) -> bytes:
    """The same bytes for the same parts: without dates."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != TYPES, name)):
            archive.writestr(zipfile.ZipInfo(name), parts[name], zipfile.ZIP_DEFLATED)
    return file.getvalue()


def parsed(body: bytes) -> Tree:
    """Without comments and instructions; a part that declares entities is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise DamagedFile from None
    if root.getroottree().docinfo.doctype:
        raise DamagedFile
    return root


def written(root: Tree) -> bytes:
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return body


def local(element: Tree) -> str:
    return str(element.tag).rpartition("}")[2]


def remove(element: Tree) -> None:
    """With all that is in it; what follows it stays."""
    parent = element.getparent()
    if parent is not None:
        _hang(parent, element, element.tail)
        parent.remove(element)


def unwrap(element: Tree) -> None:
    """Its children take its place."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        for child in reversed(list(element)):
            parent.insert(at, child)
        remove(element)


def _hang(parent: Tree, element: Tree, tail: str | None) -> None:
    before = element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def settle(parts: Parts, phrases: Sequence[Phrase]) -> dict[str, set[str]]:
    """Relations and content types of parts that are gone go too; by part, the relations that stay."""
    held = {}
    for name in list(parts):
        if found := _RELATIONS.fullmatch(name):
            source = found[1] + found[2]
            parts[name], held[source] = _related(parts, parsed(parts[name]), found[1], phrases)
    if TYPES in parts:
        parts[TYPES] = _typed(parts, parsed(parts[TYPES]))
    return held


def _related(parts: Parts, root: Tree, folder: str, phrases: Sequence[Phrase]) -> tuple[bytes, set[str]]:
    for relation in list(root):
        if not _holds(parts, relation, folder, phrases):
            remove(relation)
    return written(root), {relation.get("Id", "") for relation in root}


def _holds(parts: Parts, relation: Tree, folder: str, phrases: Sequence[Phrase]) -> bool:
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return _is_web_link(relation, target) and not has(unquote(target), phrases)
    path = (
        target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    )
    return path in parts


def _is_web_link(relation: Tree, target: str) -> bool:
    return relation.get("Type", "").endswith("/hyperlink") and target.lower().startswith(
        ("http://", "https://")
    )


def _typed(parts: Parts, root: Tree) -> bytes:
    for entry in list(root):
        if local(entry) == "Override" and entry.get("PartName", "").lstrip("/") not in parts:
            remove(entry)
    return written(root)


def cut_loose(root: Tree, held: set[str]) -> None:
    """What points only at parts that are gone goes; a link keeps its words, a page its size."""
    for element in list(root.iter("*")):
        references = {key: value for key, value in element.items() if _REFERENCE.fullmatch(key)}
        if not references or held.issuperset(references.values()):
            continue
        if held.isdisjoint(references.values()) and not _STAYS.fullmatch(local(element)):
            remove(element)
        for key in (key for key, value in references.items() if value not in held):
            del element.attrib[key]


def blacken(root: Tree, orders: Callable[[Tree], Iterable[list[Tree]]], phrases: Sequence[Phrase]) -> None:
    """All text: first in the orders in which it is read, then each value by itself."""
    for nodes in orders(root):
        texts = blackened([node.text or "" for node in nodes], phrases)
        for node, text in zip(nodes, texts, strict=True):
            if text != (node.text or ""):
                node.text = text
    for element in root.iter("*"):
        _blacken_alone(element, phrases)


def _blacken_alone(element: Tree, phrases: Sequence[Phrase]) -> None:
    for key, value in element.items():
        if not is_measure(value):
            element.set(key, *blackened([value], phrases))
    if element.text and not is_measure(element.text):
        [element.text] = blackened([element.text], phrases)


def is_measure(value: str) -> bool:
    """Sizes and positions: a file would not open without them."""
    return len(value) < _SHORTEST_WORD or bool(_MEASURE.fullmatch(value))


_SHORTEST_WORD = 2
_MEASURE = re.compile(r"[+-]?\d{1,10}(?:\.\d+)?%?|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}")


def xml_parts(parts: Parts) -> Iterator[str]:
    return (name for name in list(parts) if name.endswith(".xml") and name != TYPES)
