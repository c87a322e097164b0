"""The record of who said what to a case; its rows are never changed and never removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import new_id
from shared.db import Transaction
from shared.identity import Officer
from shared.policy import Given
from shared.rows import packed


class Act(StrEnum):
    """What somebody did; with `agreed` and `approved` a step of the policy is taken."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    REDACTED = "redacted"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    DEEMED = "deemed"
    ESCALATED = "escalated"
    SETTLED = "settled"
    REFERRED = "referred"
    ANSWERED = "answered"
    PROTECTED = "protected"
    HANDED_OVER = "handed-over"
    DETERMINED = "determined"
    UPHELD = "upheld"
    VOIDED = "voided"


NOBODY = Officer("policy", "（按制度）", "", frozenset())
"""What follows from the policy by itself, like consent by silence."""

WRITE = """
    INSERT INTO opinion (id, case_id, act, step, officer, name, role, department, level, about, grounds,
                         note, policy, content_sha256, approval, author, at)
    SELECT said.id, said.case_id, said.act, said.step, said.officer, coalesce(known.name, said.name),
           said.role, coalesce(known.department, said.department), said.level, said.about, said.grounds,
           said.note, :policy, review_case.content_sha256, said.approval, review_case.author, :at
    FROM json_to_recordset(CAST(:rows AS json))
        AS said (id uuid, case_id uuid, act text, step text, officer text, name text, role text,
                 department text, level text, about text, grounds text[], note text, approval text)
    JOIN review_case ON review_case.id = said.case_id
    LEFT JOIN shared.officer AS known ON known.id = said.officer
"""

GIVEN = """
    SELECT case_id, step, officer, department, role FROM opinion
    WHERE case_id = ANY(:ids) AND act IN ('agreed', 'approved') ORDER BY case_id, at, id
"""


@dataclass(frozen=True)
class Opinion:
    """One thing that somebody said about a case."""

    case_id: UUID
    act: Act
    officer: Officer
    role: str
    step: str = ""
    level: str | None = None
    about: str = ""
    grounds: Sequence[str] = ()
    note: str = ""
    approval: str | None = None
    id: UUID = field(default_factory=new_id)

    @property
    def row(self) -> Mapping[str, Any]:
        return {
            "id": self.id,
            "case_id": self.case_id,
            "act": self.act,
            "step": self.step,
            "officer": self.officer.id,
            "name": self.officer.name,
            "role": self.role,
            "department": self.officer.department,
            "level": self.level,
            "about": self.about,
            "grounds": [str(ground) for ground in self.grounds],
            "note": self.note,
            "approval": self.approval,
        }


async def write(unit: Transaction, policy: str, at: datetime, *opinions: Opinion) -> None:
    """Put these down, each with the officer's name and department as they are now."""
    if opinions:
        rows = packed([opinion.row for opinion in opinions])
        await unit.run(WRITE, {"rows": rows, "policy": policy, "at": at})


async def given(unit: Transaction, cases: Sequence[UUID]) -> Mapping[UUID, tuple[Given, ...]]:
    """The agreements in each of these cases, in the order in which they were given."""
    by_case: dict[UUID, tuple[Given, ...]] = dict.fromkeys(cases, ())
    for row in await unit.run(GIVEN, {"ids": list(cases)}):
        by_case[row.case_id] += (_given(row),)
    return by_case


def _given(row: Row[Any]) -> Given:
    return Given(row.step, row.officer, row.department, frozenset({row.role}))
