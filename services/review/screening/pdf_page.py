"""The text of one page of a PDF, each letter with what hides it from the eye."""

from collections.abc import Callable, Iterable, Iterator
from ctypes import c_double, c_float, c_int, c_uint, c_void_p, cast
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from services.review.screening import drawn
from services.review.screening.drawn import Box, Fill, Fills, Ink
from services.review.screening.pieces import Layout

_DEPTH = 5  # Of forms within forms.
_ON_TOP = 1 << 30  # What comments draw lies over the page.
_UNSEEN = frozenset((raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP))
_TOO_MUCH = "（图形过多 too much drawn）"

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


def text(page: pdfium.PdfPage, place: str, covers: Iterable[Box]) -> tuple[Layout, list[str]]:
    """The text as it is read, and all the reasons why some of it cannot be seen."""
    drawing = _Drawing()
    drawing.read(raw.FPDFPage_CountObjects(page), lambda at: raw.FPDFPage_GetObject(page, at), _SAME, 0)
    for box in covers:
        drawing.fills.add(Fill(box, _ON_TOP))
    layout, textpage = Layout(place), page.get_textpage()
    area = Box(*page.get_bbox())
    suspects = {key: ink for key, (ink, box) in drawing.inks.items() if drawing.is_suspect(ink, box, area)}
    if suspects:
        _letter_by_letter(textpage, layout, suspects, drawing.fills, area)
    else:
        layout.add(textpage.get_text_range())
    reasons = {why for why in layout.nearer if why} | ({_TOO_MUCH} if drawing.order > drawn.MOST else set())
    return layout, sorted(reasons)


def _letter_by_letter(
    textpage: pdfium.PdfTextPage, layout: Layout, suspects: dict[int, Ink], fills: Fills, area: Box
) -> None:
    for at in range(raw.FPDFText_CountChars(textpage)):
        letter = raw.FPDFText_GetUnicode(textpage, at)
        if not letter or 0xD800 <= letter < 0xE000 or letter > 0x10FFFF:
            continue
        ink = suspects.get(cast(raw.FPDFText_GetTextObject(textpage, at), c_void_p).value or 0)
        why = drawn.hidden_by(ink, _letter_box(textpage, at), fills, area) if ink else ""
        layout.add(chr(letter), why)


def _letter_box(textpage: pdfium.PdfTextPage, at: int) -> Box:
    around = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(textpage, at, around) and around.top > around.bottom:
        return Box(around.left, around.bottom, around.right, around.top)
    left, right, low, high = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetCharBox(textpage, at, left, right, low, high)
    return Box(left.value, low.value, right.value, high.value)


@dataclass(slots=True)
class _Drawing:
    """Everything drawn on the page, in its order; texts by the address of their object."""

    inks: dict[int, tuple[Ink, Box]] = field(default_factory=dict)
    fills: Fills = field(default_factory=Fills)
    order: int = 0

    def read(self, count: int, get: Callable[[int], object], matrix: Matrix, depth: int) -> None:
        for at in range(count):
            self.order += 1
            if self.order > drawn.MOST:
                return
            self._object(get(at), matrix, depth)

    def _object(self, item: Any, matrix: Matrix, depth: int) -> None:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            self.inks[cast(item, c_void_p).value or 0] = (self._ink(item, matrix), _bounds(item, matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            inner = _product(_matrix(item), matrix)
            self.read(
                raw.FPDFFormObj_CountObjects(item),
                lambda at: raw.FPDFFormObj_GetObject(item, at),
                inner,
                depth + 1,
            )
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            self._surface(item, kind, matrix)

    def _ink(self, item: object, matrix: Matrix) -> Ink:
        mode, (white, clear) = raw.FPDFTextObj_GetTextRenderMode(item), _colour(item)
        size, (a, b, c, d, _, _) = c_float(), _product(_matrix(item), matrix)
        raw.FPDFTextObj_GetFontSize(item, size)
        height = size.value * abs(a * d - b * c) ** 0.5
        fills_letters = mode in (raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_CLIP)
        unseen = mode in _UNSEEN or (clear and fills_letters)
        return Ink(self.order, unseen, white and fills_letters, 0 < height < drawn.SMALLEST)

    def _surface(self, item: object, kind: int, matrix: Matrix) -> None:
        if raw.FPDFPageObj_HasTransparency(item):
            return
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            self.fills.add(Fill(_clipped(item, _bounds(item, matrix), matrix), self.order))
        elif (mode := _fill_mode(item)) != raw.FPDF_FILLMODE_NONE:
            white = _colour(item)[0]
            for box in _areas(item, _product(_matrix(item), matrix), mode):
                self.fills.add(Fill(_clipped(item, box, matrix), self.order, white))

    def is_suspect(self, ink: Ink, box: Box, area: Box) -> bool:
        """Whether it is worth looking at the letters one by one."""
        return (
            ink.invisible
            or ink.white
            or ink.tiny
            or box.within(area) != box
            or any(fill.order > ink.order and _meet(fill.box, box) for fill in self.fills.crossing(box))
        )


def _meet(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.low < other.high and other.low < one.high


# --- geometry


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _matrix(item: object) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _SAME
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _around(points: Iterable[Point], matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    moved = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    xs, ys = [x for x, _ in moved], [y for _, y in moved]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _bounds(item: object, matrix: Matrix) -> Box:
    left, low, right, high = c_float(), c_float(), c_float(), c_float()
    raw.FPDFPageObj_GetBounds(item, left, low, right, high)
    corners = [(x.value, y.value) for x in (left, right) for y in (low, high)]
    return _around(corners, matrix)


def _colour(item: object) -> tuple[bool, bool]:
    """Whether it is white, and whether it is fully transparent."""
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint(255)
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False, False
    return min(red.value, green.value, blue.value) >= 250, alpha.value == 0


def _fill_mode(item: object) -> int:
    mode, stroke = c_int(), c_int()
    known = raw.FPDFPath_GetDrawMode(item, mode, stroke)
    return mode.value if known else int(raw.FPDF_FILLMODE_NONE)


_SEGMENTS = 500
_CORNERS = 8  # A surface with more is a drawing, and hides less than its frame.


def _areas(path: object, matrix: Matrix, mode: int) -> Iterator[Box]:
    """The boxes that a path fills; one around another may be a frame, which is empty in its middle."""
    outlines = [corners for corners in _outlines(path) if len(corners) <= _CORNERS]
    boxes = [(_around(corners, matrix), _turns_left(corners)) for corners in outlines]
    for box, way in boxes:
        nested = [other for other in boxes if other[0] != box and _is_nested(box, other[0])]
        if not any(mode == raw.FPDF_FILLMODE_ALTERNATE or way != other for _, other in nested):
            yield box


def _is_nested(one: Box, other: Box) -> bool:
    return one.within(other) in (one, other)


def _turns_left(corners: list[Point]) -> bool:
    around = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum(x * v - u * y for (x, y), (u, v) in around) > 0


def _outlines(path: object) -> Iterator[list[Point]]:
    corners: list[Point] = []
    for starts, point in _segments(path):
        if starts and corners:
            yield corners
            corners = []
        corners.append(point)
    if corners:
        yield corners


def _segments(path: object) -> Iterator[tuple[bool, Point]]:
    x, y = c_float(), c_float()
    for at in range(min(_SEGMENTS, raw.FPDFPath_CountSegments(path))):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        yield raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO, (x.value, y.value)


def _clipped(item: object, box: Box, matrix: Matrix) -> Box:
    """The part of the box that the item's clip lets through."""
    clip, x, y = raw.FPDFPageObj_GetClipPath(item), c_float(), c_float()
    for at in range(max(0, raw.FPDFClipPath_CountPaths(clip)) if clip else 0):
        corners = []
        for number in range(min(_SEGMENTS, raw.FPDFClipPath_CountPathSegments(clip, at))):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, at, number), x, y)
            corners.append((x.value, y.value))
        box = box.within(_around(corners, matrix)) if corners else box
    return box
