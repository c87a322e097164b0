"""What publish hears."""

from collections.abc import Mapping
from functools import partial

from joserfc.jwk import OKPKey

from shared.consumer import Hearing
from shared.contracts import (
    ApprovalVoided,
    CaseQuarantined,
    CaseSuperseded,
    DeliveryConfirmed,
    DocumentApproved,
    DocumentRejected,
    DocumentReturned,
    DocumentSubmitted,
    Fact,
    WithdrawalSent,
)
from shared.objects import Objects
from shared.policy import Policy

from . import recalls
from .candidates import candidates
from .catalogue import publish, void
from .channels.register import NOTHING, Register
from .obligations import fulfilments
from .obligations.fulfilments import closing


def table(
    objects: Objects, pinned: Mapping[str, OKPKey], policy: Policy, register: Register = NOTHING
) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    passing = partial(publish, pinned=pinned, policy=policy, register=register)
    reading = partial(fulfilments.submissions, objects=objects)
    return {
        "intake": {DocumentSubmitted: Hearing(fulfilments.expect, prepare=reading)},
        "review": {
            DocumentApproved: Hearing(passing, prepare=partial(candidates, objects=objects)),
            ApprovalVoided: Hearing(void, urgent=True),
            DocumentRejected: Hearing(closing("rejected")),
            CaseSuperseded: Hearing(closing("superseded")),
            CaseQuarantined: Hearing(closing("quarantined")),
            DocumentReturned: Hearing(fulfilments.returned),
        },
        "notify": {
            WithdrawalSent: Hearing(recalls.on_sent),
            DeliveryConfirmed: Hearing(recalls.on_confirmed),
        },
    }
