"""Who is who: departments and officers from a YAML file into the record."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, create_engine, text

from shared.contracts.vocabulary import BodyCode, OfficerId
from shared.identity import ROLES

Role = Literal["officer", "head", "leader", "principal", "secrecy", "operator", "portal"]
assert set(Role.__args__) == set(ROLES)  # type: ignore[attr-defined]


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Zone(Closed):
    code: str
    name: str
    name_en: str


class Department(Closed):
    code: BodyCode
    name: str
    name_en: str
    uscc: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
    phone: str
    kind: str
    prefixes: tuple[str, ...] = ()
    """机关代字: what its document numbers begin with, as 滨开发改 in 滨开发改〔2026〕5号."""


class OfficerEntry(Closed):
    id: OfficerId
    name: str
    department: BodyCode
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]


class Organisation(Closed):
    """The file as a whole."""

    zone: Zone
    departments: tuple[Department, ...]
    officers: tuple[OfficerEntry, ...]


DEPARTMENT = """
    INSERT INTO shared.department (code, name, name_en, uscc, phone, kind, prefixes)
    VALUES (:code, :name, :name_en, :uscc, :phone, :kind, :prefixes)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, uscc = excluded.uscc,
        phone = excluded.phone, kind = excluded.kind, prefixes = excluded.prefixes
"""

OFFICER = """
    INSERT INTO shared.officer (id, name, department, roles, active)
    VALUES (:id, :name, :department, :roles, true)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, department = excluded.department,
        roles = excluded.roles, active = true
"""

DISMISS = "UPDATE shared.officer SET active = false WHERE NOT id = ANY(:ids)"


def read(path: Path) -> Organisation:
    """The organisation in the file; raises pydantic's ValidationError with every fault."""
    return Organisation.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def load(database_url: str, organisation: Organisation) -> None:
    """Make the record equal to the file; an officer who is no longer in it can do nothing from now on."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        departments = [
            entry.model_dump() | {"prefixes": list(entry.prefixes)} for entry in organisation.departments
        ]
        connection.execute(text(DEPARTMENT), departments)
        officers = [entry.model_dump() | {"roles": list(entry.roles)} for entry in organisation.officers]
        connection.execute(text(OFFICER), officers)
        connection.execute(text(DISMISS), {"ids": [entry.id for entry in organisation.officers]})
    engine.dispose()


def without_token(database_url: str) -> list[str]:
    """The officers who have no token yet."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        found = _without_token(connection)
    engine.dispose()
    return found


def _without_token(connection: Connection) -> list[str]:
    which = """
        SELECT id FROM shared.officer WHERE active
        AND NOT EXISTS (SELECT FROM shared.token WHERE token.officer = officer.id) ORDER BY id
    """
    return [row.id for row in connection.execute(text(which))]
