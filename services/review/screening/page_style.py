"""How the style of a page keeps parts of it from the reader's eye."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

HIDDEN = "隐藏内容 hidden"
WHITE = "白色文字 white text"

_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|(?<![\w-])color\s*:\s*transparent|text-indent\s*:\s*-\d{3}"
    r"|(?<![\w-])(?:left|top|right|margin-left)\s*:\s*-\d{3}|clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)"
    r"|(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:#f{3}\b|#f{6}\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)", re.I
)
_PAINTED = re.compile(r"background", re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}@;]{1,500})\{([^{}]*)\}")
_MOST = 200


def hidden_by(attributes: dict[str, str | None]) -> str:
    """Where the content of an element belongs that its own attributes hide, nothing if they do not."""
    if "hidden" in attributes:
        return HIDDEN
    if (attributes.get("color") or "").lower() in ("white", "#fff", "#ffffff"):
        return WHITE
    return _kind(attributes.get("style") or "")


def hidden_nodes(tree: LexborHTMLParser) -> dict[int, str]:
    """The elements that a style sheet in the page hides, by their identity."""
    found: dict[int, str] = {}
    for number, (selector, kind) in enumerate(_hiding_rules(tree)):
        if number >= _MOST:
            break
        found |= {node.mem_id: kind for node in _selected(tree, selector)}
    return found


def _hiding_rules(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for style in tree.css("style"):
        for selector, declarations in _RULE.findall(_COMMENT.sub("", style.text())):
            if kind := _kind(declarations):
                yield selector.strip(), kind


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return list(tree.css(selector))
    except SelectolaxError:  # A selector of a newer kind, or none at all.
        return []


def _kind(declarations: str) -> str:
    if _INVISIBLE.search(declarations):
        return HIDDEN
    return WHITE if _WHITE.search(declarations) and not _PAINTED.search(declarations) else ""
