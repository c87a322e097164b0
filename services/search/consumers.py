"""What search hears."""

from collections.abc import Mapping
from functools import partial

from shared.consumer import Hearing
from shared.contracts import DocumentPublished, DocumentWithdrawn, Fact, ValidityChanged
from shared.objects import Objects

from .entries import forget, hold, keep
from .texts import found


def table(objects: Objects, limit: float) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    return {
        "publish": {
            DocumentPublished: Hearing(keep, prepare=partial(found, objects=objects, limit=limit)),
            DocumentWithdrawn: Hearing(forget, urgent=True),
            ValidityChanged: Hearing(hold),
        },
    }
