"""What publish hears."""

from collections.abc import Mapping
from functools import partial

from joserfc.jwk import OKPKey

from shared.consumer import Hearing
from shared.contracts import ApprovalVoided, DocumentApproved, Fact
from shared.objects import Objects
from shared.policy import Policy

from .candidates import candidates
from .catalogue import publish, void
from .channels.register import NOTHING, Register


def table(
    objects: Objects, pinned: Mapping[str, OKPKey], policy: Policy, register: Register = NOTHING
) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    passing = partial(publish, pinned=pinned, policy=policy, register=register)
    hearing = Hearing(passing, prepare=partial(candidates, objects=objects))
    return {"review": {DocumentApproved: hearing, ApprovalVoided: Hearing(void, urgent=True)}}
