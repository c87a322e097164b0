"""The catalogue's news as JSON Feed 1.1."""

import json
from datetime import UTC, datetime

from services.publish.feeds import json_feed

ENTRY = {
    "document_id": "0190a0a0-0000-7000-8000-000000000001",
    "href": "/documents/0190a0a0-0000-7000-8000-000000000001",
    "title": "通知 <b> & 公告",
    "index_no": "12219900MB0A20027E/2026-00001",
    "published_at": datetime(2026, 11, 20, 8, tzinfo=UTC),
    "kind": "notice",
    "theme": "02.01",
    "department": "archive",
    "files": [{"href": "/documents/x/files/1", "media_type": "text/plain", "size": 6}],
}


def test_an_entry_becomes_an_item_with_absolute_addresses() -> None:
    feed = json.loads(json_feed("https://gk.example", [ENTRY]))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://gk.example/feed.json"
    [item] = feed["items"]
    assert item["id"] == f"urn:uuid:{ENTRY['document_id']}"
    assert item["url"] == f"https://gk.example{ENTRY['href']}"
    assert item["date_published"] == "2026-11-20T08:00:00+00:00"
    assert item["attachments"] == [
        {
            "url": "https://gk.example/documents/x/files/1",
            "mime_type": "text/plain",
            "size_in_bytes": 6,
        }
    ]


def test_a_title_is_text_and_never_markup() -> None:
    [item] = json.loads(json_feed("", [ENTRY]))["items"]
    assert item["title"] == ENTRY["title"]
    assert "content_html" not in item


def test_an_empty_catalogue_is_an_empty_feed() -> None:
    assert json.loads(json_feed("", []))["items"] == []
