"""What review hears."""

from collections.abc import Mapping
from functools import partial

from shared.bell import Bell
from shared.consumer import Hearing
from shared.contracts import DocumentPublished, DocumentSubmitted, DocumentWithdrawn, Fact
from shared.policy import Policy

from . import opening, reexamination


def table(policy: Policy, working_days: int, screener: Bell) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    begin = partial(opening.open_all, policy=policy, working_days=working_days, screener=screener)
    return {
        "intake": {DocumentSubmitted: Hearing(begin)},
        "publish": {
            DocumentPublished: Hearing(reexamination.on_published),
            DocumentWithdrawn: Hearing(reexamination.on_withdrawn, urgent=True),
        },
    }
