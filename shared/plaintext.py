"""The words of a file of any accepted type, for those who only want to find it again.

Review reads files for what they hide (`services/review/screening/extract.py`); this reads what they show, in
a few lines each. Whoever calls it does so in a process of its own: the files are strangers'.
"""

import codecs
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape

import pypdfium2
from selectolax.lexbor import LexborHTMLParser

from shared import archives
from shared.files import FileType, decoded

MOST = 2_000_000
"""Characters of one file; what comes after them is not found."""


def plaintext(filetype: FileType, content: bytes) -> str:
    """The file's text; raises UnacceptableFile, or whatever a parser makes of a broken file."""
    parts: list[str] = []
    size = 0
    for part in _READERS[filetype](content):
        parts.append(part)
        size += len(part)
        if size > MOST:
            break
    return "\n".join(parts)[:MOST]


def _txt(content: bytes) -> Iterator[str]:
    yield decoded(content)


def _html(content: bytes) -> Iterator[str]:
    tree = LexborHTMLParser(decoded(content))
    tree.strip_tags(["script", "style", "template", "noscript"])
    if tree.body is not None:
        yield re.sub(r"[^\S\n]*\n\s*", "\n", tree.body.text(separator=" "))


def _pdf(content: bytes) -> Iterator[str]:
    with closing(pypdfium2.PdfDocument(content)) as document:
        for page in document:
            with closing(page.get_textpage()) as text:
                yield text.get_text_range()


def _docx(content: bytes) -> Iterator[str]:
    return _package(content, re.compile(r"word/(?:document|footnotes|endnotes|header\d*|footer\d*)\.xml"), _T)


def _xlsx(content: bytes) -> Iterator[str]:
    return _package(content, re.compile(r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml"), _T)


def _ofd(content: bytes) -> Iterator[str]:
    return _package(content, re.compile(r".*/Pages/[^/]+/Content\.xml"), _TEXT_CODE)


def _zip(content: bytes) -> Iterator[str]:
    """The names alone: an archive is for downloading."""
    with archives.opened(content) as archive:
        yield "\n".join(map(archives.name_of, archive.infolist()))


# Text between tags, paragraph by paragraph; by patterns that need no parser, since only words are wanted.
_T = re.compile(r"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]*)<|<(/)(?:\w+:)?(?:p|si|row)>|<(?:\w+:)?(?:tab|br|cr)\b")
_TEXT_CODE = re.compile(r"<(?:\w+:)?TextCode(?:\s[^<>]*)?>([^<]*)<|<(/)(?:\w+:)?TextObject>")


def _package(content: bytes, wanted: re.Pattern[str], words: re.Pattern[str]) -> Iterator[str]:
    budget = archives.Budget()
    with archives.opened(content) as archive:
        for info in sorted(archive.infolist(), key=_in_order):
            if wanted.fullmatch(archives.name_of(info)):
                yield "".join(map(_word, words.finditer(_xml(budget.inflate(archive, info)))))


def _in_order(info: zipfile.ZipInfo) -> list[int | str]:
    """Page 10 after page 9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", info.filename)]


def _word(found: re.Match[str]) -> str:
    if found[1] is not None:
        return unescape(found[1])
    return "\n" if found[2] else " "


def _xml(content: bytes) -> str:
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if utf16 else "utf-8-sig", "replace")


_READERS: dict[FileType, Callable[[bytes], Iterator[str]]] = {
    FileType.TXT: _txt,
    FileType.HTML: _html,
    FileType.DOCX: _docx,
    FileType.PDF: _pdf,
    FileType.XLSX: _xlsx,
    FileType.OFD: _ofd,
    FileType.ZIP: _zip,
}
