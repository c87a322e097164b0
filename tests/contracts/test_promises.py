"""Every event keeps what its frozen schema promised, in both directions."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts import FACTS, Event, Fact, decode, encode
from shared.contracts.frozen import check, example, fields_of, frozen

every_event = pytest.mark.parametrize("kind", FACTS)


def schema(kind: str) -> dict[str, Any]:
    found = frozen(kind)
    assert found, f"{kind} has no frozen schema: run `python -m shared.contracts freeze`"
    return found


def sample(kind: str) -> dict[str, Any]:
    found = example(kind)
    assert found, f"{kind} has no example"
    return found


def opened(kind: str, event: dict[str, Any]) -> Event[Fact]:
    found = decode(fields_of(event), FACTS)
    assert found
    assert found.type == kind
    return found


def structured(event: Event[Fact]) -> dict[str, Any]:
    """What travels, as CloudEvents JSON."""
    fields = {name: value.decode() for name, value in encode(event).items()}
    return {**fields, "data": json.loads(fields["data"])}


def faults(kind: str, event: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [fault.message for fault in validator.iter_errors(event)]


def test_nothing_is_missing_and_no_promise_is_broken() -> None:
    assert list(check(FACTS)) == []


@every_event
def test_the_frozen_schema_is_a_json_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))


@every_event
def test_names_follow_the_pattern(kind: str) -> None:
    assert re.fullmatch(r"cn\.gongkai\.[a-z]+\.[a-z-]+\.v\d+", kind)
    assert FACTS[kind].type == kind


@every_event
def test_what_is_sent_today_is_what_was_promised(kind: str) -> None:
    assert faults(kind, structured(opened(kind, sample(kind)))) == []


@every_event
def test_what_was_promised_is_read_today(kind: str) -> None:
    assert faults(kind, sample(kind)) == []
    assert opened(kind, sample(kind)).data.subject == sample(kind)["subject"]


@every_event
def test_an_example_lacks_nothing_that_may_be_said(kind: str) -> None:
    assert sample(kind)["data"].keys() == FACTS[kind].model_fields.keys()


@every_event
def test_the_schema_says_which_fields_must_be_there(kind: str) -> None:
    for name in schema(kind)["properties"]["data"]["required"]:
        data = {field: value for field, value in sample(kind)["data"].items() if field != name}
        assert faults(kind, sample(kind) | {"data": data})


@every_event
def test_a_field_that_a_later_version_adds_is_passed_over(kind: str) -> None:
    event = sample(kind)
    grown = event | {"data": event["data"] | {"added_later": {"deep": [1]}}, "traceparent": "00-ab-cd-01"}
    assert opened(kind, grown) == opened(kind, event)
    assert faults(kind, grown) == []


def test_a_field_added_to_a_nested_part_is_passed_over_too() -> None:
    kind = "cn.gongkai.submission.posted.v1"
    event = sample(kind)
    files = [file | {"added_later": 1} for file in event["data"]["files"]]
    assert opened(kind, event | {"data": event["data"] | {"files": files}}) == opened(kind, event)


@every_event
def test_reading_and_writing_again_changes_nothing(kind: str) -> None:
    event = opened(kind, sample(kind))
    fields = {name.encode(): value for name, value in encode(event).items()}
    assert decode(fields, FACTS) == event
    assert structured(event) == sample(kind)


@every_event
def test_attributes_are_ascii(kind: str) -> None:
    attributes = {name: value for name, value in encode(opened(kind, sample(kind))).items() if name != "data"}
    assert all(name.isascii() and value.isascii() for name, value in attributes.items())
    assert re.fullmatch(rb"\d{10}", attributes["sequence"])
