"""The text of a file of any accepted type, with everything a reader does not see at first sight."""

from collections.abc import Callable, Iterator

from services.review.screening import from_docx, from_html, from_pdf
from services.review.screening.pieces import Piece
from shared.files import FileType, decoded


def extract(filetype: FileType, content: bytes) -> list[Piece]:
    return list(_EXTRACTORS[filetype](content))


def _from_txt(content: bytes) -> Iterator[Piece]:
    yield Piece(decoded(content), "正文 text")


_EXTRACTORS: dict[FileType, Callable[[bytes], Iterator[Piece]]] = {
    FileType.TXT: _from_txt,
    FileType.HTML: from_html.pieces,
    FileType.DOCX: from_docx.pieces,
    FileType.PDF: from_pdf.pieces,
}
