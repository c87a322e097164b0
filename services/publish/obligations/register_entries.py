"""An entry of the obligation register as it is said, and the national entries that every body begins with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.vocabulary import BodyCode, ObligationCode

from .clocks import Clock, Every, Unit

NATIONAL = Path(__file__).parent / "obligations_default.yaml"

DAYS = {Every.YEAR: r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", Every.NONE: r"(?!)"}
"""How the day of a repeating entry is written; for all others it is a day of the month."""


class Carrier(StrEnum):
    """公开渠道和载体: where it is to be published; the boxes of the register."""

    WEBSITE = "website"
    GAZETTE = "gazette"
    NEW_MEDIA = "new-media"
    CONFERENCE = "conference"
    BROADCAST = "broadcast"
    PRINT = "print"
    READING_POINT = "reading-point"
    SERVICE_CENTRE = "service-centre"
    CONVENIENCE_STATION = "convenience-station"
    ON_SITE = "on-site"
    NOTICE_BOARD = "notice-board"
    DIRECT = "direct"
    HOTLINE = "hotline"
    OTHER = "other"


class For(StrEnum):
    """公开对象: for whom."""

    ALL = "all"
    PARTICULAR = "particular"


class Manner(StrEnum):
    """公开方式: of the body's own accord, or when somebody applies for it."""

    PROACTIVE = "proactive"
    ON_REQUEST = "on-request"


class Tier(StrEnum):
    """公开层级: the level of government."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Within(BaseModel):
    """公开时限: number and unit; from formation or change, or from the end of its period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[int, Field(ge=0, le=1000)] = 20
    unit: Unit = Unit.WORKING_DAYS


class Said(BaseModel):
    """What an entry says, whoever's and whichever it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matter: Annotated[str, Field(min_length=1, max_length=200)]
    """一级事项."""
    second_matter: Annotated[str, Field(max_length=200)] = ""
    """二级事项."""
    content: Annotated[str, Field(max_length=4000)] = ""
    """公开内容（要素）."""
    basis: Annotated[str, Field(max_length=4000)] = ""
    """公开依据."""
    within: Within = Within()
    repeats: Every = Every.NONE
    day: Annotated[str, Field(pattern=r"^([0-9]{2}(-[0-9]{2})?)?$")] = ""
    """The last day of its period: 15 for the 15th, 03-31 for a year; empty for the calendar's own."""
    channels: tuple[Carrier, ...] = (Carrier.WEBSITE,)
    audience: For = For.ALL
    manner: Manner = Manner.PROACTIVE
    levels: tuple[Tier, ...] = (Tier.COUNTY,)

    @model_validator(mode="after")
    def _has_a_day_of_its_period(self) -> Self:
        shape = DAYS.get(self.repeats, r"(0[1-9]|[12]\d|3[01])")
        if self.day and not re.fullmatch(shape, self.day):
            raise ValueError("日期与周期不符：每年写作 03-31，其他写作 15。 Write 03-31 for a year, else 15.")
        return self


class Put(Said):
    """An entry as it is put at its address."""

    since: date | None = None
    """From when on it holds; today, or as before, where nothing is said."""
    ended: date | None = None
    """The first day on which it holds no more."""


class Entry(Put):
    """An entry of a body's register."""

    body: BodyCode
    code: ObligationCode


SAYS = tuple(Said.model_fields)


@dataclass(frozen=True)
class Changes:
    """What a register that is handed in would change."""

    new: Sequence[Entry]
    changed: Sequence[tuple[Entry, Sequence[str]]]
    """Each with the names of what is said otherwise."""
    ended: Sequence[Entry]
    same: int


def changes(present: Mapping[tuple[str, str], Entry], said: Sequence[Entry], today: date) -> Changes:
    """Against what the same bodies have of their own; national entries do not end by being left out. Pure."""
    named = {(entry.body, entry.code) for entry in said}
    bodies, national = {body for body, _ in named}, national_codes()
    new = [entry for entry in said if (entry.body, entry.code) not in present]
    old = [(present[key], entry) for entry in said if (key := (entry.body, entry.code)) in present]
    changed = [(entry, fields) for before, entry in old if (fields := _differing(before, entry))]
    left_out = [
        entry
        for key, entry in present.items()
        if key not in named and entry.body in bodies and entry.code not in national
    ]
    ended = [entry for entry in left_out if entry.ended is None or entry.ended > today]
    return Changes(new, changed, ended, len(old) - len(changed))


def _differing(before: Entry, entry: Entry) -> list[str]:
    """What is said otherwise; a date that is not said stays, but what is said again has not ended."""
    fields = [name for name in SAYS if getattr(before, name) != getattr(entry, name)]
    if entry.since and entry.since != before.since:
        fields.append("since")
    return [*fields, "ended"] if entry.ended != before.ended else fields


def clock_of(row: Any) -> Clock:
    """The clock of a row of the register."""
    return Clock(row.within_number, Unit(row.within_unit), Every(row.repeats), row.day)


class NationalEntry(Said):
    """One that every body of these kinds has."""

    code: ObligationCode
    kinds: tuple[str, ...]


@cache
def national() -> tuple[NationalEntry, ...]:
    """What the Regulations demand of every body (arts 20, 21, 49, 55)."""
    said = yaml.safe_load(NATIONAL.read_text(encoding="utf-8"))
    return tuple(NationalEntry.model_validate(entry) for entry in said["entries"])


@cache
def national_codes() -> frozenset[str]:
    return frozenset(entry.code for entry in national())
