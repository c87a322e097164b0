"""What publish hears."""

from collections.abc import Mapping
from functools import partial

from joserfc.jwk import OKPKey

from shared.consumer import Hearing
from shared.contracts import DocumentApproved, Fact
from shared.objects import Objects

from .candidates import candidates
from .catalogue import publish


def table(objects: Objects, pinned: Mapping[str, OKPKey]) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact."""
    hearing = Hearing(partial(publish, pinned=pinned), prepare=partial(candidates, objects=objects))
    return {"review": {DocumentApproved: hearing}}
