"""Review's desk, for the gate's tests: editions, approvals as they must be, and their way to publish."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from joserfc import jws
from joserfc.jwk import OKPKey

from services.publish import withdrawals
from shared.approval import ALGORITHM, TYPE, Approval, sign
from shared.clock import new_id, now
from shared.consumer import Consumer
from shared.contracts import DocumentApproved, DocumentKind, Level, WithdrawalKind, WithdrawalReason
from shared.db import Database
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, digest
from tests.builders import AS_THE_POLICY_SAYS, event, fields

DAY = timedelta(days=1)


def canonical(**header: Any) -> bytes:
    return urlsafe_b64encode(orjson.dumps(header)).rstrip(b"=")


@dataclass
class Desk:
    """Review's desk and what a forger has: objects, a key of review, a key of nobody, publish's ear."""

    publish: Database
    objects: Objects
    store: Path
    key: OKPKey
    consumer: Consumer
    position: int = 0

    async def content(self, **more: Any) -> tuple[str, Manifest]:
        """An edition in the store."""
        text = f"正文 {new_id()}".encode()
        file = ManifestFile(name="a.txt", media_type="text/plain", size=len(text), sha256=digest(text))
        about: dict[str, Any] = {
            "title": "通知",
            "kind": DocumentKind.NOTICE,
            "department": "archive",
            "author": "feng.xue",
            "theme": "02.01",
            "created_on": date(2026, 11, 20),
            "files": (file,),
            **more,
        }
        manifest = Manifest(**about)
        await self.objects.put(text)
        return await self.objects.put(manifest.to_bytes()), manifest

    def approval(self, content_sha256: str, **more: Any) -> Approval:
        at = now()
        said: dict[str, Any] = {
            "approval_id": new_id(),
            "document_id": new_id(),
            "edition": 1,
            "content_sha256": content_sha256,
            "department": "archive",
            "author": "feng.xue",
            "approved_by": "cao.zhiyuan",
            "level": Level.HEAD,
            "required_level": Level.HEAD,
            **AS_THE_POLICY_SAYS,
            "basis": "art. 17",
            "issued_at": at,
            "expires_at": at + DAY,
            **more,
        }
        return Approval(**said)

    async def rightful(self, manifest: Mapping[str, Any] | None = None, **more: Any) -> DocumentApproved:
        """What review says when everything is as it must be."""
        address, _ = await self.content(**(manifest or {}))
        approval = self.approval(address, **more)
        return self.told(approval, sign(approval, self.key))

    def told(self, approval: Approval, token: str) -> DocumentApproved:
        return DocumentApproved(
            document_id=approval.document_id,
            case_id=new_id(),
            edition=approval.edition,
            department=approval.department,
            content_sha256=approval.content_sha256,
            approval_id=approval.approval_id,
            approval=token,
            level=approval.level,
            approved_by=approval.approved_by,
        )

    def said(self, approved: DocumentApproved) -> dict[str, Any]:
        """What the token's payload says."""
        return dict(orjson.loads(payload(approved.approval)))

    async def present(self, *told: DocumentApproved, sequence: int = 1) -> None:
        """The events come from review's stream."""
        entries = []
        for one in told:
            self.position += 1
            entries.append((b"%d-0" % self.position, fields(event(one, sequence))))
        await self.consumer.consume(entries)

    async def public(self) -> set[UUID]:
        rows = await self.ask("SELECT id FROM document WHERE current_edition IS NOT NULL")
        return {row.id for row in rows}

    async def ask(self, statement: str, **parameters: Any) -> Sequence[Any]:
        async with self.publish.transaction() as unit:
            return (await unit.run(statement, parameters)).all()

    async def withdraw(self, document: UUID, edition: int = 1) -> bool:
        async with self.publish.transaction() as unit:
            return await withdrawals.withdraw(
                unit,
                document,
                edition,
                WithdrawalKind.WITHDRAWN,
                WithdrawalReason.INACCURATE,
                "有误",
                "cao.zhiyuan",
            )

    def path(self, address: str) -> Path:
        [found] = self.store.rglob(address)
        return found


def payload(token: str) -> bytes:
    return unpadded(token.split(".")[1])


def unpadded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed_by(key: Any, claims: Any, **header: Any) -> str:
    """A token as anybody can make one; with a key of review, as only review can."""
    head = {"alg": ALGORITHM, "typ": TYPE, "kid": str(key.kid), **header}
    registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
    body = claims if isinstance(claims, bytes) else orjson.dumps(claims)
    return jws.serialize_compact(head, body, key, registry=registry)
