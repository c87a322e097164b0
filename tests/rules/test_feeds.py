"""The catalogue's news as Atom and JSON Feed: by grammar and schema, and as a reader of feeds reads it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import feedparser
import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from services.publish.reading.feeds import Feed, atom, json_feed
from services.publish.reading.tombstones import Tombstone
from shared.contracts import WithdrawalKind

from .public_entries import ID, entry

HERE = Path(__file__).parent / "schemas"
GRAMMAR = etree.RelaxNG(file=str(HERE / "atom.rng"))
SCHEMA = Draft202012Validator(json.loads((HERE / "jsonfeed.json").read_text()))
DAY = datetime(2026, 11, 22, 8, tzinfo=UTC)
GONE = Tombstone(document_id=UUID(int=7), kind=WithdrawalKind.GONE, edition=1, withdrawn_at=DAY)


def feed(*entries: dict[str, Any], **more: Any) -> Feed:
    said: dict[str, Any] = {
        "title": "政府信息公开",
        "base": "https://gk.example",
        "query": "?department=archive",
        "tombstones": [GONE],
        "changed_at": DAY,
        "bodies": {"archive": "档案馆"},
        "hub": "https://hub.example/",
        "next": "1.a",
        "previous": "2.b",
        **more,
    }
    return Feed(entries=entries, **said)


def valid(written: bytes) -> Any:
    tree = etree.fromstring(written)
    assert GRAMMAR.validate(tree), GRAMMAR.error_log
    return tree


BARE = {"hub": "", "next": "", "previous": "", "query": "", "changed_at": None}
HARD = entry(title="控制\x0b字符\x00和 ]]> <b>", keywords=["\ufffe"], doc_no=None, joint_with=[])


@pytest.mark.parametrize("entries", [[], [entry()], [HARD], [entry(), HARD]])
@pytest.mark.parametrize("more", [{}, BARE])
def test_every_feed_is_one_by_its_own_rules(entries: list[dict[str, Any]], more: dict[str, Any]) -> None:
    valid(atom(feed(*entries, **more)))
    said = json.loads(json_feed(feed(*entries, **more)))
    assert [fault.message for fault in SCHEMA.iter_errors(said)] == []


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b"<updated>", b"<updated>x"),
        (b"<id>", b"<id>no address "),
        (b'rel="self"', b'rel=""'),
        (b'when="', b'when="x'),
        (b"<title>", b"<title>x</title><title>"),
        (b'term="notice"', b""),
        (b"</feed>", b"<surprise/></feed>"),
    ],
)
def test_the_grammar_finds_what_is_wrong(part: bytes, instead: bytes) -> None:
    written = atom(feed(entry()))
    assert part in written
    assert not GRAMMAR.validate(etree.fromstring(written.replace(part, instead, 1)))


def test_a_reader_of_feeds_finds_title_address_files_pages_and_hub() -> None:
    read = feedparser.parse(atom(feed(entry())))
    assert not read.bozo, read.get("bozo_exception")
    links = {link.rel: link.href for link in read.feed.links if link.rel != "alternate"}
    assert links == {
        "self": "https://gk.example/feed.atom?department=archive",
        "first": "https://gk.example/feed.atom?department=archive",
        "next": "https://gk.example/feed.atom?department=archive&after=1.a",
        "previous": "https://gk.example/feed.atom?department=archive&before=2.b",
        "hub": "https://hub.example/",
    }
    [one] = read.entries
    assert one.id == f"urn:uuid:{ID}"
    assert one.title.startswith("通知")
    assert one.link == f"https://gk.example/documents/{ID}"
    assert [author.name for author in one.authors] == ["档案馆", "library"]
    assert [(file.href, file.length) for file in one.enclosures] == [
        (f"https://gk.example/documents/{ID}/files/1", "6")
    ]


def test_a_title_is_text_and_never_markup() -> None:
    name = "{http://www.w3.org/2005/Atom}"
    tree = valid(atom(feed(entry())))
    title = tree.find(f"{name}entry/{name}title")
    assert title.text == entry()["title"]
    assert len(title) == 0
    [item] = json.loads(json_feed(feed(entry())))["items"]
    assert item["title"] == entry()["title"]
    assert "content_html" not in item


def test_what_was_taken_back_has_a_tombstone_in_both() -> None:
    [stone] = valid(atom(feed())).iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert stone.attrib == {"ref": f"urn:uuid:{UUID(int=7)}", "when": "2026-11-22T08:00:00Z"}
    [said] = json.loads(json_feed(feed()))["_gongkai"]["tombstones"]
    assert said["document_id"] == str(UUID(int=7))
    assert "title" not in said
