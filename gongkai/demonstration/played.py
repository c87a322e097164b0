"""A document in the course of the story, and how the services say that it stands."""

from dataclasses import dataclass, field
from typing import Any

from .script import Part
from .stage import Stage


@dataclass
class Played:
    """One document in the course of the story."""

    part: Part
    receipts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def document(self) -> str:
        return str(self.receipts[0]["document_id"])

    @property
    def edition(self) -> int:
        return int(self.receipts[-1]["edition"])


def cases(stage: Stage) -> dict[tuple[str, int], dict[str, Any]]:
    """Every case, by document and edition."""
    found = stage.chair.ask("GET", "review", "/cases", params={"limit": 1000})["cases"]
    return {(case["document_id"], case["edition"]): case for case in found}


def board(stage: Stage, document: str) -> dict[str, Any]:
    """Who was sent it, who has confirmed it."""
    return dict(stage.chair.ask("GET", "notify", f"/deliveries/{document}"))


def receptions(of_document: dict[str, Any], what: str) -> dict[str, str]:
    """When each department confirmed the publication, or the withdrawal."""
    return {
        each["department"]: each["confirmed_at"]
        for each in of_document["deliveries"]
        if each["type"] == f"cn.gongkai.document.{what}.v1" and each["confirmed_at"] and not each["replay"]
    }
