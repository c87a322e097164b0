"""What stays visible of a withdrawn document, by kind and by reason."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.publish.reading.tombstones import UNSPEAKABLE, tombstone
from shared.contracts import WithdrawalKind, WithdrawalReason

KNOWN = {
    "document_id": UUID(int=1),
    "kind": "withdrawn",
    "edition": 2,
    "withdrawn_at": datetime(2026, 11, 22, tzinfo=UTC),
    "reason": "inaccurate",
    "title": "某某人的通知",
    "index_no": "12219900MB0A20027E/2026-00001",
    "doc_no": "滨开管发〔2026〕15号",
    "department": "archive",
    "created_on": date(2026, 11, 1),
    "published_at": datetime(2026, 11, 2, tzinfo=UTC),
    "replaced_by": UUID(int=2),
}
SPEAKABLE = [reason for reason in WithdrawalReason if reason not in UNSPEAKABLE]


def said(**more: Any) -> dict[str, Any]:
    return tombstone({**KNOWN, **more}).model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize("kind", [kind for kind in WithdrawalKind if kind is not WithdrawalKind.GONE])
@pytest.mark.parametrize("reason", SPEAKABLE)
def test_title_number_body_dates_and_reason_stay(kind: str, reason: str) -> None:
    stone = said(kind=kind, reason=reason)
    assert stone.keys() == KNOWN.keys()
    assert (stone["kind"], stone["reason"], stone["title"]) == (kind, reason, "某某人的通知")


@pytest.mark.parametrize("kind", WithdrawalKind)
@pytest.mark.parametrize("reason", WithdrawalReason)
def test_of_what_is_gone_secret_or_personal_only_that_is_said(kind: str, reason: str) -> None:
    if kind != "gone" and reason in SPEAKABLE:
        return
    stone = said(kind=kind, reason=reason)
    assert stone.keys() == {"document_id", "kind", "edition", "withdrawn_at"}
    assert stone["kind"] == "gone", "not even why"


def test_what_was_never_public_leaves_no_more_than_that() -> None:
    assert said(title=None, reason="inaccurate").keys() == {"document_id", "kind", "edition", "withdrawn_at"}
