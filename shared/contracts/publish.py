"""What publish announces to everybody."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from .envelope import PREFIX, AboutDocument, Fact
from .vocabulary import (
    BodyCode,
    Digest,
    DocumentKind,
    EditionNo,
    GateFault,
    IndexNo,
    ObligationCode,
    PlaceCode,
    PlaceKind,
    ThemeCode,
    Validity,
    WithdrawalKind,
    WithdrawalReason,
)


class DocumentPublished(AboutDocument):
    """An edition is public; what it says is fetched under `href`, while it is public."""

    type: ClassVar[str] = f"{PREFIX}document.published.v1"

    edition: EditionNo
    index_no: IndexNo
    department: BodyCode
    joint_with: tuple[BodyCode, ...] = ()
    kind: DocumentKind
    theme: ThemeCode
    content_sha256: Digest
    published_at: AwareDatetime
    href: Annotated[str, Field(pattern=r"^/documents/[0-9a-f-]{36}$")]


class DocumentWithdrawn(AboutDocument):
    """Every edition up to this one is public no more, and never again: remove your copies."""

    type: ClassVar[str] = f"{PREFIX}document.withdrawn.v1"

    edition: EditionNo
    index_no: IndexNo | None = None
    department: BodyCode | None = None
    kind: WithdrawalKind
    reason: WithdrawalReason
    withdrawn_at: AwareDatetime


class PublicationRefused(AboutDocument):
    """The gate refused what came as approved: a fault to look into, at once."""

    type: ClassVar[str] = f"{PREFIX}publication.refused.v1"

    edition: EditionNo
    fault: GateFault
    refused_event: UUID


class PublicationScheduled(AboutDocument):
    """The gate admitted an edition that may not be public before its time."""

    type: ClassVar[str] = f"{PREFIX}publication.scheduled.v1"

    edition: EditionNo
    department: BodyCode
    publish_at: AwareDatetime


class ValidityChanged(AboutDocument):
    """The document stays public, but whether it holds has changed: it lapsed, was repealed or modified."""

    type: ClassVar[str] = f"{PREFIX}validity.changed.v1"

    edition: EditionNo
    validity: Validity
    since: date
    by_document: UUID | None = None
    """The document that repealed or modified it, where one did."""


class ReleaseDelivered(AboutDocument):
    """A channel has put out an edition and keeps proof of it."""

    type: ClassVar[str] = f"{PREFIX}release.delivered.v1"

    edition: EditionNo
    channel: PlaceCode
    proof_sha256: Digest
    delivered_at: AwareDatetime


class ReleaseFailed(AboutDocument):
    """A channel could not put out an edition, or take it back, and is not tried again by itself."""

    type: ClassVar[str] = f"{PREFIX}release.failed.v1"

    edition: EditionNo
    channel: PlaceCode
    attempts: Annotated[int, Field(ge=1)]


class Place(BaseModel):
    """Where a copy was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PlaceKind
    code: PlaceCode


class RecallReminded(AboutDocument):
    """These have not confirmed that their copy of a withdrawn document is gone."""

    type: ClassVar[str] = f"{PREFIX}recall.reminded.v1"

    edition: EditionNo
    reminder: Annotated[int, Field(ge=1)]
    places: tuple[Place, ...]


class RecallCompleted(AboutDocument):
    """Every place that had a copy of the withdrawn document has confirmed that it is gone."""

    type: ClassVar[str] = f"{PREFIX}recall.completed.v1"

    edition: EditionNo
    places: Annotated[int, Field(ge=0)]
    completed_at: AwareDatetime


class TransferSent(Fact):
    """The monthly package for a reading room was handed over (Regulations, art. 25)."""

    type: ClassVar[str] = f"{PREFIX}transfer.sent.v1"

    place: PlaceCode
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    documents: Annotated[int, Field(ge=0)]
    """0 for a nil return (零报告)."""
    package_sha256: Digest

    @property
    def subject(self) -> str:
        return f"transfer-{self.place}"


class TransferReceived(Fact):
    """The reading room has signed for the package."""

    type: ClassVar[str] = f"{PREFIX}transfer.received.v1"

    place: PlaceCode
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    package_sha256: Digest
    received_at: AwareDatetime

    @property
    def subject(self) -> str:
        return f"transfer-{self.place}"


class ObligationOverdue(Fact):
    """What a body must publish was not public in its time (Regulations, art. 26)."""

    type: ClassVar[str] = f"{PREFIX}obligation.overdue.v1"

    department: BodyCode
    obligation: ObligationCode | None = None
    document_id: UUID | None = None
    """The document that waits, where it is one that was handed in."""
    due_on: date

    @property
    def subject(self) -> str:
        return str(self.document_id or f"obligation-{self.obligation}")
