"""A document handed in from files: what is said about it, and the key that makes repeating harmless."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .asking import Desk


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def read(paths: Sequence[Path]) -> list[File]:
    return [File(path.name, path.read_bytes()) for path in paths]


def key_of(officer: str, metadata: Mapping[str, str | list[str]], files: Sequence[File]) -> str:
    """The same for the same document, whenever and however often it is handed in."""
    hashed = sha256(json.dumps([officer, metadata], sort_keys=True, ensure_ascii=False).encode())
    for file in files:
        hashed.update(sha256(file.name.encode()).digest() + sha256(file.content).digest())
    return f"cli-{hashed.hexdigest()[:40]}"


def submit(desk: Desk, metadata: Mapping[str, Any], files: Sequence[File], key: str) -> dict[str, Any]:
    """The receipt; the earlier one when it was handed in before. Raises Refused."""
    receipt = desk.ask(
        "POST",
        "intake",
        "/submissions",
        data={"submission": json.dumps(metadata, ensure_ascii=False)},
        files=[("file", (file.name, file.content, "application/octet-stream")) for file in files],
        headers={"Idempotency-Key": key},
    )
    return dict(receipt)
