"""A page that was handed in: what it shows, without what it hides."""

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from shared.files import decoded

from .draft import Draft
from .rendition import NotRendered

MAX_TAGS = 200_000

_LEFT_OUT = (
    "form, iframe, object, embed, svg, math, audio, video, canvas, select, textarea, button, input, frame"
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def read(content: bytes) -> Draft:
    """Its body, title and language; what runs or fetches is taken out by `clean`, not here."""
    if content.count(b"<") > MAX_TAGS or content.count(b"=") > MAX_TAGS * 10:
        raise NotRendered("too-large")
    tree = LexborHTMLParser(decoded(content))
    body = tree.body
    if body is None:
        return Draft("")
    title = tree.css_first("head > title")
    notes = Counter(active=len(tree.css(_LEFT_OUT)), hidden=_without_hidden(body))
    return Draft(
        html=body.html or "",
        title=" ".join(title.text().split())[:300] if title else "",
        lang=_language(tree),
        notes=+notes,
    )


def _without_hidden(body: LexborNode) -> int:
    """Without its style it would be shown: it goes now."""
    hidden = [node for node in body.css("[hidden], [style]") if _is_hidden(node)]
    for node in reversed(hidden):
        node.decompose()
    return len(hidden)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_UNSEEN.search(attributes.get("style") or ""))


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def _language(tree: LexborHTMLParser) -> str:
    root = tree.css_first("html")
    said = (root.attributes.get("lang") or "") if root else ""
    return said if _LANGUAGE.fullmatch(said) else "zh-CN"
