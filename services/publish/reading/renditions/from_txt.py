"""A plain text: its parts by the conventions of official documents, and its tables by their tabs."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from shared.files import decoded

from .conventions import Line, Role, paragraphs, told
from .draft import Draft
from .rendition import NotRendered

MAX_LINES = 100_000

_HEADINGS = frozenset((Role.TITLE, Role.FIRST, Role.SECOND, Role.THIRD))
_ITEMS = frozenset((Role.ITEM, Role.DEEP))


def read(content: bytes) -> Draft:
    text = decoded(content).replace("\0", "")
    if text.count("\n") > MAX_LINES:
        raise NotRendered("too-large")
    lines = paragraphs(text)
    blocks = [list(group) for _, group in groupby(lines, key=_cells_of)]
    texts = [line for block in blocks if not _is_table(block) for line in block]
    roles = iter(told(texts))
    written = [
        _table(block) if _is_table(block) else _prose([(line, next(roles)) for line in block])
        for block in blocks
    ]
    return Draft("".join(written))


def _cells_of(line: Line) -> int:
    """How many cells the tabs of a line divide it into; 0 for a line without."""
    return line.text.count("\t") + 1 if "\t" in line.text else 0


def _is_table(block: Sequence[Line]) -> bool:
    return len(block) > 1 and _cells_of(block[0]) > 1


def _table(block: Sequence[Line]) -> str:
    rows = ("".join(f"<td>{escape(cell.strip())}</td>" for cell in line.text.split("\t")) for line in block)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _prose(lines: Sequence[tuple[Line, Role]]) -> str:
    """Lines of a title are one heading, items after one another one list."""
    return "".join(_group(kind, list(group)) for kind, group in groupby(lines, key=lambda one: _kind(one[1])))


def _kind(role: Role) -> str:
    return "items" if role in _ITEMS else "title" if role is Role.TITLE else ""


def _group(kind: str, lines: Sequence[tuple[Line, Role]]) -> str:
    if kind == "title":
        return f"<h1>{escape(''.join(line.text for line, _ in lines))}</h1>"
    if kind == "items":
        return f'<ul class="items">{"".join(_item(line, role) for line, role in lines)}</ul>'
    return "".join(_paragraph(line, role) for line, role in lines)


def _item(line: Line, role: Role) -> str:
    deep = ' class="deep"' if role is Role.DEEP else ""
    return f"<li{deep}>{escape(line.text)}</li>"


def _paragraph(line: Line, role: Role) -> str:
    if role in _HEADINGS:
        return f"<{role}>{escape(line.text)}</{role}>"
    named = "" if role is Role.TEXT else f' class="{role}"'
    return f"<p{named}>{escape(line.text)}</p>"
