"""索引号: allocated once, by body and year, and never reused."""

from collections import Counter
from collections.abc import Mapping, Sequence

from shared.db import Transaction

PREFIXES = "SELECT code, uscc FROM shared.department WHERE code = ANY(:codes)"

NEXT = """
    INSERT INTO index_serial (body, year, last)
    SELECT body, :year, count
    FROM unnest(CAST(:bodies AS text[]), CAST(:counts AS bigint[])) AS wanted (body, count)
    ORDER BY body
    ON CONFLICT (body, year) DO UPDATE SET last = index_serial.last + excluded.last
    RETURNING body, last
"""


async def allocate(unit: Transaction, bodies: Sequence[str], year: int) -> list[str]:
    """One number for each body named, in order; the rows stay locked until the commit."""
    wanted = Counter(bodies)
    if not wanted:
        return []
    prefixes = {row.code: row.uscc for row in await unit.run(PREFIXES, {"codes": list(wanted)})}
    counts = {"year": year, "bodies": list(wanted), "counts": list(wanted.values())}
    last = {row.body: row.last - wanted[row.body] for row in await unit.run(NEXT, counts)}
    return [_number(prefixes, last, body, year) for body in bodies]


def _number(prefixes: Mapping[str, str], last: dict[str, int], body: str, year: int) -> str:
    last[body] += 1
    return f"{prefixes[body]}/{year}-{last[body]:05d}"
