"""The gate's own judgement, without record or store."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from services.publish.gate import Candidate, Refused, Standing, admit
from shared.approval import LIFETIME, Approval, sign
from shared.clock import new_id, now
from shared.contracts import DocumentApproved, DocumentKind, Level
from shared.contracts.vocabulary import GateFault
from shared.manifest import Manifest, ManifestFile
from shared.objects import digest
from shared.policy_file import load
from tests.builders import AS_THE_POLICY_SAYS

AT = now()
POLICY = load("default")
FRESH = Standing(withdrawn_upto=0, current_edition=0, approval_used=False)


@pytest.fixture(scope="module")
def key() -> OKPKey:
    key = OKPKey.generate_key("Ed25519")
    key.ensure_kid()
    return key


def candidate(key: OKPKey, **more: Any) -> Candidate:
    file = ManifestFile(name="a.txt", media_type="text/plain", size=1, sha256="0" * 64)
    manifest = Manifest(
        title="通知",
        kind=DocumentKind.NOTICE,
        department="archive",
        author="feng.xue",
        theme="02.01",
        created_on=date(2026, 11, 20),
        files=(file,),
    )
    said: dict[str, Any] = {
        "approval_id": new_id(),
        "document_id": new_id(),
        "edition": 3,
        "content_sha256": digest(manifest.to_bytes()),
        "department": "archive",
        "author": "feng.xue",
        "approved_by": "cao.zhiyuan",
        "level": Level.HEAD,
        "required_level": Level.HEAD,
        **AS_THE_POLICY_SAYS,
        "basis": "art. 17",
        "issued_at": AT,
        "expires_at": AT + LIFETIME,
        **more,
    }
    approval = Approval(**said)
    names = ("document_id", "edition", "department", "content_sha256", "approval_id", "level", "approved_by")
    told = {name: said[name] for name in names}
    return Candidate(
        new_id(), DocumentApproved(case_id=new_id(), approval=sign(approval, key), **told), manifest
    )


def fault(one: Candidate, key: OKPKey, standing: Standing = FRESH, moment: Any = AT) -> GateFault | None:
    try:
        admit(one, standing, {str(key.kid): key}, POLICY, moment)
    except Refused as refused:
        return refused.fault
    return None


def test_what_is_as_it_must_be_passes(key: OKPKey) -> None:
    one = candidate(key)
    approval, manifest = admit(one, FRESH, {str(key.kid): key}, POLICY, AT)
    assert approval.document_id == one.approved.document_id
    assert manifest == one.manifest


def test_without_any_pinned_key_nothing_passes(key: OKPKey) -> None:
    with pytest.raises(Refused, match="unknown-key"):
        admit(candidate(key), FRESH, {}, POLICY, AT)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(2, 0, False), None),
        (Standing(3, 0, False), GateFault.WITHDRAWN),
        (Standing(9, 0, False), GateFault.WITHDRAWN),
        (Standing(0, 2, False), None),
        (Standing(0, 3, False), GateFault.OUTDATED),
        (Standing(0, 4, False), GateFault.OUTDATED),
        (Standing(0, 0, True), GateFault.USED_BEFORE),
        (Standing(3, 3, True), GateFault.WITHDRAWN),
    ],
)
def test_how_the_document_stands_decides_as_well(
    key: OKPKey, standing: Standing, expected: GateFault | None
) -> None:
    assert fault(candidate(key), key, standing) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (AT - timedelta(minutes=2), GateFault.NOT_YET_VALID),
        (AT - timedelta(seconds=59), None),
        (AT + LIFETIME, None),
        (AT + LIFETIME + timedelta(seconds=1), GateFault.EXPIRED),
    ],
)
def test_an_approval_holds_for_its_time(key: OKPKey, moment: Any, expected: GateFault | None) -> None:
    assert fault(candidate(key), key, moment=moment) == expected


@pytest.mark.parametrize("what", [GateFault.CONTENT_MISSING, GateFault.CONTENT_CHANGED])
def test_what_cannot_be_read_does_not_pass(key: OKPKey, what: GateFault) -> None:
    assert fault(replace(candidate(key), manifest=None, fault=what), key) == what
    assert fault(replace(candidate(key), manifest=None), key) == GateFault.CONTENT_MISSING


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("required", Level)
def test_the_level_must_reach_what_was_required(key: OKPKey, level: Level, required: Level) -> None:
    order = list(Level)
    expected = None if order.index(level) >= order.index(required) else GateFault.LEVEL_TOO_LOW
    assert fault(candidate(key, level=level, required_level=required), key) == expected


def test_self_approval_does_not_pass_at_any_level(key: OKPKey) -> None:
    one = candidate(key, approved_by="feng.xue", level=Level.PRINCIPAL)
    assert fault(one, key) == GateFault.SELF_APPROVED
