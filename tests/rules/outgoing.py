"""An edition as channels are given it, for the tests of channels."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.publish.channels import Outgoing, OutgoingFile
from shared.objects import Objects, digest, open_store

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENT = UUID("01a2b3c4-0000-7000-8000-000000000001")


def store(folder: Path) -> Objects:
    return open_store("", folder / "objects")


async def outgoing(objects: Objects, *files: tuple[str, str, bytes], **more: Any) -> Outgoing:
    """An edition with these files: name, type and content."""
    about = {
        "document_id": DOCUMENT,
        "edition": 1,
        "index_no": "12219900MB0A20027E/2026-00001",
        "title": "关于调整开放时间的通知",
        "kind": "notice",
        "theme": "02.01",
        "department": "archive",
        "body": "档案馆",
        "phone": "0410-88660563",
        "doc_no": "滨开档〔2026〕5号",
        "created_on": date(2026, 11, 20),
        "published_at": datetime(2026, 11, 21, 2, tzinfo=UTC),
        "content_sha256": "a" * 64,
        "url": f"https://www.example.gov.cn/documents/{DOCUMENT}",
        "about": {},
        **more,
    }
    for _, _, content in files:
        await objects.put(content)
    listed = tuple(OutgoingFile(name, kind, len(content), digest(content)) for name, kind, content in files)
    return Outgoing(**about, files=listed, objects=objects)
