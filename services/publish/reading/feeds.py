"""The catalogue's news as feeds: Atom (RFC 4287) and JSON Feed 1.1, paged, with what was taken back. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from shared.contracts import DocumentKind
from shared.labels import KINDS, WITHDRAWAL_KINDS

from .tombstones import Tombstone

Entry = Mapping[str, Any]

ATOM, GONE = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n'
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Feed:
    """One page of a feed; addresses are absolute."""

    title: str
    base: str
    query: str
    """The filters, with the question mark: the address is the saved search."""
    entries: Sequence[Entry]
    tombstones: Sequence[Tombstone]
    changed_at: datetime | None
    bodies: Mapping[str, str]
    hub: str = ""
    place: str = ""
    """The rest of this page's own query; empty for the first one."""
    next: str = ""
    previous: str = ""

    def url(self, path: str, more: str = "") -> str:
        query = "&".join(part for part in (self.query.removeprefix("?"), more) if part)
        return self.base + path + (f"?{query}" if query else "")


def atom(feed: Feed) -> bytes:
    """Atom 1.0 with RFC 5005 paging, RFC 6721 tombstones and a WebSub hub."""
    root = Element("feed", {"xmlns": ATOM, "xmlns:at": GONE, "xml:lang": "zh-CN"})
    _text(root, "id", feed.url("/feed.atom"))
    _text(root, "title", feed.title)
    _text(root, "updated", _stamp(feed.changed_at or NEVER))
    _text(SubElement(root, "author"), "name", feed.title)
    for rel, href, kind in _links(feed):
        SubElement(root, "link", {"rel": rel, "href": href, **({"type": kind} if kind else {})})
    for stone in feed.tombstones:
        _deleted(root, stone)
    for entry in feed.entries:
        _entry(root, feed, entry)
    return HEAD + str(tostring(root, encoding="unicode")).encode()


def _links(feed: Feed) -> Iterator[tuple[str, str, str]]:
    kind = "application/atom+xml"
    yield "self", feed.url("/feed.atom", feed.place), kind
    yield "alternate", feed.url("/documents"), "text/html"
    yield "alternate", feed.url("/feed.json"), "application/feed+json"
    yield "first", feed.url("/feed.atom"), kind
    if feed.next:
        yield "next", feed.url("/feed.atom", f"after={feed.next}"), kind
    if feed.previous:
        yield "previous", feed.url("/feed.atom", f"before={feed.previous}"), kind
    if feed.hub:
        yield "hub", feed.hub, ""


def _entry(root: Element, feed: Feed, entry: Entry) -> None:
    one = SubElement(root, "entry")
    url = feed.base + entry["href"]
    _text(one, "id", f"urn:uuid:{entry['document_id']}")
    _text(one, "title", entry["title"])
    _text(one, "updated", _stamp(datetime.fromisoformat(entry["changed_at"])))
    _text(one, "published", _stamp(datetime.fromisoformat(entry["published_at"])))
    for code in (entry["department"], *entry["joint_with"]):
        _text(SubElement(one, "author"), "name", feed.bodies.get(code, code))
    SubElement(one, "link", {"rel": "alternate", "type": "text/html", "href": url})
    SubElement(one, "link", {"rel": "alternate", "type": "application/json", "href": url})
    for file in entry["files"]:
        length = {"length": str(file["size"]), "title": _clean(file["name"])}
        attributes = {"rel": "enclosure", "type": file["media_type"], "href": feed.base + file["href"]}
        SubElement(one, "link", {**attributes, **length})
    for term, scheme in ((entry["kind"], "kind"), (entry["theme"], "theme")):
        SubElement(one, "category", {"term": term, "scheme": f"urn:gongkai:{scheme}"})
    for word in entry["keywords"]:
        SubElement(one, "category", {"term": _clean(word)})
    _text(one, "summary", _summary(entry))


def _deleted(root: Element, stone: Tombstone) -> None:
    when = {"ref": f"urn:uuid:{stone.document_id}", "when": _stamp(stone.withdrawn_at)}
    one = SubElement(root, "at:deleted-entry", when)
    _text(one, "at:comment", WITHDRAWAL_KINDS[stone.kind].zh)


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1; what was taken back is in its extension."""
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "language": "zh-CN",
        "home_page_url": feed.url("/documents"),
        "feed_url": feed.url("/feed.json", feed.place),
        **({"next_url": feed.url("/feed.json", f"after={feed.next}")} if feed.next else {}),
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
        "items": [_item(feed, entry) for entry in feed.entries],
        "_gongkai": {
            "about": feed.base + "/docs",
            "tombstones": [stone.model_dump(mode="json", exclude_none=True) for stone in feed.tombstones],
        },
    }
    return orjson.dumps(said)


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{entry['document_id']}",
        "url": feed.base + entry["href"],
        "title": entry["title"],
        "content_text": _summary(entry),
        "language": entry["language"],
        "date_published": entry["published_at"],
        "date_modified": entry["changed_at"],
        "authors": [
            {"name": feed.bodies.get(code, code)} for code in (entry["department"], *entry["joint_with"])
        ],
        "tags": [entry["kind"], entry["theme"], entry["department"], *entry["keywords"]],
        "attachments": [
            {
                "url": feed.base + file["href"],
                "mime_type": file["media_type"],
                "title": file["name"],
                "size_in_bytes": file["size"],
            }
            for file in entry["files"]
        ],
    }


def _summary(entry: Entry) -> str:
    number = f"，{entry['doc_no']}" if entry["doc_no"] else ""
    told = f"{KINDS[DocumentKind(entry['kind'])].zh}，索引号 {entry['index_no']}{number}"
    return f"{entry['summary']}（{told}）" if entry["summary"] else f"{entry['title']}（{told}）"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold in any way."""
    return NOT_XML.sub("\ufffd", text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
