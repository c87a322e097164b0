"""The story of the obligation register: laid down for every body, handed in, changed; every version kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from shared.clock import now, today
from shared.contracts.vocabulary import BodyCode
from shared.db import Transaction
from shared.problems import Invalid
from shared.rows import packed

from .register_entries import SAYS, Changes, Entry, NationalEntry, Put, Within, changes, national

PLATFORM = "national"
"""Who says what the Regulations say."""

BODIES = "SELECT code, kind FROM shared.department WHERE CAST(:codes AS text[]) IS NULL OR code = ANY(:codes)"

PRESENT = "SELECT * FROM obligation WHERE body = ANY(:bodies) ORDER BY body, code FOR UPDATE"

SAID = """
    INSERT INTO obligation (body, code, matter, second_matter, content, basis, within_number, within_unit,
        repeats, day, channels, audience, manner, levels, since, ended, changed_at, changed_by)
    SELECT said.*, :now, :officer
    FROM json_to_recordset(CAST(:rows AS json)) AS said (
        body text, code text, matter text, second_matter text, content text, basis text,
        within_number integer, within_unit text, repeats text, day text, channels text[],
        audience text, manner text, levels text[], since date, ended date)
    ORDER BY body, code
"""

# What is written and what is kept of it cannot come apart: one statement does both.
KEPT = """
    INSERT INTO obligation_version (body, code, version, says)
    SELECT body, code, version, to_jsonb(written) FROM written
"""

PUT = f"""
    WITH written AS ({SAID} ON CONFLICT (body, code) DO UPDATE SET
            matter = excluded.matter, second_matter = excluded.second_matter, content = excluded.content,
            basis = excluded.basis, within_number = excluded.within_number,
            within_unit = excluded.within_unit, repeats = excluded.repeats,
            day = excluded.day, channels = excluded.channels,
            audience = excluded.audience, manner = excluded.manner, levels = excluded.levels,
            since = excluded.since, ended = excluded.ended, version = obligation.version + 1,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        RETURNING *)
    {KEPT}
"""

LAY_DOWN = f"WITH written AS ({SAID} ON CONFLICT DO NOTHING RETURNING *) {KEPT}"

VERSIONS = """
    SELECT version, says FROM obligation_version WHERE body = :body AND code = :code ORDER BY version DESC
"""


async def lay_down(unit: Transaction) -> int:
    """Every body begins with the national entries for its kind; how many were new."""
    bodies = (await unit.run(BODIES, {"codes": None})).all()
    entries = [_of_body(entry, row.code) for row in bodies for entry in national() if row.kind in entry.kinds]
    return (await unit.run(LAY_DOWN, _rows(entries, PLATFORM))).rowcount if entries else 0


async def hand_in(unit: Transaction, said: Sequence[Entry], officer: str, *, dry_run: bool) -> Changes:
    """These bodies' own entries are these from now on: others of theirs end today. Says what that changes."""
    bodies = {entry.body for entry in said}
    await _must_be_known(unit, bodies)
    present = await _present(unit, bodies)
    found = changes(present, said, today())
    if not dry_run:
        put = [_lasting(entry, present) for entry in [*found.new, *(entry for entry, _ in found.changed)]]
        put += [entry.model_copy(update={"ended": today()}) for entry in found.ended]
        if put:
            await unit.run(PUT, _rows(put, officer))
    return found


async def put(unit: Transaction, body: BodyCode, code: str, said: Put, officer: str) -> bool:
    """One entry is this from now on; False where it was so before."""
    await _must_be_known(unit, {body})
    present = await _present(unit, {body})
    entry = _lasting(Entry(body=body, code=code, **dict(said)), present)
    if present.get((body, code)) == entry:
        return False
    await unit.run(PUT, _rows([entry], officer))
    return True


async def versions(unit: Transaction, body: str, code: str) -> list[dict[str, Any]]:
    """Every version of an entry, the newest first."""
    return [dict(row.says) for row in await unit.run(VERSIONS, {"body": body, "code": code})]


def entry_of(row: Row[Any] | Any) -> Entry:
    """The entry that a row says."""
    kept = {
        name: getattr(row, name) for name in (*SAYS, "since", "ended", "body", "code") if name != "within"
    }
    return Entry(within=Within(number=row.within_number, unit=row.within_unit), **kept)


async def _present(unit: Transaction, bodies: set[str]) -> dict[tuple[str, str], Entry]:
    rows = await unit.run(PRESENT, {"bodies": sorted(bodies)})
    return {(row.body, row.code): entry_of(row) for row in rows}


async def _must_be_known(unit: Transaction, bodies: set[str]) -> None:
    known = {row.code for row in await unit.run(BODIES, {"codes": sorted(bodies)})}
    if unknown := sorted(bodies - known):
        raise Invalid(faults=[{"at": "body", "code": "unknown-body", "message": body} for body in unknown])


def _lasting(entry: Entry, present: Mapping[tuple[str, str], Entry]) -> Entry:
    """From when on it holds is as it was before, if nothing is said."""
    if entry.since:
        return entry
    before = present.get((entry.body, entry.code))
    return entry.model_copy(update={"since": (before and before.since) or today()})


def _of_body(entry: NationalEntry, body: str) -> Entry:
    said = {name: getattr(entry, name) for name in SAYS}
    return Entry(body=body, code=entry.code, since=today(), **said)


def _rows(entries: Sequence[Entry], officer: str) -> dict[str, Any]:
    return {"rows": packed([_row(entry) for entry in entries]), "now": now(), "officer": officer}


def _row(entry: Entry) -> dict[str, Any]:
    said = entry.model_dump(mode="json")
    within = said.pop("within")
    return {**said, "within_number": within["number"], "within_unit": within["unit"]}
