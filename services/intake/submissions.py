"""The story of a submission: accepted once, with a receipt, or refused with every fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import BEIJING, new_id, now
from shared.contracts import DocumentSubmitted
from shared.crash import crashpoint
from shared.db import Database, Transaction
from shared.manifest import Manifest
from shared.objects import digest
from shared.rows import packed

from .acceptance import AlreadySubmitted, KeyReused, NotYourDocument, UnknownBody, UnknownDocument


@dataclass(frozen=True)
class Handed:
    """What somebody hands in: a manifest whose files are in the store already."""

    source: str
    """Who hands it in: an officer or a portal."""
    key: str
    """The idempotency key: the same one is the same submission."""
    request_sha256: str
    manifest: Manifest
    document_id: UUID | None = None
    """The document that this is a new edition of; None for a new document."""


@dataclass(frozen=True)
class Receipt:
    """Proof of a submission (回执)."""

    receipt_no: str
    submission_id: UUID
    document_id: UUID
    edition: int
    content_sha256: str
    received_at: datetime
    repeated: bool = False
    """It was given before: this is an answer to the same request made again."""


FIND = "SELECT * FROM submission WHERE source = :source AND key = :key"

KNOWN = """
    SELECT 1 FROM submission WHERE source = :source AND key = :key
    UNION ALL SELECT 1 FROM submission WHERE department = :department AND content_sha256 = :content_sha256
      AND state NOT IN ('returned', 'rejected', 'withdrawn') LIMIT 1
"""

ALREADY = """
    SELECT receipt_no FROM submission
    WHERE department = :department AND content_sha256 = :content_sha256
      AND state NOT IN ('returned', 'rejected', 'withdrawn') LIMIT 1
"""

# The unique key makes one of two simultaneous requests wait here and then find the other's receipt.
INSERT = """
    INSERT INTO submission (id, source, key, request_sha256, receipt_no, document_id, edition, department,
                            author, title, content_sha256, received_at, state_since)
    SELECT id, source, key, request_sha256, receipt_no, document_id, edition, department, author, title,
           content_sha256, received_at, received_at
    FROM json_to_recordset(CAST(:rows AS json))
        AS handed (id uuid, source text, key text, request_sha256 text, receipt_no text, document_id uuid,
                   edition integer, department text, author text, title text, content_sha256 text,
                   received_at timestamptz)
"""

NEW_DOCUMENTS = """
    INSERT INTO document (id, department, editions)
    SELECT id, department, 1 FROM json_to_recordset(CAST(:rows AS json)) AS fresh (id uuid, department text)
"""

NEXT_EDITION = """
    UPDATE document SET editions = editions + 1 WHERE id = :id RETURNING editions, department
"""

SERIALS = """
    INSERT INTO receipt_serial (year, last) VALUES (:year, :count)
    ON CONFLICT (year) DO UPDATE SET last = receipt_serial.last + excluded.last RETURNING last
"""


async def receive(unit: Transaction, handed: Handed) -> Receipt:
    """Accept one submission, or answer with the receipt that the same key was given before."""
    if (earlier := await _earlier(unit, handed)) is not None:
        return earlier
    await _admissible(unit, handed)
    [receipt] = await accept(unit, [handed])
    crashpoint("intake.before-commit")
    return receipt


async def accept(unit: Transaction, handed: Sequence[Handed]) -> list[Receipt]:
    """Write down what is admissible, many at once, and announce it."""
    received_at = now()
    editions = [await _edition(unit, one) for one in handed]
    numbers = await _receipt_numbers(unit, received_at.astimezone(BEIJING).year, len(handed))
    receipts = [
        Receipt(number, new_id(), document_id, edition, digest(one.manifest.to_bytes()), received_at)
        for one, number, (document_id, edition) in zip(handed, numbers, editions, strict=True)
    ]
    await _write(unit, handed, receipts)
    unit.announce(*(_submitted(one, receipt) for one, receipt in zip(handed, receipts, strict=True)))
    return receipts


async def known(database: Database, handed: Handed) -> bool:
    """Whether it was handed in before, with this key or in these words: nothing new would be accepted."""
    content = {"department": handed.manifest.department, "content_sha256": digest(handed.manifest.to_bytes())}
    async with database.transaction() as unit:
        which = {"source": handed.source, "key": handed.key, **content}
        return (await unit.run(KNOWN, which)).first() is not None


async def find(unit: Transaction, submission_id: UUID) -> Row[Any] | None:
    """What is known of a submission and of what became of it."""
    return (await unit.run("SELECT * FROM submission WHERE id = :id", {"id": submission_id})).first()


async def _earlier(unit: Transaction, handed: Handed) -> Receipt | None:
    await unit.run(
        "SELECT pg_advisory_xact_lock(hashtextextended(:source || ' ' || :key, 0))",
        {"source": handed.source, "key": handed.key},
    )
    row = (await unit.run(FIND, {"source": handed.source, "key": handed.key})).first()
    if row is None:
        return None
    if row.request_sha256 != handed.request_sha256:
        raise KeyReused(receipt_no=row.receipt_no)
    return Receipt(
        row.receipt_no,
        row.id,
        row.document_id,
        row.edition,
        row.content_sha256,
        row.received_at,
        repeated=True,
    )


async def _admissible(unit: Transaction, handed: Handed) -> None:
    """Every body it names exists, and the same content is not under way already."""
    manifest = handed.manifest
    bodies = {manifest.department, *manifest.joint_with, *manifest.confirm_with}
    known = await unit.run(
        "SELECT code FROM shared.department WHERE code = ANY(:codes)", {"codes": list(bodies)}
    )
    if unknown := bodies - {row.code for row in known}:
        raise UnknownBody(", ".join(sorted(unknown)))
    content = {"department": handed.manifest.department, "content_sha256": digest(handed.manifest.to_bytes())}
    await unit.run("SELECT pg_advisory_xact_lock(hashtextextended(:content_sha256, 1))", content)
    if already := (await unit.run(ALREADY, content)).scalar():
        raise AlreadySubmitted(receipt_no=already)


async def _edition(unit: Transaction, handed: Handed) -> tuple[UUID, int]:
    """The document and the number of this edition; the document's row is locked, so editions are dense."""
    if handed.document_id is None:
        return new_id(), 1
    row = (await unit.run(NEXT_EDITION, {"id": handed.document_id})).first()
    if row is None:
        raise UnknownDocument(str(handed.document_id))
    if row.department != handed.manifest.department:
        raise NotYourDocument(row.department)
    return handed.document_id, row.editions


async def _receipt_numbers(unit: Transaction, year: int, count: int) -> list[str]:
    last = (await unit.run(SERIALS, {"year": year, "count": count})).scalar_one()
    return [f"R{year}-{serial:06d}" for serial in range(last - count + 1, last + 1)]


async def _write(unit: Transaction, handed: Sequence[Handed], receipts: Sequence[Receipt]) -> None:
    pairs = list(zip(handed, receipts, strict=True))
    new = [
        {"id": receipt.document_id, "department": one.manifest.department}
        for one, receipt in pairs
        if one.document_id is None
    ]
    await unit.run(NEW_DOCUMENTS, {"rows": packed(new)})
    rows = [
        {
            "id": receipt.submission_id,
            "source": one.source,
            "key": one.key,
            "request_sha256": one.request_sha256,
            "receipt_no": receipt.receipt_no,
            "document_id": receipt.document_id,
            "edition": receipt.edition,
            "department": one.manifest.department,
            "author": one.manifest.author,
            "title": one.manifest.title,
            "content_sha256": receipt.content_sha256,
            "received_at": receipt.received_at,
        }
        for one, receipt in pairs
    ]
    await unit.run(INSERT, {"rows": packed(rows)})


def _submitted(handed: Handed, receipt: Receipt) -> DocumentSubmitted:
    manifest = handed.manifest
    return DocumentSubmitted(
        document_id=receipt.document_id,
        edition=receipt.edition,
        submission_id=receipt.submission_id,
        department=manifest.department,
        author=manifest.author,
        kind=manifest.kind,
        theme=manifest.theme,
        joint_with=manifest.joint_with,
        content_sha256=receipt.content_sha256,
        confirm_with=manifest.confirm_with,
        sensitivity=manifest.sensitivity,
    )
