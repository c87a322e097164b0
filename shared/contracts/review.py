"""What review announces."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from .envelope import PREFIX, AboutDocument
from .vocabulary import (
    BodyCode,
    Digest,
    EditionNo,
    Level,
    OfficerId,
    RefusalGround,
    ReturnGround,
    ScreeningOutcome,
)

Count = Annotated[int, Field(ge=0)]


class AboutCase(AboutDocument):
    """A fact about review's file on one edition."""

    case_id: UUID
    edition: EditionNo


class CaseOpened(AboutCase):
    """Review has begun; the level says who will have to approve, the date by when."""

    type: ClassVar[str] = f"{PREFIX}case.opened.v1"

    level: Level
    due_on: date


class ScreeningCompleted(AboutCase):
    """The machine has examined the files; how many findings of each severity, never what they say."""

    type: ClassVar[str] = f"{PREFIX}screening.completed.v1"

    ruleset: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,4}$")]
    outcome: ScreeningOutcome
    blocking: Count = 0
    for_a_person: Count = 0


class CaseQuarantined(AboutCase):
    """The edition bears a secrecy mark: its files were locked away and will be handed over off-line."""

    type: ClassVar[str] = f"{PREFIX}case.quarantined.v1"


class CaseSuperseded(AboutCase):
    """A later edition was submitted before this one was decided."""

    type: ClassVar[str] = f"{PREFIX}case.superseded.v1"


class DocumentReturned(AboutCase):
    """The edition goes back to its author for correction."""

    type: ClassVar[str] = f"{PREFIX}document.returned.v1"

    grounds: tuple[ReturnGround, ...]
    returned_by: OfficerId


class DocumentRejected(AboutCase):
    """The edition may not be disclosed, on a ground of the Regulations (arts 14-16)."""

    type: ClassVar[str] = f"{PREFIX}document.rejected.v1"

    ground: RefusalGround
    rejected_by: OfficerId


class DocumentApproved(AboutCase):
    """The edition may be published; the signed approval is the proof and binds the exact content."""

    type: ClassVar[str] = f"{PREFIX}document.approved.v1"

    department: BodyCode
    content_sha256: Digest
    approval_id: UUID
    approval: Annotated[
        str, Field(pattern=r"^[!-~]{0,4000}$", description="JWS, compact, Ed25519, signed by review")
    ]
    level: Level
    approved_by: OfficerId
