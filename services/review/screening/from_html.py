"""The text of a page: what it shows, and apart from it what it hides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.review.screening.pieces import Piece
from shared.files import decoded

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p",
    "pre", "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead",
    "title", "tr", "ul",
))  # fmt: skip
_DROPPED = frozenset(("script", "style"))
_ATTRIBUTES = ("content", "alt", "title", "placeholder", "value", "aria-label", "label", "summary", "srcdoc")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])", re.I)


def pieces(content: bytes) -> Iterator[Piece]:
    page = _Page()
    page.read(LexborHTMLParser(decoded(content)))
    for place, parts in page.parts.items():
        yield Piece("".join(parts), place)


@dataclass(slots=True)
class _Context:
    place: str
    block: int


@dataclass(slots=True)
class _Page:
    parts: dict[str, list[str]] = field(default_factory=lambda: {"正文 text": []})
    contexts: dict[int, _Context] = field(default_factory=dict)
    last_block: dict[str, int] = field(default_factory=dict)

    def read(self, tree: LexborHTMLParser) -> None:
        """In document order and without recursion, because a hostile page may be a million levels deep."""
        if tree.root is None:
            return
        for node in tree.root.traverse(include_text=True):
            around = self._around(node)
            if node.is_text_node:
                self._text(node, around)
            elif node.is_comment_node:
                self._add("注释 comment", f"{node.comment_content}\n")
            elif node.is_element_node:
                self._element(node, around)

    def _around(self, node: LexborNode) -> _Context:
        parent = node.parent
        return self.contexts.get(parent.mem_id if parent else 0, _Context("正文 text", 0))

    def _text(self, node: LexborNode, around: _Context) -> None:
        if around.place not in _DROPPED:
            if self.last_block.get(around.place, around.block) != around.block:
                self._add(around.place, "\n")
            self.last_block[around.place] = around.block
            self._add(around.place, node.text_content or "")

    def _element(self, node: LexborNode, around: _Context) -> None:
        tag, attributes = node.tag or "", node.attributes
        block = node.mem_id if tag in _BLOCKS else around.block
        self.contexts[node.mem_id] = _Context(_place(tag, attributes, around), block)
        if tag == "br":
            self._add(around.place, "\n")
        for said in _said(attributes):
            self._add("属性 attributes", f"{said}\n")
        for fragment in node.template_fragments() if tag == "template" else ():
            self._add("隐藏内容 hidden", f"\n{fragment.text()}\n")

    def _add(self, place: str, text: str) -> None:
        self.parts.setdefault(place, []).append(text)


def _place(tag: str, attributes: dict[str, str | None], around: _Context) -> str:
    if tag in _DROPPED or around.place in _DROPPED:
        return "script"
    if tag == "title":
        return "标题 title"
    hidden = "hidden" in attributes or _INVISIBLE.search(attributes.get("style") or "")
    return "隐藏内容 hidden" if hidden else around.place


def _said(attributes: dict[str, str | None]) -> Iterator[str]:
    yield from (value for name in _ATTRIBUTES if (value := attributes.get(name)))
    yield from (value for name, value in attributes.items() if value and name.startswith("data-"))
    if (link := attributes.get("href") or "").lower().startswith(("tel:", "sms:", "mailto:")):
        yield link
