"""Whether what can be found is what is public: the search index beside the catalogue."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import home
from .record import rows

Edition = tuple[Any, ...]
"""What is said of it, in the order of SAID."""

SAID = (
    "edition",
    "content_sha256",
    "index_no",
    "title",
    "doc_no",
    "department",
    "kind",
    "theme",
    "text_sha256",
)

# The words of the files are nowhere but in search's record, by their own hash.
CATALOGUE = """
    SELECT id, current_edition AS edition, edition.content_sha256, document.index_no, edition.title,
        edition.doc_no, edition.department, edition.kind, edition.theme,
        encode(sha256(convert_to(entry.text, 'UTF8')), 'hex') AS text_sha256
    FROM publish.document
    JOIN publish.edition ON edition.document_id = id AND edition.edition = current_edition
    LEFT JOIN search.entry ON entry.document_id = id AND entry.edition = current_edition
"""


@dataclass(frozen=True)
class Comparison:
    """What differs, by document; nothing does when all three are empty."""

    public: int
    missing: list[str] = field(default_factory=list)
    """Public, and not found."""
    surplus: list[str] = field(default_factory=list)
    """Found, and not public."""
    other: list[str] = field(default_factory=list)
    """Found as another edition, or with other content, than is public."""

    @property
    def same(self) -> bool:
        return not (self.missing or self.surplus or self.other)

    def as_json(self) -> dict[str, Any]:
        return {"same": self.same, **asdict(self)}


def compared(catalogue: Mapping[str, Edition], index: Mapping[str, Edition]) -> Comparison:
    """The index beside the catalogue."""
    both = catalogue.keys() & index.keys()
    return Comparison(
        len(catalogue),
        sorted(catalogue.keys() - index.keys()),
        sorted(index.keys() - catalogue.keys()),
        sorted(document for document in both if catalogue[document] != index[document]),
    )


def compare(data: Path, patience: float) -> Comparison:
    """As they are now; what was published or withdrawn just now may take so many seconds to arrive."""
    until = time.monotonic() + patience
    while True:
        found = compared(catalogue(data), index(data))
        if found.same or time.monotonic() > until:
            return found
        time.sleep(0.5)


def catalogue(data: Path) -> dict[str, Edition]:
    """The current edition of everything that is public, from publish's own tables."""
    return {str(row["id"]): tuple(row[name] for name in SAID) for row in rows(data, CATALOGUE)}


def index(data: Path) -> dict[str, Edition]:
    """Everything that the index has; a document that it had twice would be told as surplus."""
    import httpx

    found: dict[str, Edition] = {}
    url = home.read(data).services["search"]
    with httpx.stream("GET", f"{url}/index/documents", timeout=60) as lines:
        lines.raise_for_status()
        for one in map(json.loads, lines.iter_lines()):
            name = one["document_id"]
            found[f"{name} (2)" if name in found else name] = tuple(one[name] for name in SAID)
    return found
