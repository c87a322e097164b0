"""What review redacted comes in as the document's next edition."""

from collections.abc import Sequence

from shared.contracts import DocumentRedacted, Event
from shared.db import Transaction
from shared.manifest import Manifest
from shared.objects import Objects
from shared.rows import packed

from .submissions import Handed, accept

SOURCE = "review"

ENDED = """
    UPDATE submission SET state = 'returned', state_since = told.time
    FROM json_to_recordset(CAST(:rows AS json)) AS told (document_id uuid, edition integer, time timestamptz)
    WHERE submission.document_id = told.document_id AND submission.edition = told.edition
      AND submission.state_since <= told.time
"""

Redaction = tuple[Event[DocumentRedacted], Manifest]


async def read_all(events: Sequence[Event[DocumentRedacted]], *, objects: Objects) -> list[Redaction]:
    """Each with the manifest that review put into the store."""
    return [(event, Manifest.from_bytes(await objects.get(event.data.content_sha256))) for event in events]


async def accept_all(unit: Transaction, redactions: Sequence[Redaction]) -> None:
    """The edition that was redacted is done with; the redacted one is submitted in its place."""
    ended = [
        {"document_id": event.data.document_id, "edition": event.data.edition, "time": event.time}
        for event, _ in redactions
    ]
    await unit.run(ENDED, {"rows": packed(ended)})
    await accept(unit, [_handed(*one) for one in redactions])


def _handed(event: Event[DocumentRedacted], manifest: Manifest) -> Handed:
    fact = event.data
    return Handed(SOURCE, str(fact.redaction_id), fact.content_sha256, manifest, fact.document_id)
