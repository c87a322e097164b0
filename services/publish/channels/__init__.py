"""What a channel is: it puts an edition out, takes it back, and keeps proof of both."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.failures import Permanent
from shared.objects import Objects


class Later(Exception):
    """The channel could not take it now; `seconds` is what it asked us to wait, if it said so."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Never(Permanent):
    """The channel will not take it however often it is tried: somebody has to look."""


@dataclass(frozen=True)
class OutgoingFile:
    """One file of an edition; its bytes come by `Outgoing.read`."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Outgoing:
    """An edition as a channel is given it: what the public may see of it, and nothing else."""

    document_id: UUID
    edition: int
    index_no: str
    title: str
    kind: str
    theme: str
    department: str
    body: str
    """The body's name."""
    phone: str
    """Its telephone for public disclosure; stands on every paper."""
    doc_no: str | None
    created_on: date
    published_at: datetime
    content_sha256: str
    url: str
    """Where the public reads it; absolute."""
    about: Mapping[str, Any]
    """The rest of its description, as far as it says anything."""
    files: tuple[OutgoingFile, ...]
    objects: Objects = field(repr=False, compare=False)

    async def read(self, file: OutgoingFile) -> bytes:
        """The bytes that were approved, the hash checked; raises ObjectMissing, ObjectChanged, StoreAway."""
        return await self.objects.get(file.sha256)

    def key(self, channel: str) -> str:
        """The same for every attempt, so that a receiver can tell a repetition."""
        return f"{self.document_id}/{self.edition}/{channel}"

    def metadata(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "document_id": str(self.document_id),
            "edition": self.edition,
            "index_no": self.index_no,
            "title": self.title,
            "kind": self.kind,
            "theme": self.theme,
            "department": self.department,
            "body": self.body,
            "phone": self.phone,
            "doc_no": self.doc_no,
            "created_on": self.created_on.isoformat(),
            "published_at": self.published_at.isoformat(),
            "content_sha256": self.content_sha256,
            "url": self.url,
            **{name: value for name, value in sorted(self.about.items())},
            "files": [vars(file) for file in self.files],
        }


@dataclass(frozen=True)
class Proof:
    """What shows that it was done."""

    said: Mapping[str, Any]
    """Hashes, answers, times, as JSON: kept for ever, so never a word of the document."""
    papers: Mapping[str, bytes] = field(default_factory=dict)
    """Files made for people, by name: kept until the edition is taken back, given out to officers."""


class Channel(Protocol):
    """Both deeds may be asked for again, and must then be as if done once."""

    code: str
    by_person: bool
    """Once its papers were given out, only a person can confirm that they are gone."""
    replaces: bool
    """Putting out a later edition takes the earlier one away."""

    async def release(self, edition: Outgoing) -> Proof:
        """Put it out; raises Later, Never, or anything else, which counts as Later."""

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:
        """Take it back, whether or not it arrived; `proof` is what `release` said, `{}` if it never did."""


@dataclass(frozen=True)
class Around:
    """What the platform gives every channel."""

    public_url: str
    folder: Path
    """The channel may write under it; other processes may not see it."""
    news: Callable[[date], Awaitable[Sequence[Outgoing]]]
    """What is public now and was published on this day or later, the newest first."""


class ChannelOptions(BaseModel):
    """What the register says of a channel; every kind has its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(Protocol):
    """How channels of one kind are made: the class itself."""

    Options: ClassVar[type[BaseModel]]
    by_person: bool
    replaces: bool

    def __call__(self, code: str, options: Any, around: Around) -> Channel: ...
