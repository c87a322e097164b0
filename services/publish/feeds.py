"""The catalogue's news as a feed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson


def json_feed(base: str, entries: Sequence[Mapping[str, Any]]) -> bytes:
    """JSON Feed 1.1 of public entries, addresses made absolute with `base`."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "政府信息公开",
            "language": "zh-CN",
            "home_page_url": f"{base}/documents",
            "feed_url": f"{base}/feed.json",
            "items": [_item(base, entry) for entry in entries],
        }
    )


def _item(base: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    url = base + entry["href"]
    return {
        "id": f"urn:uuid:{entry['document_id']}",
        "url": url,
        "title": entry["title"],
        "content_text": f"{entry['title']}（索引号 {entry['index_no']}）",
        "date_published": entry["published_at"].isoformat(),
        "tags": [entry["kind"], entry["theme"], entry["department"]],
        "attachments": [
            {"url": base + file["href"], "mime_type": file["media_type"], "size_in_bytes": file["size"]}
            for file in entry["files"]
        ],
    }
