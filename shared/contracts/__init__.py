"""The published language: every event that crosses a service's border, and nothing else."""

from .envelope import Event, Fact, MalformedEvent, decode, encode
from .intake import DocumentSubmitted, SubmissionPosted, SubmissionRejected
from .notify import DeliveryConfirmed
from .publish import DocumentPublished, DocumentWithdrawn, PublicationRefused
from .review import (
    CaseOpened,
    CaseQuarantined,
    CaseSuperseded,
    DocumentApproved,
    DocumentRejected,
    DocumentReturned,
    ScreeningCompleted,
)
from .vocabulary import DocumentKind, Level, RefusalGround, ReturnGround, WithdrawalKind, WithdrawalReason

FACTS: dict[str, type[Fact]] = {
    fact.type: fact
    for fact in (
        SubmissionPosted,
        SubmissionRejected,
        DocumentSubmitted,
        CaseOpened,
        ScreeningCompleted,
        CaseQuarantined,
        CaseSuperseded,
        DocumentReturned,
        DocumentRejected,
        DocumentApproved,
        DocumentPublished,
        DocumentWithdrawn,
        PublicationRefused,
        DeliveryConfirmed,
    )
}
"""Every event by its type: the register that tests, documents and consumers loop over."""

__all__ = [
    "FACTS",
    "CaseOpened",
    "CaseQuarantined",
    "CaseSuperseded",
    "DeliveryConfirmed",
    "DocumentApproved",
    "DocumentKind",
    "DocumentPublished",
    "DocumentRejected",
    "DocumentReturned",
    "DocumentSubmitted",
    "DocumentWithdrawn",
    "Event",
    "Fact",
    "Level",
    "MalformedEvent",
    "PublicationRefused",
    "RefusalGround",
    "ReturnGround",
    "ScreeningCompleted",
    "SubmissionPosted",
    "SubmissionRejected",
    "WithdrawalKind",
    "WithdrawalReason",
    "decode",
    "encode",
]
