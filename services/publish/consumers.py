"""What publish hears."""

from collections.abc import Mapping
from functools import partial

from joserfc.jwk import OKPKey

from shared.consumer import Hearing
from shared.contracts import ApprovalVoided, DeliveryConfirmed, DocumentApproved, Fact, WithdrawalSent
from shared.objects import Objects
from shared.policy import Policy

from . import recalls
from .candidates import candidates
from .catalogue import publish, void


def table(
    objects: Objects, pinned: Mapping[str, OKPKey], policy: Policy
) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    passing = partial(publish, pinned=pinned, policy=policy)
    hearing = Hearing(passing, prepare=partial(candidates, objects=objects))
    return {
        "review": {DocumentApproved: hearing, ApprovalVoided: Hearing(void, urgent=True)},
        "notify": {
            WithdrawalSent: Hearing(recalls.on_sent),
            DeliveryConfirmed: Hearing(recalls.on_confirmed),
        },
    }
