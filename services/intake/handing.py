"""From what arrived at a door to what can be accepted: every fault is named, then the files are kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.contracts.intake import SubmissionMetadata
from shared.db import Database
from shared.files import UnacceptableFile, recognise
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, digest
from shared.problems import Invalid

from .describing import fault, faults_of
from .submissions import Handed, known

MAX_FILES = 20


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


async def hand_in(
    database: Database,
    objects: Objects,
    source: str,
    key: str,
    metadata: Mapping[str, Any],
    uploads: Sequence[Upload],
) -> Handed:
    """Check everything, keep the files and the manifest, and answer what is to be accepted.

    Raises Invalid with all the faults there are.
    """
    said, faults = _metadata(metadata)
    files, file_faults = _files(uploads)
    if said is None or faults or file_faults:
        raise Invalid(faults=[*faults, *file_faults])
    manifest = Manifest(**said.model_dump(exclude={"document_id"}), files=tuple(files))
    request = digest(manifest.to_bytes() + str(said.document_id).encode())
    handed = Handed(source, key, request, manifest, said.document_id)
    # What is here already is not kept again: it may have been locked away, and would lie open once more.
    if not await known(database, handed):
        for content in (*(upload.content for upload in uploads), manifest.to_bytes()):
            await objects.put(content)
    return handed


def parse(text: str | bytes) -> Mapping[str, Any]:
    """The metadata as a mapping; raises Invalid where it is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(faults=[fault("submission", "not-json", "这不是 JSON。 This is not JSON.")]) from None
    if not isinstance(value, dict):
        raise Invalid(
            faults=[fault("submission", "not-an-object", "应为 JSON 对象。 A JSON object is needed.")]
        )
    return value


def _metadata(metadata: Mapping[str, Any]) -> tuple[SubmissionMetadata | None, list[dict[str, Any]]]:
    try:
        said = SubmissionMetadata.model_validate(metadata)
    except ValidationError as wrong:
        return None, [
            fault(".".join(map(str, error["loc"])), error["type"], error["msg"])
            for error in wrong.errors(include_input=False, include_url=False)
        ]
    return said, faults_of(said)


def _files(uploads: Sequence[Upload]) -> tuple[list[ManifestFile], list[dict[str, Any]]]:
    files, faults = [], []
    if not 1 <= len(uploads) <= MAX_FILES:
        faults.append(
            fault("files", "number-of-files", f"须有 1 至 {MAX_FILES} 个文件。 1 to {MAX_FILES} files.")
        )
    for number, upload in enumerate(uploads):
        try:
            kind = recognise(upload.name, upload.content)
        except UnacceptableFile as wrong:
            faults.append(fault(f"files.{number}", wrong.code, f"{wrong.zh} {wrong}"))
        else:
            size = len(upload.content)
            files.append(
                ManifestFile(
                    name=upload.name, media_type=kind.media_type, size=size, sha256=digest(upload.content)
                )
            )
    return files, faults
