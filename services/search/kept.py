"""An entry as every index keeps it: what is looked for, and what is shown. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.clock import BEIJING

from .folding import bigrams, characters, folded
from .index import Entry
from .numbers import known_by

FORM = "1"
"""Raised with every change of what is kept or of the folding: an index of another form is made anew."""


def as_values(entry: Entry) -> Mapping[str, Sequence[str]]:
    """Every field with its values; words come as bigrams parted by blanks."""
    title, text = folded(entry.title), entry.folded()
    return {
        "id": [str(entry.document_id)],
        "is": ["all"],
        "number": known_by(entry.doc_no, entry.index_no),
        "body": (entry.department, *entry.joint_with),
        "theme": sorted({entry.theme[:2], entry.theme}),
        "kind": [entry.kind],
        "year": [str(entry.published_at.astimezone(BEIJING).year)],
        "title": [bigrams(title)],
        "title_characters": [characters(title)],
        "text": [bigrams(text)],
        "text_characters": [characters(text)],
    }


def as_entry(kept: Mapping[str, Any]) -> Entry:
    """From what was kept of it as JSON."""
    return Entry(
        **{
            **kept,
            "document_id": UUID(kept["document_id"]),
            "joint_with": tuple(kept["joint_with"]),
            "created_on": date.fromisoformat(kept["created_on"]),
            "published_at": datetime.fromisoformat(kept["published_at"]).astimezone(UTC),
        }
    )


def moment_of(published: datetime) -> int:
    """Microseconds since 1970: newer is greater."""
    return int(published.timestamp() * 1_000_000)


def day_of(published: datetime) -> int:
    """The day in Beijing, as a number that can be read."""
    return int(published.astimezone(BEIJING).strftime("%Y%m%d"))
