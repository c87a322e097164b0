"""A Word package made ready for conversion: numbers written out, hidden words gone, nothing from outside."""

import re
import zipfile
from collections import Counter
from io import BytesIO
from typing import Any

from lxml import etree

from shared import archives
from shared.archives import Budget
from shared.files import DamagedFile

from .numbering import Numbering, without_numbers
from .rendition import NotRendered
from .word_styles import Styles, W, is_on, value

MAX_PART = 30 * 1024 * 1024

_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:document|styles|numbering|footnotes|endnotes)\.xml"
    r"|word/_rels/(?:document|footnotes|endnotes)\.xml\.rels|word/media/[^/]+\.(?:png|jpe?g|gif)",
    re.I,
)
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml", re.I)
_STRICT = (b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/")
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_TEXT_BOX = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link"


def prepared(content: bytes) -> tuple[bytes, Counter[str]]:
    """The package with what a rendition needs and nothing else, and what was left out."""
    notes: Counter[str] = Counter()
    parts = _parts(content, notes)
    if "word/document.xml" not in parts:
        raise DamagedFile
    styles = Styles(_tree(parts["word/styles.xml"]) if "word/styles.xml" in parts else None)
    numbers = Numbering(_tree(parts["word/numbering.xml"]) if "word/numbering.xml" in parts else None)
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in parts:
            root = _tree(parts[name])
            _prepare(root, styles, numbers, notes)
            parts[name] = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    if "word/numbering.xml" in parts:
        parts["word/numbering.xml"] = without_numbers(_tree(parts["word/numbering.xml"]))
    return _packed(parts), +notes


def _parts(content: bytes, notes: Counter[str]) -> dict[str, bytes]:
    parts, budget = {}, Budget()
    with archives.opened(content) as archive:
        for info in archive.infolist():
            name = archives.name_of(info)
            if _NEEDED.fullmatch(name):
                parts[name] = _checked(name, budget.inflate(archive, info))
            elif _MARGIN.fullmatch(name) and b"<w:t" in budget.inflate(archive, info):
                notes["headers"] = 1
    return parts


def _checked(name: str, body: bytes) -> bytes:
    """No office programme declares a document type or writes UTF-16; who hides entities does."""
    if name.startswith("word/media/"):
        return body
    if len(body) > MAX_PART:
        raise NotRendered("too-large")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body or b"\0" in body:
        raise DamagedFile
    return body


def _tree(body: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise NotRendered("too-deep") from None
        raise DamagedFile from None


def _packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return file.getvalue()


# --- in the body


def _prepare(root: Any, styles: Styles, numbers: Numbering, notes: Counter[str]) -> None:
    for run in list(root.iter(f"{W}r")):
        if _is_hidden(run, styles):
            notes["hidden"] += bool("".join(run.itertext()).strip())
            run.getparent().remove(run)
    for paragraph in root.iter(f"{W}p"):
        properties = paragraph.find(f"{W}pPr")
        style = styles.of(value(properties, "pStyle"))
        _number(paragraph, properties, style, numbers)
        if properties is not None and properties.find(f"{W}jc") is None and style.alignment:
            etree.SubElement(properties, f"{W}jc").set(f"{W}val", style.alignment)
    for drawn in root.iter(f"{_DRAWN}graphicData"):
        notes["drawings"] += drawn.get("uri") not in (_PICTURE, _TEXT_BOX)
    notes["drawings"] += sum(1 for _ in root.iter(f"{W}object"))
    notes["pictures"] += sum(1 for blip in root.iter(f"{_DRAWN}blip") if blip.get(_LINKED))


def _is_hidden(run: Any, styles: Styles) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    given = properties.find(f"{W}vanish")
    return is_on(given) if given is not None else styles.of(value(properties, "rStyle")).hides


def _number(paragraph: Any, properties: Any, style: Any, numbers: Numbering) -> None:
    """What Word counts, a reader of the law must see: 第三条 is no third point of some list."""
    given = properties.find(f"{W}numPr") if properties is not None else None
    list_id = value(given, "numId") or (style.list_id if given is None or not value(given, "numId") else "")
    level = value(given, "ilvl") or style.list_level
    label = numbers.next(list_id, level)
    if label is None:
        return
    if given is not None:
        properties.remove(given)
    text = etree.Element(f"{W}r")
    words = etree.SubElement(text, f"{W}t")
    words.text = label
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, text)
