"""What the public interface declares in OpenAPI beside its answers: problems, representations, conditions."""

from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel, ConfigDict, Field

from .tombstones import Tombstone


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    at: str
    code: str
    message: str


class ProblemAnswer(BaseModel):
    """RFC 9457, in Chinese or English as Accept-Language says."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(examples=["urn:gongkai:problem:not-found"])]
    title: str
    status: int
    code: str
    detail: str | None = None
    faults: list[Fault] | None = None


class WithdrawnAnswer(ProblemAnswer):
    """The document was withdrawn; this is what may still be said of it."""

    tombstone: Tombstone


PROBLEM = "application/problem+json"

KEPT: dict[int | str, dict[str, Any]] = {304: {"description": "What the caller has is still true"}}

IfNoneMatch = Annotated[
    str | None, Header(description="The ETag of what the caller has: 304 while it is still true")
]
"""Declared for the reader of the description; representations.py looks at it."""

Language = Annotated[str | None, Query(description="The language of a page: zh or en")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an address may answer with; 503 while the record cannot be reached."""
    said = {
        400: "The request cannot be read",
        404: "There is nothing under this address",
        409: "Not yet: ask again in a minute",
        410: "It was withdrawn",
        422: "The question makes no sense; each fault is named",
        503: "The record cannot be reached at the moment",
    }
    return {
        status: {"description": said[status], "content": {PROBLEM: {"schema": _schema(status)}}}
        for status in (*statuses, 503)
    }


def pages(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same problems where they are pages for those who prefer one."""
    said = problems(*statuses)
    for status in statuses:
        said[status]["content"]["text/html"] = {"schema": {"type": "string"}}
    return said


def also(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Other representations of the same resource."""
    shapes = {kind: {"type": "object" if kind.endswith("json") else "string"} for kind in media_types}
    return {200: {"content": {kind: {"schema": shape} for kind, shape in shapes.items()}}}


def _schema(status: int) -> dict[str, Any]:
    """In place: FastAPI names only models of its own media type."""
    model = WithdrawnAnswer if status == 410 else ProblemAnswer
    return _inlined(model.model_json_schema())


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    named = schema.pop("$defs", {})

    def whole(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return whole(named[part["$ref"].rpartition("/")[2]])
            return {key: whole(value) for key, value in part.items()}
        return [whole(one) for one in part] if isinstance(part, list) else part

    return dict(whole(schema))
