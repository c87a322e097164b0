"""How far every consumer has come in every stream; what is below can be trimmed, what is above rebuilt."""

from .db import Database

REGISTER = """
    INSERT INTO shared.progress (consumer, stream) VALUES (:consumer, :stream) ON CONFLICT DO NOTHING
"""

LOW_WATER = "SELECT low_water FROM shared.progress WHERE consumer = :consumer AND stream = :stream"

# The first gap above the low-water mark, found by comparing each position with its place in the row.
SETTLED = """
    SELECT coalesce(max(position), :low_water) FROM (
        SELECT position, :low_water + row_number() OVER (ORDER BY position) AS dense
        FROM (SELECT DISTINCT position FROM inbox
              WHERE consumer = :consumer AND stream = :stream AND position > :low_water
              ORDER BY position LIMIT 20000) AS seen) AS numbered
    WHERE position = dense
"""

MOVE = """
    UPDATE shared.progress SET low_water = greatest(low_water, :low_water), seen_at = now()
    WHERE consumer = :consumer AND stream = :stream
"""


async def register(database: Database, consumer: str, stream: str) -> None:
    """From now on the stream keeps what this consumer has not seen, from its first entry."""
    async with database.transaction() as unit:
        await unit.run(REGISTER, {"consumer": consumer, "stream": stream})


async def advance(database: Database, consumer: str, stream: str) -> int:
    """Move the low-water mark up to the first position that this consumer has not seen; where it stands."""
    who: dict[str, str | int] = {"consumer": consumer, "stream": stream}
    async with database.transaction() as unit:
        who["low_water"] = (await unit.run(LOW_WATER, who)).scalar_one()
        who["low_water"] = (await unit.run(SETTLED, who)).scalar_one()
        await unit.run(MOVE, who)
    return int(who["low_water"])


async def consumers_of(database: Database, stream: str) -> dict[str, int]:
    """Every consumer of the stream, with its low-water mark."""
    which = "SELECT consumer, low_water FROM shared.progress WHERE stream = :stream"
    return {row.consumer: row.low_water for row in await database.look(which, {"stream": stream})}
