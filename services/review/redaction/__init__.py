"""Redaction: a copy of a file without what may not be disclosed, and only that (条例 art. 37 区分处理).

`redact` is the whole story: find what is asked for, write a new file, check it, or refuse.
`apart.redact_apart` does it in a process of its own. Who calls keeps the original sealed, with its hash.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256

from services.review.redaction import in_docx, in_html, in_ofd, in_pdf, in_text, in_xlsx
from services.review.redaction.areas import Area, Checked, Redacted, Rewritten, Span
from services.review.redaction.checked import check
from services.review.redaction.phrases import Phrase, asked, stretches
from services.review.redaction.refused import (
    CannotRedact,
    LeftOver,
    NoAreasInThisType,
    NothingAsked,
    RedactOneByOne,
)
from services.review.screening import Piece
from services.review.screening.extract import extract
from shared.contracts import RefusalGround
from shared.files import FileType

__all__ = ["Area", "CannotRedact", "Checked", "LeftOver", "Redacted", "Span", "redact"]


def redact(filetype: FileType, content: bytes, areas: Sequence[Area], spans: Sequence[Span]) -> Redacted:
    """Raises CannotRedact, or UnacceptableFile if the file cannot be read. Same request, same bytes."""
    _must_be_possible(filetype, areas, spans)
    before = extract(filetype, content)
    phrases = asked(spans, before)
    made = _rewritten(filetype, content, areas, phrases)
    checked = check(filetype, made, phrases, before)
    return Redacted(
        filetype=filetype,
        content=made.content,
        original_sha256=sha256(content).hexdigest(),
        sha256=sha256(made.content).hexdigest(),
        pages_rasterised=made.pages,
        removed=_removed(areas, phrases, before),
        checked=checked,
        elsewhere=tuple(dict.fromkeys((*made.elsewhere, *checked.unreadable))),
    )


def _must_be_possible(filetype: FileType, areas: Sequence[Area], spans: Sequence[Span]) -> None:
    if not areas and not spans:
        raise NothingAsked
    if filetype is FileType.ZIP:
        raise RedactOneByOne
    if areas and filetype is not FileType.PDF:
        raise NoAreasInThisType(filetype=filetype.value)


def _rewritten(
    filetype: FileType, content: bytes, areas: Sequence[Area], phrases: Sequence[Phrase]
) -> Rewritten:
    if filetype is FileType.PDF:
        return in_pdf.rewritten(content, areas, phrases)
    return _WRITERS[filetype](content, phrases)


_WRITERS: dict[FileType, Callable[[bytes, Sequence[Phrase]], Rewritten]] = {
    FileType.TXT: in_text.rewritten,
    FileType.HTML: in_html.rewritten,
    FileType.DOCX: in_docx.rewritten,
    FileType.XLSX: in_xlsx.rewritten,
    FileType.OFD: in_ofd.rewritten,
}


def _removed(
    areas: Sequence[Area], phrases: Sequence[Phrase], before: Sequence[Piece]
) -> dict[RefusalGround, int]:
    found = (stretch.ground for piece in before for stretch in stretches(piece.text, phrases))
    return dict(Counter([*(area.ground for area in areas), *found]))
