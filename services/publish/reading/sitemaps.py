"""sitemap.xml of everything that is public, in files of 50,000 addresses, and robots.txt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from .reader import Reader

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FULL = 50_000
"""As many addresses as the protocol lets one file have."""

# A document's number begins with its time, so that files fill up in order and old ones seldom change.
PARTS = """
    SELECT part, max(changed_at) FROM (
        SELECT (row_number() OVER (ORDER BY document_id) - 1) / %(full)s + 1 AS part, changed_at
        FROM answer) AS listed
    GROUP BY part ORDER BY part
"""

PART = """
    SELECT '/documents/' || document_id, changed_at FROM answer
    ORDER BY document_id OFFSET %(first)s LIMIT %(full)s
"""

HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n'

Line = tuple[str, datetime | None]


async def index(reader: Reader, base: str) -> bytes:
    """The index: which files there are, and when each last changed."""
    parts: list[tuple[Any, ...]] = await reader.rows(PARTS, {"full": FULL})
    return _xml(
        "sitemapindex", "sitemap", base, [(f"/sitemaps/{n}.xml", at) for n, at in parts or [(1, None)]]
    )


async def part(reader: Reader, base: str, number: int) -> bytes | None:
    """One file; None where there is none of this number."""
    rows: list[Any] = await reader.rows(PART, {"first": (number - 1) * FULL, "full": FULL})
    if number > 1 and not rows:
        return None
    return _xml("urlset", "url", base, rows)


def robots(base: str) -> str:
    """Everything that is public may be read by everybody; officers' doors are no pages."""
    return f"User-agent: *\nDisallow: /refusals\nAllow: /\n\nSitemap: {base}/sitemap.xml\n"


def _xml(root: str, each: str, base: str, lines: Sequence[Line]) -> bytes:
    written = Element(root, {"xmlns": NAMESPACE})
    for path, at in lines:
        one = SubElement(written, each)
        SubElement(one, "loc").text = base + path
        if at:
            SubElement(one, "lastmod").text = at.isoformat(timespec="seconds")
    return HEAD + str(tostring(written, encoding="unicode")).encode()
