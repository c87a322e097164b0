"""What is played: the sample documents, who hands them in, and what is to become of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from .. import organisation
from ..faults import Fault

SAMPLES = Path(__file__).parents[2] / "samples"

Expected = Literal["published", "returned", "quarantined"]


@dataclass(frozen=True)
class Objection:
    """A department that was asked says that something is wrong, and how that is settled."""

    department: str
    reasons: str
    resolution: str


@dataclass(frozen=True)
class Part:
    """One sample document."""

    said: dict[str, Any]
    """What is said about it when it is handed in."""
    author: str
    files: tuple[Path, ...]
    expect: Expected
    corrected: Path | None = None
    """The first file of its next edition, where this one is returned."""
    withdrawal: str = ""
    """Why it is taken back after publication; empty when it is not."""
    objection: Objection | None = None

    @property
    def title(self) -> str:
        return str(self.said["title"])

    @property
    def department(self) -> str:
        return str(self.said["department"])

    @property
    def asked(self) -> tuple[str, ...]:
        """The departments that must confirm it, as far as the script names them."""
        return (*self.said.get("joint_with", ()), *self.said.get("confirm_with", ()))

    @property
    def becomes_public(self) -> bool:
        return self.expect != "quarantined"


@dataclass(frozen=True)
class Script:
    parts: tuple[Part, ...]
    who: organisation.Organisation
    organisation_file: Path

    def name_of(self, code: str) -> str:
        """A department's name."""
        return next(one.name for one in self.who.departments if one.code == code)

    def person(self, officer: str) -> str:
        return next(one.name for one in self.who.officers if one.id == officer)

    def with_role(self, role: str, department: str | None = None) -> str:
        """An officer with this role."""
        return next(
            one.id for one in self.who.officers if role in one.roles and department in (None, one.department)
        )


def read(folder: Path = SAMPLES) -> Script:
    """The script in the folder; raises Fault where there is none."""
    listed, people = folder / "samples.yaml", folder / "organisation.yaml"
    if not (listed.exists() and people.exists()):
        raise Fault(
            f"没有找到演示用的样本文件（{folder}）：演示须在源码目录中运行 scripts/demo。",
            f"The sample documents are not there ({folder}): run scripts/demo in a checkout of the source.",
        )
    entries = yaml.safe_load(listed.read_text(encoding="utf-8"))["submissions"]
    return Script(tuple(_part(folder, entry) for entry in entries), organisation.read(people), people)


def _part(folder: Path, entry: dict[str, Any]) -> Part:
    names = ("title", "kind", "department", "theme", "doc_no", "joint_with", "confirm_with")
    said = {name: entry[name] for name in names if entry.get(name)}
    corrected = entry.get("corrected_by")
    return Part(
        said={**said, **entry.get("about", {}), "created_on": str(entry["created_on"])},
        author=entry["author"],
        files=tuple(folder / name for name in entry["files"]),
        expect=entry["expect"],
        corrected=folder / corrected if corrected else None,
        withdrawal=entry.get("withdraw", {}).get("reason", ""),
        objection=Objection(**entry["objection"]) if "objection" in entry else None,
    )
