"""The order that a screen reader needs: headings without jumps, header cells, tables in their own boxes."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

import lxml.html
from lxml.html import HtmlElement

from .clean import BLOCKS
from .rendition import PREFIX, Heading, NotRendered
from .tables import ordered_tables

MAX_DEPTH = 200
"""The tree builder drops what lies deeper than 256 without a word."""

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_VOID = frozenset(("br", "hr", "img"))
_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
_UNDESCRIBED = "图片（原文件没有说明）"


@dataclass(slots=True)
class Ordered:
    html: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


def structured(html: str) -> Ordered:
    """Clean HTML put in order; the heading that names the whole becomes its title."""
    _refuse_depth(html)
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for block in root.iter(*BLOCKS):
        block.tag = "div"
    for element in root.iter():
        if element.get("class") == "":
            del element.attrib["class"]
    notes = _pictures(root)
    _links(root)
    title = _title(root)
    headings = _headings(root)
    ordered_tables(root)
    for items in root.iter("ul"):
        if items.get("class") == "items":
            items.set("role", "list")  # Some readers no longer take a list without bullets for one.
    return Ordered(_inner(root), title, headings, notes)


def _refuse_depth(html: str) -> None:
    depth = 0
    for closing, tag in _TAG.findall(html):
        if tag not in _VOID:
            depth += -1 if closing else 1
            if depth > MAX_DEPTH:
                raise NotRendered("too-deep")


def _pictures(root: HtmlElement) -> Counter[str]:
    undescribed = 0
    for picture in list(root.iter("img")):
        described = " ".join((picture.get("alt") or "").split())
        if picture.get("src") is None:
            _replace_by_words(picture, f"［图片：{described}］" if described else "［图片］")
        elif "alt" not in picture.attrib:
            picture.set("alt", _UNDESCRIBED)
            undescribed += 1
    return +Counter(undescribed=undescribed)


def _replace_by_words(element: HtmlElement, words: str) -> None:
    element.tail = words + (element.tail or "")
    element.drop_tree()


def _links(root: HtmlElement) -> None:
    """What leads nowhere is no link; what is only a place in the page keeps its name."""
    places = {element.get("id") for element in root.iter() if element.get("id")}
    for link in list(root.iter("a")):
        target = link.get("href")
        if target and target.startswith("#") and target[1:] not in places:
            del link.attrib["href"]
        if not link.get("href"):
            link.attrib.pop("href", None)
            link.attrib.pop("rel", None)
            link.tag = "span"
        elif not _text(link) and link.find(".//img") is None:
            link.text = link.get("href")


def _title(root: HtmlElement) -> str:
    """The first heading, if none is above it; without words it is no heading at all."""
    found = [heading for heading in list(root.iter(*_LEVELS)) if _kept(heading)]
    first = found[0] if found else None
    if first is None or first.tag != "h1" or first.find(".//img") is not None:
        return ""
    title = _text(first)
    first.drop_tree()
    return title


def _kept(heading: HtmlElement) -> bool:
    """A heading in a heading or a cell, or without words, becomes plain text."""
    around = {ancestor.tag for ancestor in heading.iterancestors()}
    if _text(heading) and not around & {*_LEVELS, "td", "th", "caption", "summary", "dt", "li"}:
        return True
    heading.tag = "strong" if around & {*_LEVELS, "caption", "summary", "dt"} else "p"
    return False


def _headings(root: HtmlElement) -> tuple[Heading, ...]:
    """Each one level below the nearest before it that stood higher; the first of all on the second level."""
    open_, found, numbers = [0], [], count(1)
    taken = {element.get("id") for element in root.iter() if element.get("id")}
    for heading in list(root.iter(*_LEVELS)):
        given = int(heading.tag[1])
        while len(open_) > 1 and open_[-1] >= given:
            open_.pop()
        level = min(len(open_) + 1, 6)
        open_.append(given)
        heading.tag = f"h{level}"
        for bold in list(heading.iter("b", "strong")):
            bold.drop_tag()
        if not heading.get("id"):
            heading.set("id", next(name for n in numbers if (name := f"{PREFIX}h{n}") not in taken))
        found.append(Heading(level, _text(heading), heading.get("id")))
    return tuple(found)


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _inner(root: HtmlElement) -> str:
    whole: str = lxml.html.tostring(root, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")
