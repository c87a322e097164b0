"""Reads what an approval is about, before the transaction: the manifest, and every byte it lists."""

import asyncio
from collections.abc import Sequence

from pydantic import ValidationError

from shared.contracts import DocumentApproved, Event
from shared.contracts.vocabulary import GateFault
from shared.manifest import Manifest
from shared.objects import ObjectChanged, ObjectMissing, Objects

from .gate import Candidate

AT_ONCE = 16


async def candidates(events: Sequence[Event[DocumentApproved]], *, objects: Objects) -> list[Candidate]:
    """One for each event. Reading checks each object's hash, so changed bytes are found here."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(event: Event[DocumentApproved]) -> Candidate:
        async with turns:
            return await _candidate(event, objects)

    return await asyncio.gather(*(one(event) for event in events))


async def _candidate(event: Event[DocumentApproved], objects: Objects) -> Candidate:
    try:
        manifest = Manifest.from_bytes(await objects.get(event.data.content_sha256))
        for file in manifest.files:
            await objects.get(file.sha256)
    except ObjectMissing:
        return Candidate(event.id, event.data, None, GateFault.CONTENT_MISSING)
    except (ObjectChanged, ValidationError):
        return Candidate(event.id, event.data, None, GateFault.CONTENT_CHANGED)
    return Candidate(event.id, event.data, manifest)
