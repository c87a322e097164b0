"""Review's desk and a forger's: approvals as they must be, and every way of making them wrong."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from joserfc import jws
from joserfc.jwk import OKPKey

from services.publish import catalogue
from shared.approval import ALGORITHM, TYPE, Approval, sign
from shared.clock import new_id, now
from shared.consumer import Consumer
from shared.contracts import DocumentApproved, DocumentKind, Level, WithdrawalKind, WithdrawalReason
from shared.contracts.vocabulary import GateFault
from shared.db import Database
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, digest
from tests.builders import event, fields

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
            "basis": "art. 17",
            "issued_at": at,
            "expires_at": at + DAY,
            **more,
        }
        return Approval(**said)

    async def rightful(self, **more: Any) -> DocumentApproved:
        """What review says when everything is as it must be."""
        address, _ = await self.content()
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
            return await catalogue.withdraw(
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


Forge = Callable[[Desk], Awaitable[DocumentApproved]]
FORGERIES: dict[str, tuple[Forge, GateFault]] = {}


def forgery(fault: GateFault) -> Callable[[Forge], Forge]:
    def register(forge: Forge) -> Forge:
        FORGERIES[forge.__name__.replace("_", " ")] = (forge, fault)
        return forge

    return register


def with_token(approved: DocumentApproved, token: str) -> DocumentApproved:
    return approved.model_copy(update={"approval": token})


@forgery(GateFault.NOT_SIGNED)
async def no_token_at_all(desk: Desk) -> DocumentApproved:
    return with_token(await desk.rightful(), "")


@forgery(GateFault.BAD_SIGNATURE)
async def an_empty_signature(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, good.approval.rpartition(".")[0] + ".")


@forgery(GateFault.UNKNOWN_KEY)
async def a_key_of_nobody(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    stranger = OKPKey.generate_key("Ed25519", {"kid": "stranger"})
    return with_token(good, signed_by(stranger, desk.said(good)))


@forgery(GateFault.BAD_SIGNATURE)
async def a_key_of_nobody_under_the_pinned_name(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    stranger = OKPKey.generate_key("Ed25519", {"kid": str(desk.key.kid)})
    return with_token(good, signed_by(stranger, desk.said(good)))


@forgery(GateFault.WRONG_ALGORITHM)
async def algorithm_none(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    head = canonical(alg="none", typ=TYPE, kid=str(desk.key.kid)).decode()
    return with_token(good, f"{head}.{good.approval.split('.')[1]}.")


@forgery(GateFault.WRONG_ALGORITHM)
async def the_public_key_as_a_shared_secret(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    head = canonical(alg="HS256", typ=TYPE, kid=str(desk.key.kid)).decode()
    body = f"{head}.{good.approval.split('.')[1]}"
    signature = hmac.digest(desk.key.as_pem(private=False), body.encode(), "sha256")
    return with_token(good, f"{body}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@forgery(GateFault.WRONG_ALGORITHM)
async def an_old_name_of_the_algorithm(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, with_header(good.approval, alg="EdDSA", typ=TYPE, kid=str(desk.key.kid)))


@forgery(GateFault.WRONG_TYPE)
async def a_receipt_in_place_of_an_approval(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, signed_by(desk.key, desk.said(good), typ="gongkai-receipt+jws"))


@forgery(GateFault.WRONG_TYPE)
async def no_type(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, with_header(good.approval, alg=ALGORITHM, kid=str(desk.key.kid)))


def with_header(token: str, **header: Any) -> str:
    """The same payload and signature under another header."""
    return ".".join([canonical(**header).decode(), *token.split(".")[1:]])


def offering(**offered: Any) -> Forge:
    """A stranger's signature, and a header that offers the stranger's key to verify it with."""

    async def forge(desk: Desk) -> DocumentApproved:
        good = await desk.rightful()
        stranger = OKPKey.generate_key("Ed25519", {"kid": str(desk.key.kid)})
        offer = {"jwk": stranger.as_dict(private=False)} if "jwk" in offered else offered
        return with_token(good, signed_by(stranger, desk.said(good), **offer))

    return forge


for name, offer in {
    "jwk": {"jwk": {}},
    "jku": {"jku": "https://evil.example/keys"},
    "x5u": {"x5u": "https://evil.example/certificate"},
    "x5c": {"x5c": ["MIIB"]},
    "crit": {"crit": ["b64"], "b64": True},
}.items():
    FORGERIES[f"a header that offers {name}"] = (offering(**offer), GateFault.WRONG_TYPE)


@forgery(GateFault.UNKNOWN_KEY)
async def a_kid_that_is_a_path(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, signed_by(desk.key, desk.said(good), kid="../private/review"))


@forgery(GateFault.UNKNOWN_KEY)
async def the_key_of_another_service(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    intake = OKPKey.generate_key("Ed25519")
    intake.ensure_kid()
    return with_token(good, signed_by(intake, desk.said(good)))


@forgery(GateFault.BAD_SIGNATURE)
async def a_changed_claim(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    head, _, signature = good.approval.split(".")
    claims = urlsafe_b64encode(orjson.dumps({**desk.said(good), "level": "principal"})).rstrip(b"=").decode()
    return with_token(good, f"{head}.{claims}.{signature}")


@forgery(GateFault.BAD_SIGNATURE)
async def one_bit_of_the_signature(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    body, _, signature = good.approval.rpartition(".")
    raw = bytearray(unpadded(signature))
    raw[10] ^= 1
    return with_token(good, f"{body}.{urlsafe_b64encode(bytes(raw)).rstrip(b'=').decode()}")


@forgery(GateFault.MALFORMED)
async def a_token_cut_off(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, good.approval[:40])


@forgery(GateFault.MALFORMED)
async def dots(desk: Desk) -> DocumentApproved:
    return with_token(await desk.rightful(), "..")


@forgery(GateFault.MALFORMED)
async def a_header_that_is_a_list(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, f"W10.{good.approval.split('.', 1)[1]}")


@forgery(GateFault.MALFORMED)
async def claims_that_are_no_json(desk: Desk) -> DocumentApproved:
    return with_token(await desk.rightful(), signed_by(desk.key, b"hello"))


@forgery(GateFault.MALFORMED)
async def a_claim_that_is_missing(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    claims = {name: value for name, value in desk.said(good).items() if name != "expires_at"}
    return with_token(good, signed_by(desk.key, claims))


@forgery(GateFault.MALFORMED)
async def a_claim_too_many(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    return with_token(good, signed_by(desk.key, {**desk.said(good), "also_for": str(new_id())}))


@forgery(GateFault.OTHER_DOCUMENT)
async def the_approval_of_another_document(desk: Desk) -> DocumentApproved:
    return (await desk.rightful()).model_copy(update={"document_id": new_id()})


@forgery(GateFault.OTHER_EDITION)
async def the_approval_of_another_edition(desk: Desk) -> DocumentApproved:
    return (await desk.rightful()).model_copy(update={"edition": 2})


@forgery(GateFault.OTHER_CONTENT)
async def other_content_under_the_same_approval(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(title="另一份")
    return (await desk.rightful()).model_copy(update={"content_sha256": address})


@forgery(GateFault.OTHER_CONTENT)
async def metadata_changed_after_the_approval(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    manifest = Manifest.from_bytes(await desk.objects.get(good.content_sha256))
    changed = await desk.objects.put(manifest.model_copy(update={"title": "改了标题"}).to_bytes())
    return good.model_copy(update={"content_sha256": changed})


@forgery(GateFault.CONTENT_CHANGED)
async def one_changed_byte_in_a_file(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    manifest = Manifest.from_bytes(await desk.objects.get(good.content_sha256))
    path = desk.path(manifest.files[0].sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    return good


@forgery(GateFault.CONTENT_CHANGED)
async def a_manifest_exchanged_in_the_store(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    _, other = await desk.content(title="另一份")
    desk.path(good.content_sha256).write_bytes(other.to_bytes())
    return good


@forgery(GateFault.CONTENT_MISSING)
async def a_file_that_is_missing(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    manifest = Manifest.from_bytes(await desk.objects.get(good.content_sha256))
    await desk.objects.remove([manifest.files[0].sha256])
    return good


@forgery(GateFault.CONTENT_MISSING)
async def a_manifest_that_is_missing(desk: Desk) -> DocumentApproved:
    good = await desk.rightful()
    await desk.objects.remove([good.content_sha256])
    return good


@forgery(GateFault.CONTENT_CHANGED)
async def content_that_is_no_manifest(desk: Desk) -> DocumentApproved:
    return await signed_over(desk, await desk.objects.put(b"not a manifest"))


async def signed_over(desk: Desk, address: str, **more: Any) -> DocumentApproved:
    approval = desk.approval(address, **more)
    return desk.told(approval, sign(approval, desk.key))


@forgery(GateFault.OTHER_CONTENT)
async def another_author_than_the_manifest_names(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(author="cao.zhiyuan")
    return await signed_over(desk, address)


@forgery(GateFault.OTHER_CONTENT)
async def another_body_than_the_manifest_names(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(department="library")
    return await signed_over(desk, address)


@forgery(GateFault.NOT_APPROVED)
async def another_number_than_the_approval_has(desk: Desk) -> DocumentApproved:
    return (await desk.rightful()).model_copy(update={"approval_id": new_id()})


@forgery(GateFault.SELF_APPROVED)
async def approved_by_its_author(desk: Desk) -> DocumentApproved:
    return await desk.rightful(approved_by="feng.xue")


@forgery(GateFault.LEVEL_TOO_LOW)
async def approved_too_low(desk: Desk) -> DocumentApproved:
    return await desk.rightful(required_level=Level.PRINCIPAL, level=Level.LEADER)


@forgery(GateFault.EXPIRED)
async def expired(desk: Desk) -> DocumentApproved:
    return await desk.rightful(issued_at=now() - 2 * DAY, expires_at=now() - DAY)


@forgery(GateFault.NOT_YET_VALID)
async def not_yet_valid(desk: Desk) -> DocumentApproved:
    return await desk.rightful(issued_at=now() + DAY, expires_at=now() + 2 * DAY)
