"""What notify hears."""

from collections.abc import Mapping
from functools import partial

from shared.bell import Bell
from shared.consumer import Hearing
from shared.contracts import DocumentPublished, DocumentWithdrawn, Fact, RecallReminded

from .deliveries import published, reminded, withdrawn


def table(mailboxes: Bell) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    return {
        "publish": {
            DocumentPublished: Hearing(partial(published, bell=mailboxes)),
            DocumentWithdrawn: Hearing(partial(withdrawn, bell=mailboxes), urgent=True),
            RecallReminded: Hearing(partial(reminded, bell=mailboxes)),
        },
    }
