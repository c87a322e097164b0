"""What a department installs to receive publication events: a mailbox, and the events that come in it."""

from .contracts import DocumentPublished, DocumentWithdrawn, Event, Fact, WithdrawalKind, WithdrawalReason
from .mailbox import HeardTwice, Mailbox, NoAddress, NotAsync, WithdrawalsUnheard
from .store import Failure, Store

__all__ = [
    "DocumentPublished",
    "DocumentWithdrawn",
    "Event",
    "Fact",
    "Failure",
    "HeardTwice",
    "Mailbox",
    "NoAddress",
    "NotAsync",
    "Store",
    "WithdrawalKind",
    "WithdrawalReason",
    "WithdrawalsUnheard",
]
