"""The text of a file of any accepted type, with everything a reader does not see at first sight."""

from collections.abc import Callable, Iterator

from services.review.screening import from_docx, from_html, from_ofd, from_pdf, from_xlsx, from_zip
from services.review.screening.inside import Inside
from services.review.screening.pieces import Piece
from shared.files import FileType, decoded


def extract(filetype: FileType, content: bytes) -> list[Piece]:
    return list(_pieces(filetype, content, Inside(_pieces)))


def _pieces(filetype: FileType, content: bytes, inside: Inside) -> Iterator[Piece]:
    return _EXTRACTORS[filetype](content, inside)


def _from_txt(content: bytes, _: Inside) -> Iterator[Piece]:
    yield Piece(decoded(content), "正文 text")


_EXTRACTORS: dict[FileType, Callable[[bytes, Inside], Iterator[Piece]]] = {
    FileType.TXT: _from_txt,
    FileType.HTML: from_html.pieces,
    FileType.DOCX: from_docx.pieces,
    FileType.PDF: from_pdf.pieces,
    FileType.XLSX: from_xlsx.pieces,
    FileType.OFD: from_ofd.pieces,
    FileType.ZIP: from_zip.pieces,
}
