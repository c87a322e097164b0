"""Every way of making an approval wrong, and what the gate must find."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from joserfc.jwk import OKPKey

from shared.approval import ALGORITHM, TYPE, sign
from shared.clock import new_id, now
from shared.contracts import DocumentApproved, DocumentKind, Level, Sensitivity
from shared.contracts.vocabulary import GateFault
from shared.manifest import Manifest
from tests.builders import opinions

from .desk import DAY, Desk, canonical, signed_by, unpadded

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


HEAD = ("head", "cao.zhiyuan", "archive", "head")
CHECK = ("check", "han.mei", "secrecy", "secrecy")


@forgery(GateFault.NOT_APPROVED)
async def without_any_opinion(desk: Desk) -> DocumentApproved:
    return await desk.rightful(opinions=())


@forgery(GateFault.NOT_APPROVED)
async def without_the_secrecy_check(desk: Desk) -> DocumentApproved:
    return await desk.rightful(opinions=opinions(HEAD))


@forgery(GateFault.NOT_APPROVED)
async def checked_after_the_approval(desk: Desk) -> DocumentApproved:
    return await desk.rightful(opinions=opinions(HEAD, CHECK), approved_by="han.mei")


@forgery(GateFault.NOT_APPROVED)
async def one_person_at_both_steps(desk: Desk) -> DocumentApproved:
    both = opinions(("check", "cao.zhiyuan", "archive", "officer"), HEAD)
    return await desk.rightful(opinions=both)


@forgery(GateFault.SELF_APPROVED)
async def checked_by_its_author(desk: Desk) -> DocumentApproved:
    return await desk.rightful(opinions=opinions(("check", "feng.xue", "archive", "officer"), HEAD))


@forgery(GateFault.SELF_APPROVED)
async def checked_by_the_author_of_an_earlier_edition(desk: Desk) -> DocumentApproved:
    return await desk.rightful(authors=("feng.xue", "han.mei"))


@forgery(GateFault.NOT_APPROVED)
async def checked_in_a_role_that_may_not(desk: Desk) -> DocumentApproved:
    return await desk.rightful(opinions=opinions(("check", "han.mei", "secrecy", "operator"), HEAD))


@forgery(GateFault.NOT_APPROVED)
async def approved_by_the_head_of_another_body(desk: Desk) -> DocumentApproved:
    other = ("head", "peng.bo", "library", "head")
    return await desk.rightful(opinions=opinions(CHECK, other), approved_by="peng.bo")


@forgery(GateFault.NOT_APPROVED)
async def approved_by_somebody_who_gave_no_opinion(desk: Desk) -> DocumentApproved:
    return await desk.rightful(approved_by="jiang.hai")


@forgery(GateFault.NOT_APPROVED)
async def a_step_of_another_tier_in_between(desk: Desk) -> DocumentApproved:
    between = ("vice", "gao.mingyuan", "office", "leader")
    return await desk.rightful(opinions=opinions(CHECK, between, HEAD))


@forgery(GateFault.NOT_APPROVED)
async def a_tier_that_no_policy_has(desk: Desk) -> DocumentApproved:
    return await desk.rightful(tier="trivial")


@forgery(GateFault.LEVEL_TOO_LOW)
async def a_budget_as_if_it_were_a_notice(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(kind=DocumentKind.BUDGET)
    return await signed_over(desk, address)


@forgery(GateFault.LEVEL_TOO_LOW)
async def what_several_bodies_issue_as_if_it_were_one(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(joint_with=("library",))
    return await signed_over(desk, address)


@forgery(GateFault.LEVEL_TOO_LOW)
async def what_is_sensitive_as_if_it_were_not(desk: Desk) -> DocumentApproved:
    address, _ = await desk.content(sensitivity=Sensitivity.SENSITIVE)
    return await signed_over(desk, address)


@forgery(GateFault.LEVEL_TOO_LOW)
async def grave_findings_at_the_lowest_tier(desk: Desk) -> DocumentApproved:
    return await desk.rightful(blocking=1)
