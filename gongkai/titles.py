"""What a file calls itself: its first line or heading, so that nobody has to type it again."""

import io
import re
from pathlib import Path

from shared.files import FileType, UnacceptableFile, decoded, recognise

LONGEST = 100
"""A first line longer than this is a paragraph, not a title."""

WORDS = re.compile(r"[^\W\d_]{2}")
MARKINGS = re.compile(r"^(绝密|机密|秘密|特急|加急|内部)|^\S{0,30}〔\d{4}〕\S{0,10}号$")
"""What stands above a title on official paper: the copy's number, secrecy, urgency, the document number."""


def title_of(name: str, content: bytes) -> str:
    """The title in the document, else the file's name without its ending."""
    try:
        kind = recognise(name, content)
    except UnacceptableFile:
        return Path(name).stem
    lines = READERS[kind](content) if kind in READERS else []
    return next((line for line in map(_clean, lines) if _is_title(line)), Path(name).stem)


def _clean(line: str) -> str:
    return re.sub(r"\s+", " ", line.strip().lstrip("#").strip())


def _is_title(line: str) -> bool:
    return len(line) <= LONGEST and bool(WORDS.search(line)) and not MARKINGS.search(line)


def _txt(content: bytes) -> list[str]:
    return decoded(content[:200_000] if content.isascii() else content).splitlines()[:20]


def _html(content: bytes) -> list[str]:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decoded(content))
    return [found.text() for name in ("h1", "title", "h2", "p") if (found := tree.css_first(name))]


def _docx(content: bytes) -> list[str]:
    import docx

    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs[:20]]


def _pdf(content: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return str(document[0].get_textpage().get_text_bounded()).splitlines()[:20]
    finally:
        document.close()


READERS = {FileType.TXT: _txt, FileType.HTML: _html, FileType.DOCX: _docx, FileType.PDF: _pdf}
