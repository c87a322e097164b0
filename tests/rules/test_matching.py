"""Which subscriptions want a fact."""

from typing import Any

import pytest

from services.notify.matching import Subscription, recipients
from shared.clock import new_id, now
from shared.contracts import DocumentKind, DocumentPublished, DocumentWithdrawn


def fact(**more: Any) -> DocumentPublished:
    document = new_id()
    about: dict[str, Any] = {
        "document_id": document,
        "edition": 1,
        "index_no": "12219900MB0A20027E/2026-00001",
        "department": "archive",
        "kind": DocumentKind.NOTICE,
        "theme": "02.01",
        "content_sha256": "0" * 64,
        "published_at": now(),
        "href": f"/documents/{document}",
        **more,
    }
    return DocumentPublished(**about)


def wanting(
    *, types: tuple[str, ...] = (), themes: tuple[str, ...] = (), bodies: tuple[str, ...] = ()
) -> Subscription:
    return Subscription("library", types, themes, bodies)


@pytest.mark.parametrize(
    ("subscription", "wants"),
    [
        (wanting(), True),
        (wanting(types=(DocumentPublished.type,)), True),
        (wanting(types=(DocumentWithdrawn.type,)), False),
        (wanting(themes=("02",)), True),
        (wanting(themes=("02.01",)), True),
        (wanting(themes=("02.02",)), False),
        (wanting(themes=("0",)), False),
        (wanting(themes=("03", "02")), True),
        (wanting(bodies=("archive",)), True),
        (wanting(bodies=("office",)), False),
        (wanting(themes=("02",), bodies=("office",)), False),
        (wanting(types=(DocumentPublished.type,), themes=("02",), bodies=("archive",)), True),
    ],
)
def test_a_subscription_wants_what_all_its_lists_allow(subscription: Subscription, wants: bool) -> None:
    assert subscription.wants(fact()) is wants


def test_a_theme_is_not_below_another_that_begins_alike() -> None:
    assert not wanting(themes=("02.01",)).wants(fact(theme="02"))


def test_what_a_body_issues_with_others_is_also_its_own() -> None:
    assert wanting(bodies=("office",)).wants(fact(joint_with=("office",)))


def test_a_department_with_several_subscriptions_is_named_once() -> None:
    assert recipients([wanting(), wanting(themes=("02",))], fact()) == {"library"}
    assert recipients([], fact()) == set()
