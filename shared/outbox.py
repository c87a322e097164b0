"""Where announcements wait, written in the transaction that makes them true."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from .clock import new_id, now
from .contracts import Fact
from .rows import packed


class Unit(Protocol):
    """The unit of work in which it is announced."""

    async def run(self, statement: str, parameters: Any) -> Any: ...


# The row of a subject is locked until the commit: sequence n+1 is only given after n is committed, and its
# id, drawn after the lock, is higher. That is what makes the sequencer's order each document's order.
WRITE = """
    WITH told AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json))
            AS told (n integer, event_id uuid, type text, subject text, of_subject integer, data text)),
    numbered AS (
        INSERT INTO subject (subject, sequence)
        SELECT subject, count(*) FROM told GROUP BY subject ORDER BY subject
        ON CONFLICT (subject) DO UPDATE SET sequence = subject.sequence + excluded.sequence
        RETURNING subject, sequence),
    counted AS (
        SELECT subject, count(*) AS count FROM told GROUP BY subject)
    INSERT INTO announcement (event_id, source, type, subject, sequence, time, data)
    SELECT told.event_id, :source, told.type, told.subject,
           numbered.sequence - counted.count + told.of_subject, :time, convert_to(told.data, 'UTF8')
    FROM told JOIN numbered USING (subject) JOIN counted USING (subject)
    ORDER BY told.n
"""


async def write(unit: Unit, source: str, facts: Sequence[Fact]) -> None:
    """Number the facts within their subjects and promise them to all, in the order announced."""
    if not facts:
        return
    counts: Counter[str] = Counter()
    rows = []
    for n, fact in enumerate(facts):
        counts[fact.subject] += 1
        rows.append(
            {
                "n": n,
                "event_id": new_id(),
                "type": fact.type,
                "subject": fact.subject,
                "of_subject": counts[fact.subject],
                "data": fact.model_dump_json(),
            }
        )
    await unit.run(WRITE, {"source": source, "time": now(), "rows": packed(rows)})
