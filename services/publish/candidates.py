"""Reads what an approval is about, before the transaction: the manifest, and every byte it lists."""

from collections.abc import Sequence

from pydantic import ValidationError

from shared.contracts import DocumentApproved, Event
from shared.contracts.vocabulary import GateFault
from shared.manifest import Manifest
from shared.objects import ObjectChanged, ObjectMissing, Objects

from .gate import Candidate

Read = Manifest | GateFault


async def candidates(events: Sequence[Event[DocumentApproved]], *, objects: Objects) -> list[Candidate]:
    """One for each event. Reading checks each object's hash, so changed bytes are found here."""
    contents = await objects.get_all([event.data.content_sha256 for event in events])
    manifests = [_manifest(content) for content in contents]
    addresses = [
        file.sha256 for manifest in manifests if isinstance(manifest, Manifest) for file in manifest.files
    ]
    faults = dict(zip(addresses, map(_fault, await objects.get_all(addresses)), strict=True))
    return [_candidate(event, manifest, faults) for event, manifest in zip(events, manifests, strict=True)]


def _manifest(content: bytes | ObjectMissing | ObjectChanged) -> Read:
    if fault := _fault(content):
        return fault
    assert isinstance(content, bytes)
    try:
        return Manifest.from_bytes(content)
    except ValidationError:
        return GateFault.CONTENT_CHANGED


def _fault(content: bytes | ObjectMissing | ObjectChanged) -> GateFault | None:
    if isinstance(content, ObjectMissing):
        return GateFault.CONTENT_MISSING
    return GateFault.CONTENT_CHANGED if isinstance(content, ObjectChanged) else None


def _candidate(
    event: Event[DocumentApproved], manifest: Read, faults: dict[str, GateFault | None]
) -> Candidate:
    if not isinstance(manifest, Manifest):
        return Candidate(event.id, event.data, None, manifest)
    fault = next((faults[file.sha256] for file in manifest.files if faults[file.sha256]), None)
    return Candidate(event.id, event.data, None if fault else manifest, fault)
