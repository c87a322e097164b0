"""A question's newest answers as feeds: Atom, and JSON Feed 1.1. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from .index import Entry
from .questions import Question

ATOM = "http://www.w3.org/2005/Atom"
NAME = "政府信息公开"
LONG = 300
"""Characters of a text that stand in for a summary."""

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def title(question: Question) -> str:
    """What the feed is about, as it was asked."""
    words = [*question.wanted, *(f"-{word}" for word in question.unwanted)]
    dates = {"from": question.filters.since, "to": question.filters.until}
    exact = [f"{name}={value}" for name, value in {**question.filters.exact(), **dates}.items() if value]
    return _fit("：".join(filter(None, (NAME, " ".join((*words, *exact))))))


def atom(base: str, at: str, question: Question, entries: Sequence[Entry]) -> bytes:
    """RFC 4287; `base` is where documents are, `at` the feed's own address."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    newest = max((entry.published_at for entry in entries), default=_BEFORE_ALL)
    _say(feed, id=at, title=title(question), updated=newest.isoformat())
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": at})
    SubElement(feed, "link", {"rel": "alternate", "href": at.replace("/search/feed.atom", "/search", 1)})
    _say(SubElement(feed, "author"), name=NAME)
    for entry in entries:
        _add(SubElement(feed, "entry"), base, entry)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(to: Element, base: str, entry: Entry) -> None:
    at = entry.published_at.isoformat()
    _say(to, id=_name(entry), title=entry.title, updated=at, published=at)
    SubElement(to, "link", {"rel": "alternate", "href": f"{base}/documents/{entry.document_id}"})
    _say(SubElement(to, "author"), name=entry.department)
    _say(to, summary=_summary(entry))
    for term in _terms(entry):
        SubElement(to, "category", {"term": _fit(term)})


def _say(to: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(to, name).text = _fit(text)


def json_feed(base: str, at: str, question: Question, entries: Sequence[Entry]) -> bytes:
    """JSON Feed 1.1; `base` is where documents are, `at` the feed's own address."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title(question),
            "language": "zh-CN",
            "home_page_url": at.replace("/search/feed.json", "/search", 1),
            "feed_url": at,
            "items": [_item(base, entry) for entry in entries],
        }
    )


def _item(base: str, entry: Entry) -> dict[str, Any]:
    return {
        "id": _name(entry),
        "url": f"{base}/documents/{entry.document_id}",
        "title": _fit(entry.title),
        "content_text": _summary(entry),
        "date_published": entry.published_at.isoformat(),
        "authors": [{"name": entry.department}],
        "tags": _terms(entry),
    }


def _name(entry: Entry) -> str:
    return f"urn:uuid:{entry.document_id}"


def _summary(entry: Entry) -> str:
    said = entry.summary or entry.text.strip()[:LONG]
    return _fit(f"{said}（索引号 {entry.index_no}）".lstrip())


def _terms(entry: Entry) -> list[str]:
    terms = (entry.kind, entry.theme, entry.department, entry.genre, entry.validity, *entry.keywords)
    return [_fit(term) for term in dict.fromkeys(filter(None, terms))]


def _fit(text: str) -> str:
    """Without what neither XML nor JSON may hold."""
    return _UNFIT.sub(" ", text)
