"""Where announcements wait, written in the transaction that makes them true."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .clock import new_id, now
from .contracts import Fact
from .rows import packed

if TYPE_CHECKING:
    from .db import Transaction

# The row of a subject is locked until the commit: sequence n+1 is only given after n is committed, and its
# outbox id, drawn later, is higher. That is what makes the sequencer's order each document's order.
NUMBER = """
    INSERT INTO subject (subject, sequence)
    SELECT subject, count FROM json_to_recordset(CAST(:rows AS json)) AS news (subject text, count bigint)
    ORDER BY subject
    ON CONFLICT (subject) DO UPDATE SET sequence = subject.sequence + excluded.sequence
    RETURNING subject, sequence
"""

WRITE = """
    INSERT INTO outbox (event_id, source, type, subject, sequence, time, data)
    SELECT event_id, :source, type, subject, sequence, :time, convert_to(data, 'UTF8')
    FROM json_to_recordset(CAST(:rows AS json))
        AS event (event_id uuid, type text, subject text, sequence bigint, data text)
"""


async def write(unit: "Transaction", source: str, facts: Sequence[Fact]) -> None:
    """Number the facts within their subjects and put them in the outbox, in the order announced."""
    if not facts:
        return
    subjects = [fact.subject for fact in facts]
    last = await _number(unit, Counter(subjects))
    rows = []
    for fact, subject in zip(facts, subjects, strict=True):
        last[subject] += 1
        rows.append(
            {
                "event_id": new_id(),
                "type": fact.type,
                "subject": subject,
                "sequence": last[subject],
                "data": fact.model_dump_json(),
            }
        )
    await unit.run(WRITE, {"source": source, "time": now(), "rows": packed(rows)})


async def _number(unit: "Transaction", counts: Counter[str]) -> dict[str, int]:
    """The sequence before the first new fact of each subject."""
    news = [{"subject": subject, "count": count} for subject, count in counts.items()]
    rows = await unit.run(NUMBER, {"rows": packed(news)})
    return {row.subject: row.sequence - counts[row.subject] for row in rows}
