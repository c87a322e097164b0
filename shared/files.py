"""What an uploaded file is, told from its bytes; its name only has to agree."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum

from shared import archives
from shared.unacceptable import (
    BadFileName,
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExtensionDisagrees,
    FileTooLarge,
    KnownMalware,
    MacrosInside,
    TwoFilesInOne,
    UnacceptableFile,
    UnknownFileType,
    ZipBomb,
)

__all__ = [
    "MAX_NAME", "MAX_SIZE", "BadFileName", "DamagedFile", "EmptyFile", "EncryptedFile", "ExtensionDisagrees",
    "FileTooLarge", "FileType", "KnownMalware", "MacrosInside", "TwoFilesInOne", "UnacceptableFile",
    "UnknownFileType", "ZipBomb", "agrees", "decoded", "kind_of", "recognise",
]  # fmt: skip

MAX_SIZE = 100 * 1024 * 1024
MAX_NAME = 255


class FileType(StrEnum):
    TXT = "txt"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    OFD = "ofd"
    ZIP = "zip"

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
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileType.OFD: "application/ofd",
    FileType.ZIP: "application/zip",
}
_EXTENSIONS = {kind.value: kind for kind in FileType} | {"htm": FileType.HTML}


def recognise(name: str, content: bytes) -> FileType:
    """The type of an acceptable file; an UnacceptableFile says what is wrong with any other."""
    check_name(name)
    check_size(len(content))
    found = kind_of(content)
    if found is None:
        raise UnknownFileType
    if not agrees(name, found):
        raise ExtensionDisagrees(extension=_extension(name), found=found.value)
    return found


def kind_of(content: bytes) -> FileType | None:
    """The type that the bytes alone tell, None if it is not an accepted one."""
    if any(signature in content for signature in _MALWARE):
        raise KnownMalware
    return next((kind for probe in _PROBES if (kind := probe(content))), None)


def agrees(name: str, kind: FileType) -> bool:
    return _EXTENSIONS.get(_extension(name)) is kind


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


# The test file of the scanners' makers, in two halves lest a scanner takes this source for it.
_MALWARE = (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" b"EICAR-STANDARD-ANTIVIRUS",)


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
    if _is_archive_too(content):
        raise TwoFilesInOne
    return FileType.PDF


_END_OF_ARCHIVE = b"PK\x05\x06"


def _is_archive_too(content: bytes) -> bool:
    """An archive is found from its end: behind the last table of the PDF, or by a remark that fills the file.

    One that a PDF merely carries inside ends before both.
    """
    end = content.rfind(_END_OF_ARCHIVE)
    if end < 0 or len(content) < end + 22:
        return False
    remark = int.from_bytes(content[end + 20 : end + 22], "little")
    return end > content.rfind(b"startxref") or end + 22 + remark == len(content)


_PACKAGE_TYPES = {
    "wordprocessingml.document.main+xml": FileType.DOCX,
    "spreadsheetml.sheet.main+xml": FileType.XLSX,
}
# Excel's macros of before 1997 are sheets; they need no project of Visual Basic.
_MACROS = ("macroenabled", "vbaproject", "macrosheet")


def _package(content: bytes) -> FileType | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    with archives.opened(content) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        contents = names.get("[content_types].xml")
        types = None if contents is None else _content_types(archives.entry(archive, contents))
    if types is None:
        return _national_or_plain(names)
    if any(word in place for word in _MACROS for place in (types, *names)):
        raise MacrosInside
    if "ofd.xml" in names:
        raise TwoFilesInOne
    return next((kind for mark, kind in _PACKAGE_TYPES.items() if mark in types), None)


def _national_or_plain(names: Iterable[str]) -> FileType:
    if "encryptions.xml" in names:
        raise EncryptedFile
    if "ofd.xml" in names:
        return FileType.OFD
    if all(name.endswith("/") for name in names):
        raise EmptyFile
    return FileType.ZIP


def _content_types(xml: bytes) -> str:
    if b"\0" in xml:  # UTF-16: no office programme writes it here, and it would hide the words looked for.
        raise DamagedFile
    return html.unescape(xml.decode("utf-8", "replace")).lower()


_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def _compound(content: bytes) -> FileType | None:
    """The old binary format, which also wraps an encrypted package."""
    if content.startswith(_COMPOUND) and "EncryptedPackage".encode("utf-16-le") in content:
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
