"""Nothing unapproved is published: every forged approval is refused, recorded and announced."""

import asyncio
import hmac
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from services.publish import catalogue, consumers
from shared import keys
from shared.approval import ALGORITHM, TYPE, Approval, sign
from shared.clock import new_id, now
from shared.consumer import Consumer
from shared.contracts import DocumentApproved, DocumentKind, Level, WithdrawalKind, WithdrawalReason
from shared.contracts.vocabulary import GateFault
from shared.db import Database, Transaction
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, digest, open_store
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


@pytest.fixture
async def desk(database: Callable[[str], Database], made_keys: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    publish, objects = database("publish"), open_store("", tmp_path / "objects")
    table = consumers.table(objects, keys.pinned(made_keys, "review"))
    consumer = Consumer(publish, "publish", "review", "gongkai:review:t1", table["review"])
    yield Desk(publish, objects, tmp_path / "objects", keys.private(made_keys, "review"), consumer)


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


async def test_no_forged_approval_passes_the_gate(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """All at once and in the company of an honest one, so that none can be refused for its neighbours."""
    honest = await desk.rightful()
    forged = {name: (await forge(desk), fault) for name, (forge, fault) in FORGERIES.items()}
    await desk.present(honest, *(approved for approved, _ in forged.values()))
    refused = {row.document_id: row.fault for row in await desk.ask("SELECT * FROM refusal")}
    wrong = {
        name: (refused.get(approved.document_id), fault)
        for name, (approved, fault) in forged.items()
        if refused.get(approved.document_id) != fault
    }
    assert wrong == {}, "each is refused, and for what is wrong with it"
    assert await desk.public() == {honest.document_id}
    assert len(await desk.ask("SELECT * FROM edition")) == 1
    announced = await desk.ask("SELECT subject FROM announcement WHERE type LIKE '%refused%'")
    assert {UUID(row.subject) for row in announced} == {approved.document_id for approved, _ in forged.values()}
    with capsys.disabled():
        print(f"\nforgeries={len(forged)} published={len(await desk.public()) - 1}")
    assert len(forged) >= 40


@pytest.mark.parametrize("token", ["approved, honestly", "同意公开。同意公开", "x" * 5_000, "a.b.c\0"])
async def test_what_is_no_token_at_all_does_not_even_reach_the_gate(desk: Desk, token: str) -> None:
    await desk.present(with_token(await desk.rightful(), token))
    assert await desk.public() == set()
    assert [row.status for row in await desk.ask("SELECT status FROM inbox")] == ["dead"]


@pytest.mark.parametrize("name", ["a key of nobody", "one changed byte in a file"])
async def test_a_forgery_alone_is_refused_once_however_often_it_comes(desk: Desk, name: str) -> None:
    forged = await FORGERIES[name][0](desk)
    await desk.present(forged)
    await desk.present(forged, sequence=2)
    assert await desk.public() == set()
    assert len(await desk.ask("SELECT * FROM refusal")) == 2


async def test_an_approval_serves_once(desk: Desk) -> None:
    good = await desk.rightful()
    await desk.present(good)
    await desk.present(good, sequence=2)
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.USED_BEFORE]
    assert len(await desk.ask("SELECT * FROM edition")) == 1


async def test_an_older_edition_does_not_replace_a_newer_one(desk: Desk) -> None:
    document = new_id()
    await desk.present(await desk.rightful(document_id=document, edition=2))
    await desk.present(await desk.rightful(document_id=document, edition=1), sequence=2)
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.OUTDATED]
    [row] = await desk.ask("SELECT current_edition FROM document")
    assert row.current_edition == 2


async def test_an_approval_replayed_after_the_withdrawal_is_refused(desk: Desk) -> None:
    good = await desk.rightful()
    await desk.present(good)
    assert await desk.withdraw(good.document_id)
    await desk.present(good, sequence=2)
    await desk.present(await desk.rightful(document_id=good.document_id), sequence=3)
    assert await desk.public() == set()
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.WITHDRAWN] * 2


async def test_what_was_withdrawn_before_it_was_ever_heard_of_is_refused(desk: Desk) -> None:
    good = await desk.rightful()
    assert await desk.withdraw(good.document_id)
    await desk.present(good)
    assert await desk.public() == set()
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.WITHDRAWN]


async def test_a_later_edition_may_be_published_after_a_withdrawal_and_keeps_its_number(desk: Desk) -> None:
    first = await desk.rightful()
    await desk.present(first)
    [before] = await desk.ask("SELECT index_no FROM document")
    await desk.withdraw(first.document_id)
    await desk.present(await desk.rightful(document_id=first.document_id, edition=2), sequence=2)
    [after] = await desk.ask("SELECT index_no, current_edition FROM document")
    assert (after.index_no, after.current_edition) == (before.index_no, 2)


async def test_a_withdrawal_of_an_edition_withdraws_all_before_it_and_none_after_it(desk: Desk) -> None:
    document = new_id()
    await desk.present(await desk.rightful(document_id=document, edition=3))
    assert await desk.withdraw(document, 2)
    assert await desk.public() == {document}
    assert await desk.withdraw(document, 3)
    assert await desk.public() == set()
    assert not await desk.withdraw(document, 3), "said again, it changes nothing"
    assert len(await desk.ask("SELECT * FROM withdrawal")) == 2


async def test_index_numbers_are_dense_by_body_and_year_and_never_given_twice(desk: Desk) -> None:
    first = [await desk.rightful() for _ in range(5)]
    await desk.present(*first)
    for one in first:
        await desk.withdraw(one.document_id)
    await desk.present(await FORGERIES["expired"][0](desk), *[await desk.rightful() for _ in range(3)])
    numbers = [row.index_no for row in await desk.ask("SELECT index_no FROM document WHERE index_no <> ''")]
    year = now().year
    assert sorted(numbers) == [f"12219900MB0A20027E/{year}-{n:05d}" for n in range(1, 9)]


async def test_index_numbers_given_at_the_same_time_are_dense(desk: Desk) -> None:
    good = [await desk.rightful() for _ in range(12)]
    entries = [(b"%d-0" % n, fields(event(one, 1))) for n, one in enumerate(good, 1)]
    await asyncio.gather(*(desk.consumer.consume(entries[n : n + 3]) for n in range(0, 12, 3)))
    numbers = [row.index_no[-5:] for row in await desk.ask("SELECT index_no FROM document ORDER BY index_no")]
    assert numbers == [f"{n:05d}" for n in range(1, 13)]


async def test_nothing_is_public_after_its_withdrawal_was_committed(desk: Desk) -> None:
    """Publication and withdrawal race, with pauses between the gate's look and its writing."""
    pairs, chance = 60, random.Random(3)
    table = dict(desk.consumer.hears)
    hearing = table[DocumentApproved.type]

    async def slowly(unit: Transaction, works: Sequence[Any]) -> None:
        await asyncio.sleep(chance.random() * 0.02)
        await hearing.handle(unit, works)
        await asyncio.sleep(chance.random() * 0.02)

    desk.consumer.hears[DocumentApproved.type] = replace(hearing, handle=slowly)
    good = [await desk.rightful() for _ in range(pairs)]
    first: dict[str, int] = {"published": 0, "refused": 0}

    async def race(n: int, one: DocumentApproved) -> None:
        async def withdraw() -> None:
            await asyncio.sleep(chance.random() * 0.04)
            assert await desk.withdraw(one.document_id)
            assert one.document_id not in await desk.public()

        entry = (b"%d-0" % (n + 1), fields(event(one, 1)))
        await asyncio.gather(desk.consumer.consume([entry]), withdraw())

    for n in range(0, pairs, 4):
        await asyncio.gather(*(race(m, good[m]) for m in range(n, n + 4)))
    assert await desk.public() == set()
    first["refused"] = len(await desk.ask("SELECT * FROM refusal"))
    first["published"] = len(await desk.ask("SELECT * FROM edition"))
    assert first["refused"] + first["published"] == pairs
    assert min(first.values()) > 0, f"a race has two outcomes: {first}"


def test_every_fault_of_the_gate_is_tried() -> None:
    tried = {fault for _, fault in FORGERIES.values()}
    elsewhere = {GateFault.USED_BEFORE, GateFault.WITHDRAWN, GateFault.OUTDATED}
    assert tried | elsewhere == set(GateFault)


