"""What intake hears: how its submissions fared."""

from collections.abc import Mapping, Sequence
from functools import partial

from shared.consumer import Hearing
from shared.contracts import (
    CaseOpened,
    CaseQuarantined,
    CaseSuperseded,
    DocumentApproved,
    DocumentPublished,
    DocumentRedacted,
    DocumentRejected,
    DocumentReturned,
    DocumentWithdrawn,
    Event,
    Fact,
    PublicationRefused,
)
from shared.db import Transaction
from shared.objects import Objects
from shared.rows import packed

from . import redactions

STATES: Mapping[str, Mapping[type[Fact], str]] = {
    "review": {
        CaseOpened: "in review",
        CaseQuarantined: "quarantined",
        CaseSuperseded: "superseded",
        DocumentReturned: "returned",
        DocumentRejected: "rejected",
        DocumentApproved: "approved",
    },
    "publish": {
        DocumentPublished: "published",
        DocumentWithdrawn: "withdrawn",
        PublicationRefused: "refused",
    },
}
"""The state of a submission after each fact, by the stream that tells it."""

FOLLOW = """
    UPDATE submission SET state = told.state, state_since = told.time,
        title = CASE WHEN told.state = 'quarantined' THEN '（已封存）' ELSE title END
    FROM json_to_recordset(CAST(:rows AS json))
        AS told (document_id uuid, edition integer, state text, time timestamptz)
    WHERE submission.document_id = told.document_id AND submission.edition = told.edition
      AND submission.state_since <= told.time
"""


def table(objects: Objects) -> Mapping[str, Mapping[type[Fact], Hearing]]:
    """By stream, what is done with each fact: the submission's state follows."""
    following = {stream: {fact: Hearing(follow) for fact in states} for stream, states in STATES.items()}
    redacted = Hearing(redactions.accept_all, prepare=partial(redactions.read_all, objects=objects))
    return {**following, "review": {**following["review"], DocumentRedacted: redacted}}


async def follow(unit: Transaction, events: Sequence[Event[CaseOpened]]) -> None:
    """Note the state; an older fact of another stream that comes late changes nothing."""
    state = {fact: state for states in STATES.values() for fact, state in states.items()}
    rows = [
        {
            "document_id": event.data.document_id,
            "edition": event.data.edition,
            "state": state[type(event.data)],
            "time": event.time,
        }
        for event in events
    ]
    await unit.run(FOLLOW, {"rows": packed(rows)})
