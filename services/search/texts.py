"""Reads what was published, before the transaction: what is said about it, and the words of its files."""

from collections.abc import Sequence

import structlog

from shared.clock import today
from shared.contracts import DocumentPublished, Event
from shared.manifest import Manifest
from shared.objects import Objects

from .entries import Found
from .index import Entry
from .reading import texts
from .validity import validity_on

log = structlog.get_logger()

DESCRIBED = (
    "summary", "keywords", "genre", "matter", "stage", "former_index_no", "effective_on", "lapses_on",
)  # fmt: skip


async def found(events: Sequence[Event[DocumentPublished]], *, objects: Objects, limit: float) -> list[Found]:
    """One for each event. An object that is away fails its event, which is tried again; a file that cannot
    be read does not: its document is found by its title and numbers."""
    return [await _found(event.data, objects, limit) for event in events]


async def _found(published: DocumentPublished, objects: Objects, limit: float) -> Found:
    manifest = Manifest.from_bytes(await objects.get(published.content_sha256))
    contents = [await objects.get(file.sha256) for file in manifest.files]
    read = await texts(contents, limit)
    names = [file.name for file in manifest.files]
    unread = [f"{number}: {why}" for number, (_, why) in enumerate(read, 1) if why]
    for said in unread:
        log.warning("search.unread", document=str(published.document_id), file=said)
    return Found(_entry(published, manifest, _joined(names, [text for text, _ in read])), tuple(unread))


def _joined(names: Sequence[str], parts: Sequence[str]) -> str:
    """What the attachments are called can be found too; the first file is the document itself."""
    return "\n。\n".join((*parts, *names[1:])).replace("\0", "")


def _entry(published: DocumentPublished, manifest: Manifest, text: str) -> Entry:
    return Entry(
        published.document_id,
        published.edition,
        published.content_sha256,
        published.index_no,
        manifest.title,
        manifest.doc_no,
        published.department,
        published.joint_with,
        published.kind,
        published.theme,
        manifest.created_on,
        published.published_at,
        text,
        validity=validity_on(today(), manifest.effective_on, manifest.lapses_on),
        **{name: getattr(manifest, name) for name in DESCRIBED},
    )
