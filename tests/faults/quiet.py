"""Waits until nothing is on its way any more."""

import asyncio
import time

import psycopg

from .evidence import SERVICES, unexamined, unindexed
from .house import House, plain

UNPLACED = "SELECT count(*) FROM {}.announcement"

UNSETTLED = """
    SELECT count(*) FROM {stream}.outbox AS event WHERE NOT EXISTS (
        SELECT FROM {consumer}.inbox WHERE inbox.consumer = '{consumer}'
        AND inbox.event_id = event.event_id AND inbox.status IN ('done', 'skipped', 'dead'))
"""

SCREENING = "SELECT count(*) FROM review.review_case WHERE state = 'screening'"

UNCLEARED = "SELECT count(*) FROM review.quarantine WHERE cleared_at IS NULL"

UNREDACTED = "SELECT count(*) FROM review.redaction WHERE cleared_at IS NULL"

UNSEALED = "SELECT (SELECT count(*) FROM review.unsealed) + (SELECT count(*) FROM publish.log_queue)"

UNSIGNED = """
    SELECT (SELECT coalesce(max(position), 0) FROM review.ledger)
         - (SELECT coalesce(max(position), 0) FROM review.ledger_checkpoint)
         + (SELECT coalesce(max(position), 0) FROM publish.log_leaf)
         - (SELECT coalesce(max(position), 0) FROM publish.ledger_checkpoint)
"""

WAITING = "SELECT count(*) FROM publish.scheduled WHERE state = 'waiting'"

UNCONFIRMED = "SELECT coalesce(sum(head - confirmed_upto), 0) FROM notify.mailbox"


async def quiet(house: House, seconds: float) -> str:
    """Return when all is settled: empty, or after `seconds` what is still open."""
    until = time.monotonic() + seconds
    while open_ := await asyncio.to_thread(_open, house) or await _unfinished(house):
        if time.monotonic() > until:
            return open_
        await asyncio.sleep(0.5)
    return ""


async def _unfinished(house: House) -> str:
    """What is public and was not screened again by the rules in force, or is not indexed as it stands."""
    if left := await unexamined(house):
        return f"{left} public documents not screened again"
    left = await unindexed(house)
    return f"{left} changes not in the search index" if left else ""


def _open(house: House) -> str:
    with psycopg.connect(plain(house.servers.database_url)) as connection:

        def count(query: str) -> int:
            row = connection.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        waiting = {
            "announcements without a position": sum(count(UNPLACED.format(name)) for name in SERVICES),
            "cases being screened": count(SCREENING),
            "quarantined files not removed": count(UNCLEARED),
            "redacted originals not removed": count(UNREDACTED),
            "scheduled, and not published": count(WAITING),
            "records not sealed": count(UNSEALED),
            "sealed records not signed": count(UNSIGNED),
            "deliveries not confirmed": count(UNCONFIRMED),
        }
        for consumer, stream in connection.execute("SELECT consumer, stream FROM shared.progress").fetchall():
            waiting[f"events of {stream} not settled by {consumer}"] = count(
                UNSETTLED.format(consumer=consumer, stream=stream)
            )
    return ", ".join(f"{number} {what}" for what, number in waiting.items() if number)
