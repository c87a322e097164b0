"""The text of a PDF: pages, notes and properties; what only a picture shows is marked as unreadable."""

import re
from collections.abc import Iterator
from ctypes import POINTER, c_ushort, cast, create_string_buffer

import pypdfium2 as pdfium
from pypdfium2 import raw

from services.review.screening.pieces import Piece
from shared.files import DamagedFile

_SCAN = 20  # A page with a picture and fewer characters than this is a scan with a stamp on it.


def pieces(content: bytes) -> Iterator[Piece]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        raise DamagedFile from None
    try:
        yield from _document(document)
    finally:
        document.close()


def _document(document: pdfium.PdfDocument) -> Iterator[Piece]:
    for number in range(len(document)):
        yield from _page(document, number)
    yield Piece("\n".join(document.get_metadata_dict(skip_empty=True).values()), "属性 properties")
    yield Piece("\n".join(item.get_title() for item in document.get_toc()), "书签 bookmarks")
    for number in range(document.count_attachments()):
        name = document.get_attachment(number).get_name()
        yield Piece(name, f"附件 attachment {number + 1}", unreadable=True)


def _page(document: pdfium.PdfDocument, number: int) -> Iterator[Piece]:
    place = f"第{number + 1}页 page {number + 1}"
    try:
        page = document.get_page(number)
        text = page.get_textpage().get_text_range()
        notes = "\n".join(_notes(page))
    except pdfium.PdfiumError:
        yield Piece("", place, unreadable=True)
        return
    yield Piece(text, place, unreadable=_is_unreadable(page, text))
    if notes:
        yield Piece(notes, f"{place}（批注 comments）")
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


def _notes(page: pdfium.PdfPage) -> Iterator[str]:
    """Comments and the values of form fields."""
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        try:
            yield from filter(None, (_value(annotation, key) for key in (b"Contents", b"V", b"TU")))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _value(annotation: object, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, cast(buffer, POINTER(c_ushort)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
