"""Whether a redacted file may leave: read again by several readers, and refused if anything is left."""

from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
from PIL.Image import Image

from services.review.redaction import pages
from services.review.redaction.areas import Area, Checked, Rewritten
from services.review.redaction.phrases import Phrase, has
from services.review.redaction.refused import CannotCheck, LeftOver
from services.review.redaction.second_reading import Reading, readings
from services.review.screening import Finding, Piece, Severity, screen
from services.review.screening.extract import extract
from shared.files import FileType


def check(filetype: FileType, made: Rewritten, phrases: Sequence[Phrase], before: Sequence[Piece]) -> Checked:
    """Raises LeftOver if anything is left, CannotCheck if somebody cannot read the result."""
    pieces = _read_again(filetype, made.content)
    for piece in pieces:
        _must_be_free(piece, phrases)
    readers = _read_otherwise(filetype, made.content, phrases)
    if filetype is FileType.PDF:
        _must_be_black(made.content, made.black)
    known = {pages.place(page) for page in made.pages}
    unreadable = tuple(piece.place for piece in pieces if piece.unreadable and piece.place not in known)
    return Checked(("screening", *readers), _nothing_new(before, pieces), unreadable)


def _read_again(filetype: FileType, content: bytes) -> list[Piece]:
    try:
        return extract(filetype, content)
    except MemoryError:
        raise
    except Exception:  # Its words may quote the text.
        raise CannotCheck(reading="screening") from None


def _must_be_free(piece: Piece, phrases: Sequence[Phrase]) -> None:
    if has("|".join((piece.place, *piece.nearer)), phrases):
        raise LeftOver(place="名称 names", reading="screening")
    if has(piece.text, phrases):
        raise LeftOver(place=piece.place, reading="screening")


def _read_otherwise(filetype: FileType, content: bytes, phrases: Sequence[Phrase]) -> list[str]:
    spellings = [spelling for phrase in phrases for spelling in _spellings(phrase)]
    readers = []
    try:
        for reading in readings(filetype, content):
            readers.append(reading.reader)
            _must_say_nothing(reading, phrases, spellings)
    except (LeftOver, MemoryError):
        raise
    except Exception:
        raise CannotCheck(reading=readers[-1] if readers else "second") from None
    return list(dict.fromkeys(readers))


def _must_say_nothing(reading: Reading, phrases: Sequence[Phrase], spellings: Sequence[bytes]) -> None:
    if has(reading.text, phrases):
        raise LeftOver(place=reading.place, reading=reading.reader)
    body = reading.raw.lower()
    if any(spelling in body for spelling in spellings):
        raise LeftOver(place=reading.place, reading=reading.reader)


_ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "gb18030")


def _spellings(phrase: Phrase) -> Iterable[bytes]:
    """How the phrase may be stored; not where so few bytes would also come about by chance."""
    for encoding in _ENCODINGS:
        spelling = phrase.letters.encode(encoding)
        if len(spelling) >= (_LONG_NUMBER if phrase.letters.isdigit() else _LONG):
            yield from (spelling.lower(), spelling.hex().encode())


_LONG, _LONG_NUMBER = 6, 10


def _must_be_black(content: bytes, black: Sequence[Area]) -> None:
    """Pages with rectangles hold one picture, which is black there, and nothing else."""
    with pikepdf.Pdf.open(BytesIO(content)) as document:
        if not _are_all_in_order(document):
            raise LeftOver(place="页外之页 stray page", reading="qpdf")
        for number in sorted({area.page for area in black}):
            if not _is_one_picture(document.pages[number - 1]):
                raise LeftOver(place=pages.place(number), reading="qpdf")
    shown = pdfium.PdfDocument(content)
    try:
        _must_show_black(shown, black)
    finally:
        shown.close()


def _are_all_in_order(document: pikepdf.Pdf) -> bool:
    """A page that no reader shows may still be in the file, its words as numbers of glyphs."""
    dictionaries = [found for found in document.objects if isinstance(found, pikepdf.Dictionary)]
    return len([one for one in dictionaries if one.get("/Type") == pikepdf.Name.Page]) == len(document.pages)


def _is_one_picture(page: pikepdf.Page) -> bool:
    steps = [str(step.operator) for step in pikepdf.parse_content_stream(page)]
    kinds = [one.get("/Subtype") for one in page.obj.Resources.get("/XObject", pikepdf.Dictionary()).values()]
    alone = set(page.obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
    return alone and steps == ["q", "cm", "Do", "Q"] and kinds == [pikepdf.Name.Image]


def _must_show_black(shown: pdfium.PdfDocument, black: Sequence[Area]) -> None:
    for number in sorted({area.page for area in black}):
        image = pages.shown(shown[number - 1]).convert("L")
        for area in (area for area in black if area.page == number):
            if not _is_black(image, area):
                raise LeftOver(place=pages.place(number), reading="pypdfium2")


def _is_black(image: Image, area: Area) -> bool:
    """But for the edge, which the compression blurs."""
    left, top, right, bottom = pages.pixels(area, image.size)
    inner = (left + _EDGE, top + _EDGE, right - _EDGE, bottom - _EDGE)
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        return True
    _, brightest = image.crop(inner).getextrema()
    return isinstance(brightest, (int, float)) and brightest <= _DARK


_EDGE = 4  # Pixels.
_DARK = 48  # Of 255.


def _nothing_new(before: Sequence[Piece], after: Sequence[Piece]) -> dict[Severity, int]:
    """Black stretches must not make up a mark or a number that was not there."""
    known = {letters for _, letters in _findings(before)}
    found = _findings(after)
    for finding, letters in found:
        if finding.severity is not Severity.person and letters not in known:
            raise LeftOver(place=finding.where.place, reading="rules")
    return dict(Counter(finding.severity for finding, _ in found))


def _findings(pieces: Sequence[Piece]) -> list[tuple[Finding, str]]:
    """With what was found, bare of blanks."""
    return [
        (finding, "".join(piece.text[finding.where.start : finding.where.end].split()))
        for piece in pieces
        for finding in screen([piece]).findings
    ]
