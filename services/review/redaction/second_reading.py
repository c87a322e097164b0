"""The result read once more, by other means than those of screening."""

import html
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote

import pikepdf
import pypdf
from pikepdf import Array, Dictionary, Object, Stream, String

from services.review.redaction.package import is_measure
from shared.files import FileType


class Reading(NamedTuple):
    """`raw` is a part as it is stored, in which only longer words can be told from chance."""

    reader: str
    place: str
    text: str = ""
    raw: bytes = b""


def readings(filetype: FileType, content: bytes) -> Iterator[Reading]:
    if filetype is FileType.PDF:
        yield from _pypdf(content)
        yield from _objects(content)
    elif zipfile.is_zipfile(BytesIO(content)):
        yield from _parts(content)
    else:
        yield Reading("bytes", "全文 whole file", raw=content)
        yield from _markup("全文 whole file", content.decode())


def _pypdf(content: bytes) -> Iterator[Reading]:
    document = pypdf.PdfReader(BytesIO(content))
    for number, page in enumerate(document.pages, 1):
        yield Reading("pypdf", f"第{number}页 page {number}", page.extract_text())
    yield Reading("pypdf", "属性 properties", "\n".join(map(str, (document.metadata or {}).values())))
    yield Reading("pypdf", "书签 bookmarks", str(document.outline))
    yield Reading("pypdf", "附件 attachments", "\n".join(document.attachments))


_CHOSEN_BY_FORMAT = frozenset(("/Registry", "/Ordering"))


def _objects(content: bytes) -> Iterator[Reading]:
    """Every string and every stream, referred to or not."""
    with pikepdf.Pdf.open(BytesIO(content)) as document:
        for number, found in enumerate(document.objects, 1):
            place = f"对象 object {number}"
            yield Reading("qpdf", place, "\n".join(_strings(found)))
            if isinstance(found, Stream):
                yield Reading("qpdf", place, raw=_body(found))


def _body(stream: Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # A picture, in a compression of its own.
        return stream.read_raw_bytes()


def _strings(found: Object) -> Iterator[str]:
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, String):
            yield str(one)
        elif isinstance(one, (Dictionary, Stream)):
            todo += [
                value for key, value in one.items() if key not in _CHOSEN_BY_FORMAT and _is_within(value)
            ]
        elif isinstance(one, Array):
            todo += [value for value in one if _is_within(value)]


def _is_within(value: object) -> bool:
    return isinstance(value, (String, Array, Dictionary)) and not value.is_indirect


def _parts(content: bytes) -> Iterator[Reading]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        yield Reading("zipfile", "目录 directory", "|".join(archive.namelist()))
        for name in archive.namelist():
            body = archive.read(name)
            yield Reading("bytes", name, raw=body)
            if name.endswith((".xml", ".rels")):
                yield from _markup(name, body.decode())


_TAG = re.compile(r"<[^<>]*>")
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_REMARK = re.compile(r"<!--(.*?)(?:-->|$)|<\?(?!xml )(.*?)\?>", re.S)


def _markup(place: str, body: str) -> Iterator[Reading]:
    """With other means than a parser's, which may agree with the writer on what it overlooks."""
    yield Reading("markup", place, html.unescape(_TAG.sub("", body)))
    values = (html.unescape(one or other) for one, other in _VALUE.findall(body))
    yield Reading("markup", place, "|".join(unquote(value) for value in values if not is_measure(value)))
    yield Reading("markup", place, "|".join("".join(remark) for remark in _REMARK.findall(body)))
