"""The signed approval: what is signed is what is read, and only pinned keys are believed."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc.jwk import OKPKey

from shared.approval import LIFETIME, Approval, NotAnApproval, sign, verify
from shared.clock import new_id, now
from shared.contracts import Level
from tests.builders import AS_THE_POLICY_SAYS

AT = now()
KEY, OTHER = OKPKey.generate_key("Ed25519", {"kid": "a"}), OKPKey.generate_key("Ed25519", {"kid": "b"})


def approval(**more: Any) -> Approval:
    said: dict[str, Any] = {
        "approval_id": new_id(),
        "document_id": new_id(),
        "edition": 1,
        "content_sha256": "0" * 64,
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
    return Approval(**said)


def test_what_was_signed_is_what_is_read() -> None:
    signed = approval()
    assert verify(sign(signed, KEY), {"a": KEY, "b": OTHER}) == signed


def test_a_key_that_is_pinned_under_another_name_is_not_believed() -> None:
    with pytest.raises(NotAnApproval, match="bad-signature"):
        verify(sign(approval(), KEY), {"a": OTHER})
    with pytest.raises(NotAnApproval, match="unknown-key"):
        verify(sign(approval(), KEY), {"b": KEY})


def test_two_keys_are_believed_while_one_replaces_the_other() -> None:
    pinned = {"a": KEY, "b": OTHER}
    for key in (KEY, OTHER):
        assert verify(sign(approval(), key), pinned)


TOKEN = sign(approval(), KEY)


@given(some.integers(0, len(TOKEN) - 1), some.characters(codec="utf-8"))
def test_no_single_character_can_be_changed(at: int, character: str) -> None:
    forged = TOKEN[:at] + character + TOKEN[at + 1 :]
    # The last character of Base64 holds bits that count for nothing: the bytes are the same.
    if forged == TOKEN or at in (len(TOKEN) - 1, TOKEN.index(".") - 1, TOKEN.rindex(".") - 1):
        return
    with pytest.raises(NotAnApproval):
        verify(forged, {"a": KEY})


@given(some.text())
def test_nothing_that_anybody_writes_is_an_approval(text: str) -> None:
    with pytest.raises(NotAnApproval):
        verify(text, {"a": KEY})


def test_times_must_name_their_zone() -> None:
    with pytest.raises(ValueError, match="timezone"):
        approval(issued_at=datetime(2026, 1, 1))
