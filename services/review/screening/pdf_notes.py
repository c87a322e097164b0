"""What is laid over a page of a PDF: comments, fields of forms, stamps, boxes."""

from collections.abc import Iterator
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from pypdfium2 import raw

from services.review.screening.drawn import Box

_BOXES = frozenset((raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_POLYGON))
_UNDRAWN = frozenset((raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_WIDGET))
_SAYING = (b"Contents", b"V", b"TU")


@dataclass(slots=True)
class Notes:
    texts: list[str] = field(default_factory=list)
    covers: list[Box] = field(default_factory=list)
    unapplied: bool = False
    """Marked for blacking out, which nobody has done yet."""
    drawn: bool = False


def notes(page: pdfium.PdfPage) -> Notes:
    found = Notes()
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        try:
            _note(annotation, found)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _note(annotation: object, found: Notes) -> None:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    found.texts += filter(None, (_value(annotation, key) for key in _SAYING))
    found.unapplied |= kind == raw.FPDF_ANNOT_REDACT
    found.drawn |= kind not in _UNDRAWN and bool(raw.FPDFAnnot_HasKey(annotation, b"AP"))
    if kind == raw.FPDF_ANNOT_REDACT or (kind in _BOXES and raw.FPDFAnnot_HasKey(annotation, b"IC")):
        found.covers += _rectangle(annotation)


def _rectangle(annotation: object) -> Iterator[Box]:
    around = raw.FS_RECTF()
    if raw.FPDFAnnot_GetRect(annotation, around):
        yield Box(around.left, around.bottom, around.right, around.top)


def _value(annotation: object, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, cast(buffer, POINTER(c_ushort)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def flattened(document: pdfium.PdfDocument, number: int) -> str:
    """The text of a page with its notes drawn into it, for what a stamp says only by its looks."""
    page = document.get_page(number)
    for note in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, note)
        raw.FPDFAnnot_SetFlags(annotation, 0)
        raw.FPDFPage_CloseAnnot(annotation)
    done = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    page.close()
    return str(document.get_page(number).get_textpage().get_text_range()) if done else ""
