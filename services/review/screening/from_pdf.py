"""The text of a PDF: pages, notes, properties, what it carries and what it used to say.

What only a picture shows, and what a reader cannot see, is marked for a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from pypdfium2 import raw

from services.review.screening import pdf_notes, pdf_page, pdf_structure
from services.review.screening.inside import Inside
from services.review.screening.pieces import Piece, joined, unreadable
from shared.files import DamagedFile

_SCAN = 20  # A page with a picture and fewer characters than this is a scan with a stamp on it.
_REVISIONS = 3


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    said = _Said()
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        raise DamagedFile from None
    try:
        yield from said.heard(_document(document))
    finally:
        document.close()
    yield from pdf_structure.pieces(content, inside, said.lines)
    yield from _revisions(content, said.lines)


@dataclass(slots=True)
class _Said:
    """Lines already handed on: what says the same in another place is no news."""

    lines: set[str] = field(default_factory=set)

    def heard(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self.lines.update(_lines(piece.text))
            yield piece


def _lines(text: str) -> Iterator[str]:
    return filter(None, map(str.strip, text.splitlines()))


def _document(document: pdfium.PdfDocument) -> Iterator[Piece]:
    for number in range(len(document)):
        yield from _page(document, number)
    yield from joined((item.get_title() for item in document.get_toc()), "书签 bookmarks")


def _page(document: pdfium.PdfDocument, number: int) -> Iterator[Piece]:
    place = f"第{number + 1}页 page {number + 1}"
    try:
        page = document.get_page(number)
        notes = pdf_notes.notes(page)
        text, hidden = pdf_page.text(page, place, notes.covers)
    except pdfium.PdfiumError:
        yield unreadable(place)
        return
    yield text.piece(_is_unreadable(page, "".join(text.parts)))
    for why in hidden:
        yield unreadable(place + why)
    yield from joined(notes.texts, f"{place}（批注 comments）")
    if notes.unapplied:
        yield unreadable(f"{place}（涂黑标记未执行 redaction not applied）")
    if notes.drawn:
        known = {*_lines("\n".join((*text.parts, *notes.texts)))}
        flat = (line for line in _lines(pdf_notes.flattened(document, number)) if line not in known)
        yield from joined(flat, f"{place}（批注外观 drawn by comments）")
    page.close()


def _is_unreadable(page: pdfium.PdfPage, text: str) -> bool:
    letters = len("".join(text.split()))
    if _is_nonsense(text, letters):
        return True
    if letters >= _SCAN:
        return False
    kinds = {item.type for item in page.get_objects(max_depth=5)}
    return raw.FPDF_PAGEOBJ_IMAGE in kinds or (letters == 0 and bool(kinds))


def _is_nonsense(text: str, letters: int) -> bool:
    """A font without a table of its characters gives private or unknown ones: readable to the eye only."""
    return letters > 0 and 10 * len(_UNKNOWN.findall(text)) > 3 * letters


_UNKNOWN = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")


# --- what an earlier edition in the same file said


def _revisions(content: bytes, known: set[str]) -> Iterator[Piece]:
    """A change is written behind the old file, which stays: whoever cuts the file off there reads it."""
    ends = [found.end() for found in re.finditer(rb"%%EOF\s*", content)][:-1]
    if b"/Linearized" in content[:1024]:
        ends = ends[1:]  # The first part of a file made for the web ends like a file.
    for age, end in enumerate(reversed(ends[-_REVISIONS:]), 1):
        yield from _revision(content[:end], known, f"旧版本 earlier revision {age}")
    if len(ends) > _REVISIONS:
        yield unreadable("更早的版本 still earlier revisions")


def _revision(content: bytes, known: set[str], place: str) -> Iterator[Piece]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return  # No file of its own: the mark stood in something carried.
    try:
        for number in range(len(document)):
            gone = "\n".join(line for line in _lines(_plain(document, number)) if line not in known)
            if gone:
                yield Piece(gone, f"{place} 第{number + 1}页 page {number + 1}", unreadable=True)
    finally:
        document.close()


def _plain(document: pdfium.PdfDocument, number: int) -> str:
    try:
        return str(document.get_page(number).get_textpage().get_text_range())
    except pdfium.PdfiumError:
        return ""
