"""What review announces."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import PREFIX, AboutDocument, Fact
from .vocabulary import (
    BodyCode,
    ConfirmationAnswer,
    Digest,
    EditionNo,
    LateAction,
    Level,
    OfficerId,
    ReferralAnswer,
    ReferralKind,
    RefusalGround,
    ReturnGround,
    ScreeningOutcome,
    StepCode,
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


class OpinionGiven(AboutCase):
    """One step of the policy was taken by an officer; others follow before it may be published."""

    type: ClassVar[str] = f"{PREFIX}opinion.given.v1"

    step: StepCode
    given_by: OfficerId
    next_step: StepCode | None = None


class ConfirmationRequested(AboutCase):
    """A department that the information concerns is asked whether it is accurate (Regulations, art. 11)."""

    type: ClassVar[str] = f"{PREFIX}confirmation.requested.v1"

    department: BodyCode
    due_on: date


class ConfirmationAnswered(AboutCase):
    """The department answered, or its time passed; an objection holds publication."""

    type: ClassVar[str] = f"{PREFIX}confirmation.answered.v1"

    department: BodyCode
    answer: ConfirmationAnswer


class ObjectionResolved(AboutCase):
    """What a department objected to, or was silent about, has been settled and recorded."""

    type: ClassVar[str] = f"{PREFIX}objection.resolved.v1"

    department: BodyCode
    resolved_by: OfficerId


class CaseReferred(AboutCase):
    """Others must answer a question first; what it is about is never said here."""

    type: ClassVar[str] = f"{PREFIX}case.referred.v1"

    kind: ReferralKind
    due_on: date


class ReferralAnswered(AboutCase):
    """The authority answered the question whether it may be disclosed."""

    type: ClassVar[str] = f"{PREFIX}referral.answered.v1"

    kind: ReferralKind
    answer: ReferralAnswer


class CaseLate(AboutCase):
    """A step was not taken in its time: those who should are reminded, or those above may take it."""

    type: ClassVar[str] = f"{PREFIX}case.late.v1"

    step: StepCode
    due_on: date
    action: LateAction


class ApprovalVoided(AboutCase):
    """The edition was changed after its approval: what was approved may no longer be published."""

    type: ClassVar[str] = f"{PREFIX}approval.voided.v1"

    approval_id: UUID


class DocumentRedacted(AboutCase):
    """Parts that may not be disclosed were removed (Regulations, art. 37); the result is a new edition."""

    type: ClassVar[str] = f"{PREFIX}document.redacted.v1"

    redaction_id: UUID
    content_sha256: Digest
    redacted_by: OfficerId


class CaseReopened(AboutCase):
    """A newer rule set found something in what is already public: a person has to look."""

    type: ClassVar[str] = f"{PREFIX}case.reopened.v1"

    ruleset: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,4}$")]
    outcome: ScreeningOutcome


class CaseUpheld(AboutCase):
    """A person looked at it again and it stays public."""

    type: ClassVar[str] = f"{PREFIX}case.upheld.v1"

    upheld_by: OfficerId


class LedgerSealed(Fact):
    """The record of opinions was sealed up to here; whoever keeps this can later prove a change."""

    type: ClassVar[str] = f"{PREFIX}ledger.sealed.v1"

    ledger: Annotated[str, Field(pattern=r"^[a-z]{2,20}$", examples=["review"])]
    position: Annotated[int, Field(ge=1)]
    head: Digest
    sealed_at: AwareDatetime
    signature: Annotated[
        str, Field(pattern=r"^[!-~]{1,2000}$", description="JWS, compact, Ed25519, signed by the service")
    ]

    @property
    def subject(self) -> str:
        return f"ledger-{self.ledger}"
