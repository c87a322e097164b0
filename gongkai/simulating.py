"""Gathers what a simulation takes: the policy in force, the people, and the document or its case."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.clock import today
from shared.contracts.vocabulary import DocumentKind, Sensitivity
from shared.policy import Given, Matter, Policy
from shared.policy_file import BadPolicy, load

from . import home
from .asking import Desk, desk, with_role
from .faults import Fault
from .simulation import Case, Concern, Member
from .words import both

if TYPE_CHECKING:
    from services.review.screening import Finding

OPEN = ("screening", "reviewing", "referred")
"""States in which steps are still to be taken."""

Findings = Sequence[Mapping[str, Any]]
"""As review tells those of a case."""


@dataclass(frozen=True)
class Organisation:
    """Who is who."""

    members: Sequence[Member]
    departments: Mapping[str, str]
    """Names by codes, in the reader's language."""

    def author(self, named: str | None, department: str) -> str:
        """The officer with this id, or the department's first who hands documents in."""
        able = [one for one in self.members if "officer" in one.roles and one.department == department]
        found = [one for one in self.members if one.id == named] if named else able
        if not found:
            who = named or department
            raise Fault(f"没有承办人：{who}", f"There is no author: {who}")
        return found[0].id

    def must_have(self, departments: Sequence[str]) -> None:
        """Refuse a department that nobody knows."""
        if unknown := [code for code in departments if code not in self.departments]:
            raise Fault(f"没有这个机关：{unknown[0]}", f"There is no such department: {unknown[0]}")


def policy_of(data: Path, named: str | None) -> Policy:
    """The one that is named, else that of the running platform, else that of GONGKAI_POLICY."""
    if named is None:
        try:
            home.read(data)
        except home.NotRunning:
            return read(os.environ.get("GONGKAI_POLICY", "default"))
        at = desk(data, with_role(data, "operator"))
        return Policy.model_validate(at.ask("GET", "review", "/policy"))
    return read(named)


def read(named: str) -> Policy:
    """A policy by its name or path; every fault of a bad one in the reader's language."""
    try:
        return load(named)
    except BadPolicy as bad:
        told = [both(f"第 {one.line} 行  {one.where}  {one.zh}", str(one)) for one in bad.faults]
        heading = both(bad.zh, str(bad.__doc__))
        raise Fault(*["\n  ".join([f"{heading} {named}", *told])] * 2) from None


def organisation_of(data: Path, file: Path | None) -> Organisation:
    """The one in the file, else that of the running platform."""
    if file:
        from . import organisation

        said = organisation.read(file)
        people = [one.model_dump() for one in said.officers]
        departments = [one.model_dump() for one in said.departments]
    else:
        from .record import rows

        people = rows(data, "SELECT id, name, department, roles FROM shared.officer WHERE active ORDER BY id")
        departments = rows(data, "SELECT code, name, name_en FROM shared.department")
    members = [Member(one["id"], one["name"], one["department"], frozenset(one["roles"])) for one in people]
    return Organisation(members, {one["code"]: both(one["name"], one["name_en"]) for one in departments})


def to_be_handed_in(
    said: Mapping[str, Any], author: str, joint: Sequence[str], named: Sequence[str], findings: Findings
) -> Case:
    """A document that somebody might hand in today."""
    matter = Matter(
        kind=DocumentKind(said["kind"]),
        department=said["department"],
        authors=frozenset({author}),
        sensitivity=Sensitivity.SENSITIVE if said["sensitive"] else Sensitivity.ORDINARY,
        joint=bool(joint),
        blocking=sum(one["severity"] == "block" for one in findings),
    )
    return Case(matter, today(), concerned=_concerned(joint, named))


def under_review(found: Mapping[str, Any], policy: Policy) -> Case:
    """A case from where it stands; one that is closed, as if it were handed in again."""
    matter = Matter(
        kind=DocumentKind(found["kind"]),
        department=found["department"],
        authors=frozenset(found["authors"]),
        sensitivity=Sensitivity(found["sensitivity"]),
        joint=bool(found["joint_with"]),
        blocking=found["blocking"],
    )
    if found["state"] not in OPEN or found["tier"] not in policy.tiers:
        return Case(matter, today(), concerned=_concerned(found["joint_with"], found["confirm_with"]))
    return Case(
        matter,
        today(),
        found["tier"],
        tuple(_given(one) for one in found["opinions"] if one["act"] in ("agreed", "approved")),
        _day(found["step_due_on"]),
        found["escalated"],
        _open(found),
    )


def find(at: Desk, document: str) -> Mapping[str, Any]:
    """The case with this number, or the latest of the document with it."""
    from .acting import find

    return find(at, document)


def screened(path: Path) -> list[dict[str, Any]]:
    """What screening finds in the file and its title, here: nothing is sent anywhere."""
    from services.review.screening import Piece, screen
    from services.review.screening.reader import read
    from shared.files import UnacceptableFile, recognise

    from .titles import title_of

    content = path.read_bytes()
    try:
        kind = recognise(path.name, content)
    except UnacceptableFile as fault:
        raise Fault(f"{path.name}：{fault.zh}", f"{path.name}: {fault}") from None
    in_title = screen([Piece(title_of(path.name, content), "标题 title")]).findings
    [in_file] = asyncio.run(read([(kind, content)]))
    return [_finding(one) for one in (*in_title, *in_file.findings)]


def _finding(one: "Finding") -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "file": one.where.file,
        "place": one.where.place,
        "starts": one.where.start,
        "ends": one.where.end,
        "excerpt": one.excerpt_masked,
        "why": one.why,
    }


def _concerned(joint: Sequence[str], named: Sequence[str]) -> dict[str, Concern]:
    """Each department once, for the stronger reason."""
    concerned: dict[str, Concern] = {code: ("named", None) for code in named}
    return concerned | {code: ("joint", None) for code in joint}


def _open(found: Mapping[str, Any]) -> dict[str, Concern]:
    """Whoever has not answered; before the screening, whoever will be asked."""
    if found["state"] == "screening":
        return _concerned(found["joint_with"], found["confirm_with"])
    return {
        one["department"]: (one["why"], _day(one["due_on"]))
        for one in found["confirmations"]
        if one["state"] == "asked"
    }


def _given(one: Mapping[str, Any]) -> Given:
    return Given(one["step"], one["officer"], one["department"], frozenset({one["role"]}))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
