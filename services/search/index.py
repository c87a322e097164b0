"""An index, whatever it is made of: what can be put into it, and what can be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol, Self
from uuid import UUID

from shared.contracts.vocabulary import Validity

from .folding import BREAK, folded
from .questions import Question

FACETS = ("body", "theme", "kind", "year", "validity", "genre", "matter", "stage")


@dataclass(frozen=True)
class Entry:
    """The current edition of a public document, with all of its text."""

    document_id: UUID
    edition: int
    content_sha256: str
    index_no: str
    title: str
    doc_no: str | None
    department: str
    joint_with: tuple[str, ...]
    kind: str
    theme: str
    created_on: date
    published_at: datetime
    text: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    genre: str | None = None
    matter: str | None = None
    stage: str | None = None
    former_index_no: str | None = None
    effective_on: date | None = None
    lapses_on: date | None = None
    validity: str = Validity.IN_FORCE

    def folded(self) -> str:
        """Everything that words may be found in; a break keeps phrases within one part."""
        numbers = (self.doc_no or "", self.index_no, self.former_index_no or "")
        parts = (self.title, *numbers, self.summary, *self.keywords, self.text)
        return BREAK.join(folded(part) for part in parts if part)

    def headline(self) -> str:
        """What weighs more than the text: the title, and the words that it was catalogued under."""
        return BREAK.join(folded(part) for part in (self.title, *self.keywords))


@dataclass(frozen=True, order=True)
class Mark:
    """Up to which change of the record an index has come, and in which of its histories."""

    timeline: int
    change: int


@dataclass(frozen=True)
class Held:
    """What an index says that it has of a document: enough to tell whether it is the catalogue's."""

    document_id: UUID
    edition: int
    content_sha256: str
    index_no: str
    title: str
    doc_no: str | None
    department: str
    kind: str
    theme: str
    validity: str
    text_sha256: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        said = {name: value for name, value in vars(entry).items() if name in cls.__dataclass_fields__}
        return cls(**said, text_sha256=sha256(entry.text.encode()).hexdigest())


@dataclass(frozen=True)
class Answer:
    """One page of hits, how many there are, and how they are spread; `estimated`: from a part of them."""

    total: int = 0
    hits: Sequence[Entry] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in FACETS})
    estimated: bool = False


class SearchIndex(Protocol):
    """Calls block; all but `search` and `held` come from one place only."""

    def mark(self) -> Mark | None:
        """Where it stands; None when nothing was ever put into it."""

    def apply(self, entries: Sequence[Entry], removed: Sequence[UUID], mark: Mark) -> None:
        """Put in, replace and remove, and move the mark: all of it or nothing, to be seen on return."""

    def search(self, question: Question) -> Answer:
        """What answers the question."""

    def held(self) -> Iterator[Held]:
        """Everything it has, as it is at this moment, in no order."""

    def close(self) -> None:
        """Let go of what it holds open."""


class Place(Protocol):
    """Where indexes are kept: one is in use, and another may be in the making beside it. Calls block."""

    def current(self) -> SearchIndex | None:
        """The one in use; None where there is none that can be read."""

    def beside(self) -> SearchIndex:
        """A new and empty one."""

    def put_in_use(self, new: SearchIndex) -> None:
        """From this moment on, `new` is the one in use; all others are removed."""

    def leave(self) -> None:
        """Another process may have it."""
