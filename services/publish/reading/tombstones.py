"""What stays visible of a withdrawn document, by the kind of its withdrawal. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts import WithdrawalKind, WithdrawalReason

UNSPEAKABLE = frozenset({WithdrawalReason.SECRECY, WithdrawalReason.PERSONAL_INFORMATION})
"""Whatever the kind: the title itself may be what must not be known."""


class Tombstone(BaseModel):
    """撤回标记. Of what is `gone` nothing is said but that it is gone."""

    model_config = ConfigDict(frozen=True)

    document_id: UUID
    kind: WithdrawalKind
    edition: Annotated[int, Field(ge=1, description="This edition and every one before it was withdrawn")]
    withdrawn_at: AwareDatetime
    reason: WithdrawalReason | None = None
    title: str | None = None
    index_no: str | None = None
    doc_no: str | None = None
    department: str | None = None
    created_on: date | None = None
    published_at: AwareDatetime | None = None
    replaced_by: UUID | None = None
    """The document that stands in its place, where one is known and public."""

    @property
    def href(self) -> str:
        return f"/documents/{self.document_id}"


SAID_ALWAYS = frozenset({"document_id", "edition", "withdrawn_at"})


def tombstone(found: Mapping[str, Any]) -> Tombstone:
    """Of all that the record knows; what was never public leaves no more than what is gone."""
    if _is_unspeakable(found):
        kept = {name: value for name, value in found.items() if name in SAID_ALWAYS}
        return Tombstone(**kept, kind=WithdrawalKind.GONE)
    return Tombstone(**found)


def _is_unspeakable(found: Mapping[str, Any]) -> bool:
    return (
        found["kind"] == WithdrawalKind.GONE
        or WithdrawalReason(found["reason"]) in UNSPEAKABLE
        or found["title"] is None
    )
