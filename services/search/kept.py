"""An entry as every index keeps it: what is looked for, and what is shown. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.clock import BEIJING

from .folding import bigrams, characters
from .index import Entry
from .numbers import known_by

FORM = "1"
"""Raised with every change of what is kept or of the folding: an index of another form is made anew."""


DESCRIBED = ("validity", "genre", "matter", "stage")
DAYS = ("created_on", "effective_on", "lapses_on")
STEPS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
"""Every second document by chance, every fourth, and so on: what is counted where there are too many."""


def as_values(entry: Entry) -> Mapping[str, Sequence[str]]:
    """Every field with its values; words come as bigrams parted by blanks."""
    headline, text = entry.headline(), entry.folded()
    return {
        "id": [str(entry.document_id)],
        "is": ["all"],
        "number": known_by(entry.doc_no, entry.index_no, entry.former_index_no),
        "sample": sorted(_steps(entry.document_id)),
        "body": (entry.department, *entry.joint_with),
        "theme": sorted({entry.theme[:2], entry.theme}),
        "kind": [entry.kind],
        "year": [str(entry.published_at.astimezone(BEIJING).year)],
        **{name: [value] for name in DESCRIBED if (value := getattr(entry, name))},
        "title": [bigrams(headline)],
        "title_characters": [characters(headline)],
        "text": [bigrams(text)],
        "text_characters": [characters(text)],
    }


def as_entry(kept: Mapping[str, Any]) -> Entry:
    """From what was kept of it as JSON."""
    return Entry(
        **{
            **kept,
            "document_id": UUID(kept["document_id"]),
            **{name: tuple(kept[name]) for name in ("joint_with", "keywords")},
            **{name: date.fromisoformat(day) for name in DAYS if (day := kept[name])},
            "published_at": datetime.fromisoformat(kept["published_at"]).astimezone(UTC),
        }
    )


def _steps(document: UUID) -> list[str]:
    """Identifiers end in chance, so their remainders choose fairly."""
    return [str(step) for step in STEPS if document.int % step == 0]


def moment_of(published: datetime) -> int:
    """Microseconds since 1970: newer is greater."""
    return int(published.timestamp() * 1_000_000)


def day_of(published: datetime) -> int:
    """The day in Beijing, as a number that can be read."""
    return int(published.astimezone(BEIJING).strftime("%Y%m%d"))
