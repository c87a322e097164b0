"""What is no event is refused with what is wrong, and never with what was in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import FACTS, DocumentPublished, MalformedEvent, decode
from shared.contracts.frozen import example, fields_of

SECRET = "ji-mi-20-nian"
KIND = DocumentPublished.type


def entry(**changes: bytes) -> dict[bytes, bytes]:
    event = example(KIND)
    assert event
    return fields_of(event) | {name.encode(): value for name, value in changes.items()}


def data(**changes: object) -> bytes:
    event = example(KIND)
    assert event
    return json.dumps(event["data"] | changes).encode()


def refused(fields: dict[bytes, bytes]) -> str:
    with pytest.raises(MalformedEvent) as refusal:
        decode(fields, FACTS)
    return str(refusal.value)


@pytest.mark.parametrize("attribute", ["type", "id", "source", "subject", "sequence", "time", "data"])
def test_a_missing_attribute_is_named(attribute: str) -> None:
    fields = entry()
    del fields[attribute.encode()]
    assert refused(fields) == f"attribute {attribute} is missing"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"edition": SECRET}, "edition"),
        ({"edition": 0}, "edition"),
        ({"department": SECRET.upper()}, "department"),
        ({"kind": SECRET}, "kind"),
        ({"theme": SECRET}, "theme"),
        ({"index_no": SECRET}, "index_no"),
        ({"joint_with": [SECRET.upper()]}, "joint_with.0"),
        ({"published_at": "2026-03-09T15:40:03"}, "published_at"),
        ({"document_id": SECRET}, "document_id"),
        ({"content_sha256": None}, "content_sha256"),
    ],
)
def test_a_wrong_field_is_named_without_its_value(changes: dict[str, object], named: str) -> None:
    said = refused(entry(data=data(**changes)))
    assert said.startswith(f"{named}: ")
    assert SECRET not in said.lower()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", SECRET.encode(), b'{"' + SECRET.encode(), b"\xff\xfe"])
def test_data_that_is_no_object_is_refused_without_its_value(body: bytes) -> None:
    said = refused(entry(data=body))
    assert said.startswith("data: ")
    assert SECRET not in said


@pytest.mark.parametrize("attribute", ["id", "time", "sequence"])
def test_a_wrong_attribute_is_named_without_its_value(attribute: str) -> None:
    said = refused(entry(**{attribute: SECRET.encode()}))
    assert attribute in said
    assert SECRET not in said


@pytest.mark.parametrize("attribute", ["type", "source", "subject", "time", "sequence"])
def test_bytes_that_are_no_text_are_refused(attribute: str) -> None:
    assert attribute in refused(entry(**{attribute: b"\xff\xfe"}))


def test_a_type_that_nobody_knows_is_no_fault() -> None:
    assert decode({b"type": b"cn.gongkai.document.published.v9"}, FACTS) is None


@given(
    st.dictionaries(
        st.sampled_from([b"id", b"source", b"subject", b"time", b"sequence", b"data", b"type"]),
        st.binary(max_size=40),
    )
)
def test_whatever_the_fields_hold_it_is_an_event_or_refused(fields: dict[bytes, bytes]) -> None:
    try:
        decode(entry() | fields, FACTS)
    except MalformedEvent:
        return
