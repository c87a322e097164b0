"""What an uploaded file is, told from its bytes; its name only has to agree."""

import html
import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from shared import archives
from shared.unacceptable import (
    BadFileName,
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExtensionDisagrees,
    FileTooLarge,
    MacrosInside,
    UnacceptableFile,
    UnknownFileType,
    ZipBomb,
)

__all__ = [
    "MAX_NAME", "MAX_SIZE", "BadFileName", "DamagedFile", "EmptyFile", "EncryptedFile", "ExtensionDisagrees",
    "FileTooLarge", "FileType", "MacrosInside", "UnacceptableFile", "UnknownFileType", "ZipBomb", "decoded",
    "recognise",
]  # fmt: skip

MAX_SIZE = 100 * 1024 * 1024
MAX_NAME = 255


class FileType(StrEnum):
    TXT = "txt"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"

    @property
    def extension(self) -> str:
        return f".{self.value}"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileType.TXT: "text/plain",
    FileType.HTML: "text/html",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.PDF: "application/pdf",
}
_EXTENSIONS = {"txt": FileType.TXT, "html": FileType.HTML, "htm": FileType.HTML, "docx": FileType.DOCX,
               "pdf": FileType.PDF}  # fmt: skip


def recognise(name: str, content: bytes) -> FileType:
    """The type of an acceptable file; an UnacceptableFile says what is wrong with any other."""
    check_name(name)
    check_size(len(content))
    found = next((kind for probe in _PROBES if (kind := probe(content))), None)
    if found is None:
        raise UnknownFileType
    extension = name.rpartition(".")[2].lower()
    if _EXTENSIONS.get(extension) is not found:
        raise ExtensionDisagrees(extension=extension, found=found.value)
    return found


def check_name(name: str) -> None:
    if name.strip(". ") == "" or _UNSAFE.search(name) or any(map(_is_invisible, name)):
        raise BadFileName
    if len(name.encode()) > MAX_NAME:
        raise BadFileName(limit=MAX_NAME)


def check_size(size: int) -> None:
    """Apart, so that a door can refuse before it has read everything."""
    if size == 0:
        raise EmptyFile
    if size > MAX_SIZE:
        raise FileTooLarge(size=size, limit=MAX_SIZE)


def decoded(content: bytes) -> str:
    """The text of a TXT or HTML file in one of the encodings accepted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded_as("utf-16", content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse_broken_utf8(content)
        return _decoded_as("gb18030", content)


_UNSAFE = re.compile(r"[/\\]")
# Controls, zero-width and direction-changing characters, half surrogates, line and paragraph separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE


_PDF_ENCRYPTION = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")


def _pdf(content: bytes) -> FileType | None:
    if not content.startswith(b"%PDF-"):
        return None
    if b"%%EOF" not in content[-2048:]:
        raise DamagedFile
    if _PDF_ENCRYPTION.search(content):
        raise EncryptedFile
    return FileType.PDF


_PACKAGE_TYPES = {"wordprocessingml.document.main+xml": FileType.DOCX}
_CONTENT_TYPES = "[Content_Types].xml"


def _package(content: bytes) -> FileType | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    with archives.opened(content) as archive:
        names = archive.namelist()
        types = _content_types(archives.entry(archive, _CONTENT_TYPES)) if _CONTENT_TYPES in names else ""
    if (
        "macroenabled" in types
        or "vbaproject" in types
        or any("vbaproject" in name.lower() for name in names)
    ):
        raise MacrosInside
    return next((kind for mark, kind in _PACKAGE_TYPES.items() if mark in types), None)


def _content_types(xml: bytes) -> str:
    if b"\0" in xml:  # UTF-16: no office programme writes it here, and it would hide the words looked for.
        raise DamagedFile
    return html.unescape(xml.decode("utf-8", "replace")).lower()


_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def _compound(content: bytes) -> FileType | None:
    """The old binary format, which also wraps an encrypted package."""
    if (
        content.startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
        and "EncryptedPackage".encode("utf-16-le") in content
    ):
        raise EncryptedFile
    return None


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    r"(?>\s*+(?:<!--.*?-->|<\?.*?>))*+\s*+<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|table|div"
    r"|p|h[1-6]|article|section|main|header|nav|form|span|font|center|b|strong|a|img|br|hr|ul|ol|pre)\b",
    re.I | re.S,
)


def _text(content: bytes) -> FileType | None:
    try:
        text = decoded(content)
    except UnknownFileType:
        return None
    if _CONTROL.search(text):
        return None
    if not text.strip():
        raise EmptyFile
    return FileType.HTML if _MARKUP.match(text) else FileType.TXT


_PROBES: tuple[Callable[[bytes], FileType | None], ...] = (_pdf, _package, _compound, _text)


def _decoded_as(encoding: str, content: bytes) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnknownFileType from None


def _refuse_broken_utf8(content: bytes) -> None:
    """A few bad bytes would turn UTF-8 into nonsense that reads as gb18030 and hides everything."""
    repaired = content.decode("utf-8", "replace")
    foreign = len(repaired) - len(repaired.encode("ascii", "ignore"))
    if repaired.count("\ufffd") * 10 < foreign:
        raise DamagedFile
