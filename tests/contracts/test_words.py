"""Facts are codes, numbers, dates and hashes: no text, no persons."""

import re
from collections.abc import Iterator
from typing import Any

from shared.contracts import FACTS, SubmissionPosted
from shared.contracts.frozen import schema_of

BOUNDED: dict[str, str] = {}
"""Strings without a closed shape: each with the reason why no text of a document can be in it."""


def strings(part: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every string that the schema allows, with the path of its field."""
    if isinstance(part, list):
        for choice in part:
            yield from strings(choice, path)
    elif isinstance(part, dict):
        if part.get("type") == "string":
            yield path, part
        for name, field in part.get("properties", {}).items():
            yield from strings(field, f"{path} {name}")
        for word in ("anyOf", "items"):
            yield from strings(part.get(word), path)
        for definition in part.get("$defs", {}).values():
            yield from strings(definition, f"{path} {definition['title']}")


def closed(string: dict[str, Any]) -> bool:
    pattern = string.get("pattern", "")
    any_character = "." in re.sub(r"\\.|\[[^]]*\]", "", pattern)
    if pattern.startswith("^") and pattern.endswith("$") and not any_character:
        return True
    return "enum" in string or string.get("format") in {"uuid", "date", "date-time", "base64"}


def open_strings() -> dict[str, dict[str, Any]]:
    return {
        path: string
        for kind, fact in FACTS.items()
        if fact is not SubmissionPosted
        for path, string in strings(
            {**schema_of(fact)["properties"]["data"], "$defs": schema_of(fact)["$defs"]}, kind
        )
        if not closed(string)
    }


def test_no_fact_holds_free_text() -> None:
    assert open_strings().keys() - BOUNDED.keys() == set()


def test_no_exception_outlives_its_reason() -> None:
    assert BOUNDED.keys() - open_strings().keys() == set()


def test_what_has_no_closed_shape_is_bounded_at_least() -> None:
    without_bound = {path for path, string in open_strings().items() if "maxLength" not in string}
    assert without_bound <= {"cn.gongkai.document.published.v1 href"}


def test_only_what_a_portal_posts_may_carry_text() -> None:
    text = {
        path
        for path, string in strings(schema_of(SubmissionPosted)["properties"]["data"], "")
        if not closed(string)
    }
    assert text == {
        " title",
        " doc_no",
        " summary",
        " keywords",
        " office",
        " source",
        " amendment",
        " openness_reason",
    }
    assert FACTS[SubmissionPosted.type] is SubmissionPosted
