"""What was promised to consumers: one frozen schema and one example for every version of every event."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .envelope import Fact, MalformedEvent, decode

Json = dict[str, Any]

HOME = Path(__file__).parent
SCHEMAS = HOME / "schemas"
EXAMPLES = HOME / "examples"

NOTES = {"title", "description", "examples"}
"""Parts of a schema that explain and do not bind."""


class BrokenPromise(Exception):
    """A frozen event may not change so. Leave it as it was and put a new version beside it (.v2)."""

    def __init__(self, kind: str, broken: list[str]) -> None:
        super().__init__(f"{kind}: {'; '.join(broken)}. {self.__doc__}")


def freeze(facts: Mapping[str, type[Fact]], schemas: Path = SCHEMAS) -> list[str]:
    """Write the schema of each event that is new or has grown; refuse them all if one breaks its promise."""
    fresh = {kind: schema_of(fact) for kind, fact in facts.items()}
    changed = {kind: schema for kind, schema in fresh.items() if schema != frozen(kind, schemas)}
    for kind, schema in changed.items():
        if broken := broken_rules(frozen(kind, schemas) or schema, schema):
            raise BrokenPromise(kind, broken)
    for kind, schema in changed.items():
        (schemas / f"{kind}.json").write_text(_pretty(schema), encoding="utf-8")
    return list(changed)


def check(
    facts: Mapping[str, type[Fact]], schemas: Path = SCHEMAS, examples: Path = EXAMPLES
) -> Iterator[str]:
    """A sentence for everything that is missing or broken."""
    for kind, fact in facts.items():
        yield from _check_schema(kind, fact, schemas)
        yield from _check_example(kind, facts, examples)
    for file in sorted([*schemas.glob("*.json"), *examples.glob("*.json")]):
        if file.stem not in facts:
            yield f"{file.parent.name}/{file.name} belongs to no event: what was frozen stays declared."


def schema_of(fact: type[Fact]) -> Json:
    """The JSON Schema of the whole event, as CloudEvents JSON."""
    data = _open(fact.model_json_schema())
    definitions = data.pop("$defs", {})
    ascii_text = {"type": "string", "pattern": "^[!-~]+$"}
    attributes = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": ascii_text,
        "type": {"const": fact.type},
        "subject": ascii_text,
        "time": {"type": "string", "format": "date-time"},
        "sequence": {"type": "string", "pattern": "^[0-9]{10}$"},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": fact.type,
        "description": data.get("description", ""),
        "type": "object",
        "properties": attributes,
        "required": list(attributes),
        "$defs": definitions,
    }


def frozen(kind: str, schemas: Path = SCHEMAS) -> Json | None:
    """The schema as it was promised; None for an event that never was."""
    return _read(schemas / f"{kind}.json")


def example(kind: str, examples: Path = EXAMPLES) -> Json | None:
    """One realistic event, as CloudEvents JSON."""
    return _read(examples / f"{kind}.json")


def fields_of(event: Mapping[str, Any]) -> dict[bytes, bytes]:
    """The fields of the stream entry that carries this CloudEvents JSON."""
    return {
        name.encode(): (json.dumps(value) if name == "data" else str(value)).encode()
        for name, value in event.items()
    }


def broken_rules(old: Json, new: Json) -> list[str]:
    """What in `new` would break a consumer of `old`, or could not read what was sent as `old`."""
    return sorted(_differences(_binding(old, old), _binding(new, new), "event"))


def _check_schema(kind: str, fact: type[Fact], schemas: Path) -> Iterator[str]:
    old, new = frozen(kind, schemas), schema_of(fact)
    if old is None:
        yield f"{kind} has no frozen schema: run `python -m shared.contracts freeze`."
    elif broken := broken_rules(old, new):
        yield str(BrokenPromise(kind, broken))
    elif old != new:
        yield f"{kind} has grown since it was frozen: run `python -m shared.contracts freeze`."


def _check_example(kind: str, facts: Mapping[str, type[Fact]], examples: Path) -> Iterator[str]:
    event = example(kind, examples)
    if event is None:
        yield f"{kind} has no example: write examples/{kind}.json."
        return
    try:
        known = decode(fields_of(event), facts)
    except MalformedEvent as wrong:
        yield f"The example of {kind} cannot be read: {wrong}."
    else:
        if known is None or known.type != kind:
            yield f"The example of {kind} is of another type."


def _open(schema: Any) -> Any:
    """Without `additionalProperties: false`: consumers pass over what a later version added."""
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        word: _open(part) for word, part in schema.items() if (word, part) != ("additionalProperties", False)
    }


def _binding(schema: Any, root: Json) -> Any:
    """What binds, and that alone: references followed, notes left out."""
    if isinstance(schema, list):
        return [_binding(part, root) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _binding(root["$defs"][reference.rpartition("/")[2]], root)
    return {
        word: {name: _binding(field, root) for name, field in part.items()}
        if word == "properties"
        else _binding(part, root)
        for word, part in schema.items()
        if word not in NOTES | {"$defs", "$schema"}
    }


def _differences(old: Any, new: Any, place: str) -> Iterator[str]:
    """Only a new field that may be absent is allowed; everything else binds for ever."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{place}: what a field may hold must not change"
        return
    before, after = old.get("properties", {}), new.get("properties", {})
    yield from (f"{place}.{name}: a field must not be removed or renamed" for name in before.keys() - after)
    yield from _differences_in_need(old, new, place)
    for name in before.keys() & after:
        yield from _differences(before[name], after[name], f"{place}.{name}")
    for word in (old.keys() | new.keys()) - {"properties", "required"}:
        yield from _differences(old.get(word), new.get(word), f"{place} ({word})")


def _differences_in_need(old: Json, new: Json, place: str) -> Iterator[str]:
    """What had to be there is still counted on; what may be absent in old events may be absent for ever."""
    before, after = set(old.get("required", [])), set(new.get("required", []))
    yield from (f"{place}.{name}: a field must not become required" for name in after - before)
    kept = before & new.get("properties", {}).keys()
    yield from (f"{place}.{name}: a field must not become optional" for name in kept - after)


def _read(file: Path) -> Json | None:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _pretty(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
