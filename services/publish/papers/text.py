"""The text of an edition for those who read it on paper: from TXT, HTML or DOCX, as paragraphs."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import docx
import selectolax.lexbor

PARAGRAPHS = "p, li, h1, h2, h3, h4, h5, h6, tr, pre, blockquote, dt, dd"
CUT = 60_000
"""Characters that are looked at; a notice board holds far fewer."""


def paragraphs(content: bytes, media_type: str) -> list[str]:
    """The paragraphs in their order; none of a file that this cannot read."""
    read = READERS.get(media_type.partition(";")[0].strip().lower())
    if read is None:
        return []
    try:
        found = (re.sub(r"[^\S\u3000]+", " ", one).strip() for one in read(content))
        return [one for one in found if one]
    except (ValueError, KeyError, zipfile.BadZipFile):
        return []


def _plain(content: bytes) -> list[str]:
    return _decoded(content)[:CUT].splitlines()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _html(content: bytes) -> list[str]:
    tree = selectolax.lexbor.LexborHTMLParser(_decoded(content))
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    found = [node for node in tree.css(PARAGRAPHS) if not node.css(PARAGRAPHS)[1:]]
    texts = [node.text(strip=node.tag == "tr", separator="　" if node.tag == "tr" else "") for node in found]
    return texts or (tree.text(separator="\n")[:CUT].splitlines() if tree.body else [])


def _docx(content: bytes) -> list[str]:
    file = docx.Document(io.BytesIO(content))
    found: list[str] = []
    for part in file.iter_inner_content():
        if hasattr(part, "rows"):
            found += ["　".join(cell.text.strip() for cell in row.cells) for row in part.rows]
        else:
            found.append(part.text)
    return found


READERS: Mapping[str, Callable[[bytes], list[str]]] = {
    "text/plain": _plain,
    "text/html": _html,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _docx,
}
