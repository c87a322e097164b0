"""What review hears."""

from collections.abc import Mapping
from functools import partial

from shared.bell import Bell
from shared.consumer import Hearing
from shared.contracts import DocumentSubmitted, Fact

from . import cases


def table(working_days: int, screener: Bell) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    opening = partial(cases.open_all, working_days=working_days, screener=screener)
    return {"intake": {DocumentSubmitted: Hearing(opening)}}
