"""What intake announces, and what a portal posts to it."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from .description import Description
from .envelope import PREFIX, AboutDocument, Fact
from .vocabulary import (
    BodyCode,
    Digest,
    DocumentKind,
    EditionNo,
    OfficerId,
    RejectionFault,
    Sensitivity,
    ThemeCode,
)


class PostedFile(BaseModel):
    """One file of a posted submission, its bytes in Base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255)]
    content: Base64Bytes


class SubmissionMetadata(Description):
    """What is said about a document that is handed in."""

    document_id: UUID | None = None
    """Given when this is a new edition of a document that was submitted before."""
    title: Annotated[str, Field(min_length=1, max_length=300)]
    kind: DocumentKind
    department: BodyCode
    author: OfficerId
    theme: ThemeCode
    created_on: date
    doc_no: Annotated[str, Field(max_length=100)] | None = None
    joint_with: Annotated[tuple[BodyCode, ...], Field(max_length=20)] = ()
    confirm_with: Annotated[tuple[BodyCode, ...], Field(max_length=20)] = ()
    """Other bodies whom the information concerns; they are asked before it is published."""
    sensitivity: Sensitivity = Sensitivity.ORDINARY


class SubmissionPosted(SubmissionMetadata, Fact):
    """A portal handed in a document for publication.

    The one event that carries text: it comes from outside, on the portal's own inbound stream, and never
    goes on to another.
    """

    type: ClassVar[str] = f"{PREFIX}submission.posted.v1"

    files: Annotated[tuple[PostedFile, ...], Field(min_length=1, max_length=20)]

    @property
    def subject(self) -> str:
        return str(self.document_id or "new")


class SubmissionRejected(Fact):
    """What was posted could not be accepted; each fault is named."""

    type: ClassVar[str] = f"{PREFIX}submission.rejected.v1"

    rejection_id: UUID
    portal: OfficerId
    posted_id: Annotated[
        str,
        Field(
            pattern=r"^[0-9A-Za-z._:-]{1,100}$", description="the portal's id of its event, or sha256:… of it"
        ),
    ]
    faults: tuple[RejectionFault, ...]

    @property
    def subject(self) -> str:
        return str(self.rejection_id)


class DocumentSubmitted(AboutDocument):
    """An edition of a document was accepted; its manifest and files lie in the store under their hashes."""

    type: ClassVar[str] = f"{PREFIX}document.submitted.v1"

    edition: EditionNo
    submission_id: UUID
    department: BodyCode
    author: OfficerId
    kind: DocumentKind
    theme: ThemeCode
    joint_with: tuple[BodyCode, ...] = ()
    content_sha256: Digest
    confirm_with: tuple[BodyCode, ...] = ()
    sensitivity: Sensitivity = Sensitivity.ORDINARY
