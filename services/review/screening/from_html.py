"""The text of a page: what it shows, and apart from it what it hides."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.review.screening.inside import Inside
from services.review.screening.page_style import hidden_by, hidden_nodes
from services.review.screening.pieces import Piece, unreadable
from shared.files import FileType, decoded

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p",
    "pre", "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead",
    "title", "tr", "ul",
))  # fmt: skip
_DROPPED = frozenset(("script", "style"))
_ATTRIBUTES = ("content", "alt", "title", "placeholder", "value", "aria-label", "label", "summary")
_PICTURES = frozenset(("img", "image", "canvas", "object", "embed", "iframe", "video"))
_A_LINE = 20  # A page of pictures with less text than this is a scan.


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    text = decoded(content)
    page = _read(text)
    for place, parts in page.parts.items():
        yield Piece("".join(parts), place)
    if page.pictures and sum(len("".join(parts).strip()) for parts in page.parts.values()) < _A_LINE:
        yield unreadable("图片 pictures")
    for name, body in page.carried:
        yield from inside.file(name, body)
    if (other := _as_declared(content)) not in ("", text):
        for place, parts in _read(other).parts.items():
            yield Piece("".join(parts), f"{place}（按声明的编码 as declared）", unreadable=True)


def _read(text: str) -> "_Page":
    page = _Page()
    page.read(LexborHTMLParser(text))
    return page


_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.I)
_CHINESE = frozenset(("gb2312", "gbk", "gb18030"))


def _as_declared(content: bytes) -> str:
    """The page as a browser shows it that believes the declaration, nothing if that cannot be."""
    found = _CHARSET.search(content[:4096])
    if not found or content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    name = found[1].decode().lower()
    if name.startswith("utf-16"):
        return ""
    try:
        return content.decode("gb18030" if name in _CHINESE else name)
    except (LookupError, ValueError):
        return ""


@dataclass(slots=True)
class _Context:
    place: str
    block: int


@dataclass(slots=True)
class _Page:
    parts: dict[str, list[str]] = field(default_factory=lambda: {"正文 text": []})
    contexts: dict[int, _Context] = field(default_factory=dict)
    last_block: dict[str, int] = field(default_factory=dict)
    hidden: dict[int, str] = field(default_factory=dict)
    carried: list[tuple[str, bytes]] = field(default_factory=list)
    pictures: int = 0

    def read(self, tree: LexborHTMLParser) -> None:
        """In document order and without recursion, because a hostile page may be a million levels deep."""
        if tree.root is None:
            return
        self.hidden = hidden_nodes(tree)
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
        place = _place(tag, attributes, around, self.hidden.get(node.mem_id, ""))
        self.contexts[node.mem_id] = _Context(place, block)
        self.pictures += tag in _PICTURES
        if tag == "br":
            self._add(around.place, "\n")
        for said in _said(attributes):
            self._add("属性 attributes", f"{said}\n")
        self.carried += _carried(attributes)
        if framed := attributes.get("srcdoc"):
            self._add("内嵌页 srcdoc", "\n".join("".join(parts) for parts in _read(framed).parts.values()))
        for fragment in node.template_fragments() if tag == "template" else ():
            self._add("隐藏内容 hidden", f"\n{fragment.text()}\n")

    def _add(self, place: str, text: str) -> None:
        self.parts.setdefault(place, []).append(text)


def _place(tag: str, attributes: dict[str, str | None], around: _Context, by_style: str) -> str:
    if tag in _DROPPED or around.place in _DROPPED:
        return "script"
    if tag == "title":
        return "标题 title"
    return by_style or hidden_by(attributes) or around.place


_LINKS = ("src", "href", "data", "xlink:href", "poster")
_DATA = re.compile(r"\s*data:([^;,]*)(?:;[^;,]*)*?;base64,", re.I)
_ENDINGS = {kind.media_type: kind.extension for kind in FileType}


def _carried(attributes: dict[str, str | None]) -> Iterator[tuple[str, bytes]]:
    """Files written into the page itself; a picture is only looked at."""
    for link in (attributes.get(name) or "" for name in _LINKS):
        found = _DATA.match(link)
        if found and not found[1].lower().startswith(("image/", "font/", "audio/", "video/")):
            yield f"内嵌文件 data{_ENDINGS.get(found[1].lower(), '')}", _decoded(link[found.end() :])


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(written)
    except (binascii.Error, ValueError):
        return b"\0"  # Of no accepted type.


def _said(attributes: dict[str, str | None]) -> Iterator[str]:
    yield from (value for name in _ATTRIBUTES if (value := attributes.get(name)))
    yield from (value for name, value in attributes.items() if value and name.startswith("data-"))
    if (link := attributes.get("href") or "").lower().startswith(("tel:", "sms:", "mailto:")):
        yield link
