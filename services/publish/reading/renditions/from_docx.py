"""A Word document: prepared so that nothing is lost or shown too much, then converted by mammoth."""

import re
from collections import Counter
from io import BytesIO
from typing import Any

import mammoth
from mammoth import documents

from .conventions import Line, Role, told
from .draft import Draft
from .word import prepared

_STYLE_MAP = "\n".join((
    "comment-reference => ",
    "u => ",
    "p[style-name='gk-h1'] => h1",
    "p[style-name='gk-h2'] => h2:fresh",
    "p[style-name='gk-h3'] => h3:fresh",
    "p[style-name='gk-h4'] => h4:fresh",
    "p[style-name='gk-item'] => ul.items > li:fresh",
    "p[style-name='gk-deep'] => ul.items > li.deep:fresh",
    *(
        f"p[style-name='gk-{role}'] => p.{role}:fresh"
        for role in ("number", "addressee", "attachment", "signature", "date", "centred")
    ),
    "p[style-name='gk-p'] => p:fresh",
))  # fmt: skip

_BOX = re.compile(r'<input type="checkbox"( checked="checked")? />')


def read(content: bytes) -> Draft:
    package, notes = prepared(content)
    found = mammoth.convert_to_html(
        BytesIO(package),
        style_map=_STYLE_MAP,
        include_embedded_style_map=False,
        transform_document=_with_roles,
        external_file_access=False,
    )
    html = _BOX.sub(lambda box: "☑" if box[1] else "☐", found.value)
    return Draft(html.replace("\t", "　"), notes=Counter(notes))


def _with_roles(document: Any) -> Any:
    """Paragraphs of the body under the name of what they are; mammoth maps names to elements."""
    places = [number for number, child in enumerate(document.children) if _is_told(child)]
    lines = [_line(document.children[number]) for number in places]
    children = list(document.children)
    for number, role in zip(places, told(lines), strict=True):
        children[number] = children[number].copy(style_id=None, style_name=f"gk-{role}", numbering=None)
    return document.copy(children=children)


def _is_told(child: Any) -> bool:
    """Paragraphs with words that are not points of a list with dots."""
    return isinstance(child, documents.Paragraph) and bool(_text(child).strip()) and child.numbering is None


_GIVEN = {"title": Role.TITLE, "heading 1": Role.FIRST, "heading 2": Role.SECOND, "heading 3": Role.THIRD}


def _line(paragraph: Any) -> Line:
    runs = [run for run in _runs(paragraph) if _text(run).strip()]
    text = _text(paragraph)
    return Line(
        text=text.strip(),
        set_apart=paragraph.alignment in ("center", "right", "end") or text.startswith("　　　　"),
        bold=bool(runs) and all(run.is_bold for run in runs),
        given=_GIVEN.get((paragraph.style_name or "").lower()),
    )


def _runs(element: Any) -> list[Any]:
    found = []
    for child in getattr(element, "children", ()):
        found += [child] if isinstance(child, documents.Run) else _runs(child)
    return found


def _text(element: Any) -> str:
    if isinstance(element, documents.Text):
        return str(element.value)
    return "".join(map(_text, getattr(element, "children", ())))
