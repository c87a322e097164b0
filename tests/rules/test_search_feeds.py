"""Saved searches as feeds: what a reader's programme is given must be what the two standards ask for."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from services.search.feeds import atom, json_feed, title
from services.search.index import Entry
from services.search.questions import Filters, understood
from services.search.validity import validity_on

BASE = "https://gov.example"
AT = f"{BASE}/search/feed.atom?q=%E6%A1%A3%E6%A1%88&kind=notice"
NS = {"a": "http://www.w3.org/2005/Atom"}
ASKED = understood("档案 -图书", Filters(kind="notice", since=date(2026, 1, 1)))
ENTRY = Entry(
    UUID(int=1), 1, "a" * 64, "11210000MB0000014A/2026-00001", "A & B <通知>", None, "archive", (), "notice",
    "02.01", date(2026, 11, 20), datetime(2026, 11, 20, 4, tzinfo=UTC), "正文" * 500,
    keywords=("档案", "notice"),
)  # fmt: skip


def test_an_atom_feed_has_all_that_rfc_4287_demands() -> None:
    feed = fromstring(atom(BASE, AT, ASKED, [ENTRY, replace(ENTRY, document_id=UUID(int=2), summary="概述")]))
    for where in (feed, *feed.findall("a:entry", NS)):
        for demanded in ("a:id", "a:title", "a:updated", "a:author/a:name"):
            assert where.findtext(demanded, None, NS), demanded
        assert datetime.fromisoformat(where.findtext("a:updated", "", NS)).tzinfo
    links = {one.get("rel"): one.get("href") for one in feed.findall("a:link", NS)}
    assert links == {"self": AT, "alternate": f"{BASE}/search?q=%E6%A1%A3%E6%A1%88&kind=notice"}
    first, second = feed.findall("a:entry", NS)
    assert first.findtext("a:title", "", NS) == "A & B <通知>"
    assert first.findtext("a:id", "", NS) == f"urn:uuid:{UUID(int=1)}" != second.findtext("a:id", "", NS)
    found = first.find("a:link", NS)
    assert found is not None
    assert found.get("href") == f"{BASE}/documents/{UUID(int=1)}"
    assert len(first.findtext("a:summary", "", NS)) < 400, "a text is not sent whole"
    assert second.findtext("a:summary", "", NS).startswith("概述（索引号 ")
    terms = [one.get("term") for one in first.findall("a:category", NS)]
    assert terms == ["notice", "02.01", "archive", "in-force", "档案"]


def test_a_feed_without_answers_is_a_feed_and_stays_as_it_is() -> None:
    empty = atom(BASE, AT, ASKED, [])
    assert empty == atom(BASE, AT, ASKED, [])
    assert fromstring(empty).findtext("a:updated", "", NS) == "1970-01-01T00:00:00+00:00"
    assert json.loads(json_feed(BASE, AT, ASKED, []))["items"] == []


def test_a_json_feed_has_all_that_version_1_1_demands() -> None:
    at = AT.replace(".atom", ".json")
    feed = json.loads(json_feed(BASE, at, ASKED, [ENTRY]))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["feed_url"]) == (title(ASKED), at)
    assert feed["home_page_url"] == f"{BASE}/search?q=%E6%A1%A3%E6%A1%88&kind=notice"
    [item] = feed["items"]
    assert item["id"] == f"urn:uuid:{UUID(int=1)}"
    assert item["content_text"]
    assert datetime.fromisoformat(item["date_published"]) == ENTRY.published_at


def test_a_feed_says_what_was_asked() -> None:
    assert title(ASKED) == "政府信息公开：档案 -图书 kind=notice from=2026-01-01"
    assert title(understood("")) == "政府信息公开"


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_no_text_makes_a_feed_that_cannot_be_read(text: str) -> None:
    entry = replace(ENTRY, title=f"通{text}", summary=text, keywords=(text,))
    fromstring(atom(BASE, AT, understood(text), [entry]))
    json.loads(json_feed(BASE, AT, understood(text), [entry]))


def test_a_document_holds_from_its_day_until_the_day_before_it_lapses() -> None:
    effective, lapses = date(2026, 12, 1), date(2027, 12, 1)
    days = (date(2026, 11, 30), effective, date(2027, 11, 30), lapses)
    assert [validity_on(day, effective, lapses) for day in days] == [
        "not-yet",
        "in-force",
        "in-force",
        "lapsed",
    ]
    assert validity_on(lapses, None, None) == "in-force"
