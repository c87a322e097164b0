"""What HTML may hold to be shown as ours: everything that is not listed here is gone."""

import re
from collections import Counter

import nh3

from .pictures import showable
from .rendition import PREFIX

BLOCKS = frozenset((
    "address", "article", "aside", "center", "fieldset", "footer", "form", "header", "hgroup", "legend",
    "main", "nav", "section",
))  # fmt: skip
"""Let through once, to become plain divisions: unwrapped, the words before and after would run together."""

KEPT = frozenset((
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "mark", "ol",
    "p", "pre", "q", "rp", "rt", "ruby", "s", "small", "span", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
))  # fmt: skip

DROPPED = frozenset((
    "applet", "audio", "button", "canvas", "datalist", "embed", "iframe", "map", "math", "noembed",
    "noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title",
    "video", "xmp",
))  # fmt: skip
"""Gone with all they hold."""

ATTRIBUTES = {
    "*": frozenset(("id", "lang", "dir")),
    "a": frozenset(("href",)),
    "abbr": frozenset(("title",)),
    "img": frozenset(("src", "alt")),
    "li": frozenset(("value",)),
    "ol": frozenset(("start", "reversed")),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("colspan", "rowspan", "scope")),
    "time": frozenset(("datetime",)),
}

CLASSES = {
    "p": frozenset(("addressee", "attachment", "centred", "date", "number", "signature")),
    "ul": frozenset(("items",)),
    "li": frozenset(("deep",)),
    "td": frozenset(("figure",)),
    "th": frozenset(("figure",)),
}
OURS = {**CLASSES, "div": frozenset(("table",))}

# Only our own pass over the tree sets these; what a file brings of them is gone by then.
WRAPPED = {"div": {"role": {"group"}, "tabindex": {"0"}}, "ul": {"role": {"list"}}}
LABELLED = {**ATTRIBUTES, "div": frozenset(("aria-label",))}

_REL = "nofollow noopener"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_ID = re.compile(r"[^\s\"'<>&#%]{1,100}")
_ADDRESS = re.compile(r"https?://[^\s/\\?#@]+(?:[/?#][^\s]*)?|mailto:[^\s<>\"?]{3,254}", re.I)
_SMALL = re.compile(r"-?[0-9]{1,4}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")


def cleaned(html: str) -> tuple[str, Counter[str]]:
    """The first pass over what a file brought, and how often something was left out."""
    notes: Counter[str] = Counter()

    def attribute(tag: str, name: str, value: str) -> str | None:
        kept = _attribute(tag, name, value)
        if kept is None and (tag, name) in _COUNTED:
            notes[_COUNTED[tag, name]] += 1
        return kept

    clean = nh3.clean(
        html,
        tags=KEPT | BLOCKS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=_REL,
    )
    return clean, notes


def sealed(html: str) -> str:
    """The last pass: whatever was done to the tree, only this leaves."""
    return nh3.clean(
        html,
        tags=KEPT,
        clean_content_tags=DROPPED,
        attributes=LABELLED,
        attribute_filter=_attribute,
        allowed_classes=OURS,
        tag_attribute_values=WRAPPED,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=_REL,
    )


_COUNTED = {("a", "href"): "links", ("img", "src"): "pictures"}


def _attribute(tag: str, name: str, value: str) -> str | None:
    check = _CHECKS.get(name)
    return check(tag, value) if check else value


def _id(_tag: str, value: str) -> str | None:
    value = value.removeprefix(PREFIX)
    return PREFIX + value if _ID.fullmatch(value) else None


def _href(_tag: str, value: str) -> str | None:
    value = value.strip()
    if value.startswith("#"):
        target = _id("", value[1:])
        return f"#{target}" if target else None
    return value if _ADDRESS.fullmatch(value) else None


def _src(_tag: str, value: str) -> str | None:
    return value if showable(value) else None


def _lang(_tag: str, value: str) -> str | None:
    return value if _LANGUAGE.fullmatch(value) else None


def _dir(_tag: str, value: str) -> str | None:
    return value if value.lower() in ("ltr", "rtl", "auto") else None


def _scope(_tag: str, value: str) -> str | None:
    return value.lower() if value.lower() in ("col", "row", "colgroup", "rowgroup") else None


def _span(_tag: str, value: str) -> str | None:
    return value if _SPAN.fullmatch(value) else None


def _small(_tag: str, value: str) -> str | None:
    return value if _SMALL.fullmatch(value) else None


_CHECKS = {
    "id": _id,
    "href": _href,
    "src": _src,
    "lang": _lang,
    "dir": _dir,
    "scope": _scope,
    "colspan": _span,
    "rowspan": _span,
    "value": _small,
    "start": _small,
}
