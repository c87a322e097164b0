"""The pages of a PDF as they are shown: where words stand, and pictures of them with black rectangles."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_int
from io import BytesIO
from itertools import accumulate
from typing import NamedTuple

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import raw

from services.review.redaction.areas import Area
from services.review.redaction.phrases import Phrase, phrase, stretches
from shared.contracts import RefusalGround

_INCH = 72
_DOTS = 200  # Per inch.
_MOST_PIXELS = 30_000_000  # A2 at 200 dots; a poster is made coarser.
_QUALITY = 75
_GREY = 24  # Of 255: channels that differ less show no colour.


class Text(NamedTuple):
    """One character of `letters` for each of the page's character numbers."""

    page: int
    letters: str


def texts(document: pdfium.PdfDocument) -> list[Text]:
    return [Text(number + 1, _letters(document[number])) for number in range(len(document))]


def _letters(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    codes = (raw.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars()))
    return "".join(map(chr, codes))


def rectangles(
    document: pdfium.PdfDocument, read: Sequence[Text], phrases: Sequence[Phrase]
) -> Iterator[Area]:
    """Around every stretch that holds a phrase: one for each line of each page it is on."""
    whole = "".join(text.letters for text in read)
    ends = list(accumulate(len(text.letters) for text in read))
    for stretch in stretches(whole, phrases):
        for number in range(bisect_right(ends, stretch.start), bisect_left(ends, stretch.end) + 1):
            page, letters = read[number]
            before = ends[number] - len(letters)
            inside = range(max(stretch.start - before, 0), min(stretch.end - before, len(letters)))
            yield from _lines(document[page - 1], page, inside, stretch.ground)


def place(page: int) -> str:
    return f"第{page}页 page {page}"


def uncovered(
    document: pdfium.PdfDocument, read: Sequence[Text], areas: Sequence[Area], black: Sequence[Area]
) -> tuple[str, ...]:
    """Pages that say in an open place what one of the areas covers."""
    words = [word for area in areas for word in _words(document[area.page - 1], area)]
    again = (
        area for area in rectangles(document, read, words) if not any(_is_within(area, one) for one in black)
    )
    return tuple(place(page) for page in sorted({area.page for area in again}))


def _words(page: pdfium.PdfPage, area: Area) -> Iterator[Phrase]:
    return filter(None, (phrase(word, area.ground) for word in _under(page, area).split()))


def _is_within(area: Area, other: Area) -> bool:
    across, down = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    return (
        area.page == other.page and other.left <= across <= other.right and other.top <= down <= other.bottom
    )


class Box(NamedTuple):
    """In pixels of the page as it is shown."""

    left: float
    top: float
    right: float
    bottom: float


def _lines(page: pdfium.PdfPage, number: int, inside: range, ground: RefusalGround) -> Iterator[Area]:
    size, textpage = _size(page), page.get_textpage()
    boxes = [box for index in inside if (box := _box(page, textpage, index, size))]
    for line in _by_line(boxes):
        yield _area(number, line, size, ground)


def _box(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, index: int, size: tuple[int, int]) -> Box | None:
    """As wide as the character is set, as high as it is drawn; nothing for a blank the reader inferred."""
    if raw.FPDFText_IsGenerated(textpage, index) == 1:
        return None
    boxes = (textpage.get_charbox(index, loose=True), textpage.get_charbox(index))
    loose, tight = (_shown(page, box, size) for box in boxes)
    if tight.bottom - tight.top < 1 or tight.right - tight.left < 1:
        return loose
    return Box(min(loose.left, tight.left), tight.top, max(loose.right, tight.right), tight.bottom)


def _shown(page: pdfium.PdfPage, box: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    left, bottom, right, top = box
    (x1, y1), (x2, y2) = _point(page, left, bottom, size), _point(page, right, top, size)
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _point(page: pdfium.PdfPage, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, byref(across), byref(down))
    return across.value, down.value


def _by_line(boxes: Iterable[Box]) -> Iterator[Box]:
    """Neighbours on one line in one box, so that the gaps do not tell the words' lengths."""
    line: list[Box] = []
    for box in boxes:
        if line and not _are_neighbours(line[-1], box):
            yield _around(line)
            line = []
        line.append(box)
    if line:
        yield _around(line)


def _around(line: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*line, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def _are_neighbours(one: Box, other: Box) -> bool:
    """On one line, be it written across the page or down."""
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    width = min(one.right, other.right) - max(one.left, other.left)
    size = max(other.bottom - other.top, other.right - other.left)
    return max(height, width) > 0 and min(height, width) > -3 * size


def _area(number: int, box: Box, size: tuple[int, int], ground: RefusalGround) -> Area:
    """A little more than the glyphs, never more than the page."""
    margin = 2 + 0.12 * min(box.bottom - box.top, box.right - box.left)
    width, height = size
    left, top = max(0.0, box.left - margin), max(0.0, box.top - margin)
    right, bottom = min(width, box.right + margin), min(height, box.bottom + margin)
    return Area(number, left / width, top / height, right / width, bottom / height, ground)


def _under(page: pdfium.PdfPage, area: Area) -> str:
    """What stands under a rectangle, by the middle of each character."""
    size, textpage = _size(page), page.get_textpage()
    letters = _letters(page)
    return "".join(
        letter for index, letter in enumerate(letters) if _is_under(page, textpage, index, size, area)
    )


def _is_under(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, index: int, size: tuple[int, int], area: Area
) -> bool:
    box = _shown(page, textpage.get_charbox(index, loose=True), size)
    across, down = (box.left + box.right) / 2 / size[0], (box.top + box.bottom) / 2 / size[1]
    return area.left <= across <= area.right and area.top <= down <= area.bottom


def _size(page: pdfium.PdfPage, dots: int = _DOTS) -> tuple[int, int]:
    width, height = page.get_size()
    return math.ceil(width * _scale(page, dots)), math.ceil(height * _scale(page, dots))


def _scale(page: pdfium.PdfPage, dots: int) -> float:
    width, height = page.get_size()
    return min(dots / _INCH, math.sqrt(_MOST_PIXELS / (width * height)))


def picture(page: pdfium.PdfPage, areas: Iterable[Area]) -> bytes:
    """The page as a JPEG, grey if it has no colour, its rectangles burnt in."""
    image = shown(page)
    draw = ImageDraw.Draw(image)
    for area in areas:
        draw.rectangle(pixels(area, image.size), fill="black")
    file = BytesIO()
    (image if _is_coloured(image) else image.convert("L")).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def shown(page: pdfium.PdfPage, dots: int = _DOTS) -> Image.Image:
    bitmap = page.render(scale=_scale(page, dots), may_draw_forms=False)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    return image


def pixels(area: Area, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Rounded outwards: never smaller than asked for."""
    width, height = size
    left, top = math.floor(area.left * width), math.floor(area.top * height)
    return left, top, math.ceil(area.right * width), math.ceil(area.bottom * height)


def _is_coloured(image: Image.Image) -> bool:
    small = image.resize((max(1, image.width // 4), max(1, image.height // 4)), Image.Resampling.BOX)
    red, green, blue = small.split()
    most = (
        ImageChops.difference(*pair).getextrema()[1] for pair in ((red, green), (green, blue), (red, blue))
    )
    return any(isinstance(value, (int, float)) and value > _GREY for value in most)


def measured(body: bytes) -> tuple[int, int, int]:
    """Width, height and number of colours of a JPEG."""
    with Image.open(BytesIO(body)) as image:
        return image.width, image.height, len(image.getbands())
