"""A page, written anew from what it shows: structure and words, and nothing that runs or hides."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.review.redaction.areas import Rewritten
from services.review.redaction.phrases import Phrase, blackened, has
from shared.files import DamagedFile, decoded

_EMPTY = frozenset(("br", "hr", "img", "col", "wbr"))
_KEPT = _EMPTY | frozenset((
    "html", "head", "title", "body", "p", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "table",
    "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th", "ul", "ol", "li", "dl", "dt", "dd",
    "a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "big", "font", "center", "blockquote",
    "q", "cite", "pre", "code", "ruby", "rt", "rp", "rb", "rtc", "section", "article", "main", "header",
    "footer", "nav", "aside", "address", "figure", "figcaption", "details", "summary", "time", "mark",
    "abbr", "dfn", "bdi", "bdo", "style",
))  # fmt: skip
_DROPPED = frozenset((
    "script", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "audio",
    "video", "canvas", "link", "meta", "base", "noframes", "noembed", "frameset", "frame", "input",
    "datalist", "param",
))  # fmt: skip
_ATTRIBUTES = frozenset((
    "colspan", "rowspan", "scope", "headers", "lang", "dir", "class", "id", "name", "align", "valign",
    "width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "color", "size", "face", "start",
    "type", "href", "src", "alt", "title", "style", "aria-label", "open", "datetime", "span", "nowrap",
))  # fmt: skip
_ADDRESS = re.compile(r"\s*(?:https?://|#|/|\.|mailto:|tel:|[\w%-]+(?:[./?]|$))", re.I)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0(?![.\d])",
    re.I,
)
# What in a style sheet can say or fetch something.
_SAYING = re.compile(
    r"url\s*\(|image-set|@import|(?<![-\w])content\s*:|expression|behaviou?r|\\|/\*|<|--", re.I
)


def rewritten(content: bytes, phrases: Sequence[Phrase]) -> Rewritten:
    tree = LexborHTMLParser(decoded(content))
    if tree.root is None:
        raise DamagedFile
    page = _Page(phrases)
    page.read(tree.root)
    return Rewritten(page.written(blackened(page.texts, phrases)).encode())


@dataclass(slots=True)
class _Page:
    """Markup and text in turn: `markup[i]` stands before `texts[i]`."""

    phrases: Sequence[Phrase]
    markup: list[str] = field(default_factory=lambda: ["<!DOCTYPE html>\n"])
    texts: list[str] = field(default_factory=list)

    def read(self, root: LexborNode) -> None:
        """Without recursion, because a hostile page may be a million levels deep."""
        node: LexborNode | None = root
        while node is not None:
            node = self._down(node) or self._onward(node, root)

    def written(self, texts: Sequence[str]) -> str:
        pairs = zip(self.markup, texts, strict=False)
        return (
            "".join(part for markup, text in pairs for part in (markup, html.escape(text, False)))
            + self.markup[-1]
        )

    def _down(self, node: LexborNode) -> LexborNode | None:
        """Into an element that is kept, and on to its first child if it has one."""
        if node.is_text_node:
            self.texts.append(node.text_content or "")
            self.markup.append("")
            return None
        if not node.is_element_node or _is_dropped(node):
            return None
        if node.tag == "style":
            self._style(node.text(deep=True))
            return None
        self._open(node)
        child: LexborNode | None = node.first_child
        if child is None:
            self._close(node)
        return child

    def _onward(self, node: LexborNode, root: LexborNode) -> LexborNode | None:
        while node.mem_id != root.mem_id:
            if node.next is not None:
                return node.next
            if node.parent is None:
                break
            node = node.parent
            self._close(node)
        return None

    def _open(self, node: LexborNode) -> None:
        if node.tag in _KEPT:
            self.markup[-1] += f"<{node.tag}{''.join(self._attributes(node))}>"
        if node.tag == "head":
            self.markup[-1] += '<meta charset="utf-8">'

    def _close(self, node: LexborNode) -> None:
        if node.tag in _KEPT and node.tag not in _EMPTY:
            self.markup[-1] += f"</{node.tag}>"

    def _attributes(self, node: LexborNode) -> Iterator[str]:
        for name, value in node.attributes.items():
            if name in _ATTRIBUTES and self._may_stay(name, value or ""):
                [black] = blackened([value or ""], self.phrases)
                yield f' {name}="{html.escape(black)}"'

    def _may_stay(self, name: str, value: str) -> bool:
        if name == "style":
            return not _SAYING.search(value)
        if name in ("href", "src"):
            return bool(_ADDRESS.match(value)) and not has(unquote(value), self.phrases)
        return True

    def _style(self, sheet: str) -> None:
        if not has(sheet, self.phrases) and not _SAYING.search(sheet):
            self.markup[-1] += f"<style>{sheet}</style>"


def _is_dropped(node: LexborNode) -> bool:
    attributes = node.attributes
    hidden = "hidden" in attributes or _HIDING.search(attributes.get("style") or "")
    return node.tag in _DROPPED or bool(hidden)
