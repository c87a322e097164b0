"""Index numbers from before this platform: a document's own where they can be, else another name of it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.db import Transaction
from shared.rows import packed

log = structlog.get_logger()

PREFIXES = "SELECT code, uscc FROM shared.department WHERE code = ANY(:codes)"

# The counter first: its lock makes two that want the same number come one after the other.
RAISE = """
    INSERT INTO index_serial (body, year, last)
    SELECT body, year, max(serial) FROM json_to_recordset(CAST(:rows AS json))
        AS claimed (body text, year integer, serial bigint)
    GROUP BY body, year ORDER BY body, year
    ON CONFLICT (body, year) DO UPDATE SET last = greatest(index_serial.last, excluded.last)
"""

TAKEN = "SELECT index_no FROM document WHERE index_no = ANY(:numbers)"

ALIAS = """
    INSERT INTO former_index_no (former, document_id)
    SELECT former, document_id
    FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, former text, given text)
    WHERE former <> given AND NOT EXISTS (SELECT FROM document WHERE index_no = former)
    ON CONFLICT DO NOTHING
"""

CLASH = """
    INSERT INTO index_no_clash (document_id, wanted, held_by, given, found_at)
    SELECT document_id, former, document.id, given, :now
    FROM json_to_recordset(CAST(:rows AS json)) AS said (document_id uuid, former text, given text)
    JOIN document ON document.index_no = former AND document.id <> document_id
    ON CONFLICT DO NOTHING RETURNING document_id, wanted, held_by, given
"""

Wanted = Mapping[UUID, tuple[str, str]]
"""By document: the body, and the number that it had."""


async def claim(unit: Transaction, wanted: Wanted) -> dict[UUID, str]:
    """Those of this platform's form and the body's own prefix that are free; they are never given again."""
    fitting = await _fitting(unit, wanted)
    if not fitting:
        return {}
    await unit.run(RAISE, {"rows": packed(list(fitting.values()))})
    numbers = {id_: wanted[id_][1] for id_ in fitting}
    taken = {row.index_no for row in await unit.run(TAKEN, {"numbers": list(numbers.values())})}
    first = {number: id_ for id_, number in reversed(numbers.items())}
    return {id_: number for number, id_ in first.items() if number not in taken}


async def keep(unit: Transaction, said: Mapping[UUID, str], given: Mapping[UUID, str], at: datetime) -> None:
    """The former number leads to the document too; where it is another's own, that is a fault on record."""
    rows = packed([{"document_id": id_, "former": said[id_], "given": given[id_]} for id_ in said])
    if not said:
        return
    await unit.run(ALIAS, {"rows": rows})
    for row in await unit.run(CLASH, {"rows": rows, "now": at}):
        clash = {name: str(value) for name, value in row._mapping.items()}
        log.error("index-number.clash", **clash)


async def _fitting(unit: Transaction, wanted: Wanted) -> dict[UUID, dict[str, Any]]:
    bodies = list({body for body, _ in wanted.values()})
    prefixes = {row.code: row.uscc for row in await unit.run(PREFIXES, {"codes": bodies})} if bodies else {}
    fitting = {}
    for id_, (body, former) in wanted.items():
        if match := re.fullmatch(rf"{re.escape(prefixes[body])}/([0-9]{{4}})-([0-9]{{5,}})", former):
            year, serial = match.groups()
            fitting[id_] = {"body": body, "year": int(year), "serial": int(serial)}
    return fitting
