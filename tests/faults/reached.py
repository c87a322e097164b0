"""Which dangerous states the run has been in: a run that reached none has proved nothing."""

import asyncio
from collections import Counter

import psycopg

from .evidence import SERVICES, Evidence
from .house import House, plain

SAID = {
    "relay.moved": "relay.moved",
    "mailboxes.moved": "mailboxes.moved",
    "relay.fenced": "relay.fenced",
    "reaper.took-over": "reaper.took-over",
    "listens-again": "worker.listens-again",
    "database.away": "database.away",
    "index made anew": "search.made-anew",
}
"""States that the services' logs tell of."""

WAITING = "SELECT status, count(*) FROM {}.inbox WHERE status IN ('parked', 'retry') GROUP BY status"


async def watch(house: House, seen: Counter[str]) -> None:
    """Look for letters that wait: they leave no trace when their turn has come."""
    while True:
        try:
            seen.update(await asyncio.to_thread(_waiting, house))
        except psycopg.Error:
            seen["database unreachable"] += 1
        await asyncio.sleep(0.2)


def _waiting(house: House) -> dict[str, int]:
    found: Counter[str] = Counter()
    with psycopg.connect(plain(house.servers.database_url), connect_timeout=2) as connection:
        for service in SERVICES:
            for status, number in connection.execute(WAITING.format(service).encode()).fetchall():
                found[status] += number
    return found


def reached(house: House, evidence: Evidence, waiting: Counter[str]) -> dict[str, int]:
    """Each dangerous state, and how often it was met."""
    texts = [log.read_text(errors="replace") for log in (house.data / "logs").glob("*.log")]
    said = {state: sum(text.count(words) for text in texts) for state, words in SAID.items()}
    refused = Counter(row.fault for row in evidence.tables["refusals"])
    return {
        **said,
        "parked": waiting["parked"],
        "retry": waiting["retry"],
        "refused-withdrawn": refused["withdrawn"],
        "scheduled": sum(row.state == "published" for row in evidence.tables["scheduled"]),
        "called off": sum(row.state == "called-off" for row in evidence.tables["scheduled"]),
        "recalled": sum(not row.missing for row in evidence.tables["recalls"]),
        "superseded": sum(row.state == "superseded" for row in evidence.tables["cases"]),
        "voided": sum(row.act == "voided" for row in evidence.tables["opinions"]),
        "redacted": sum(row.act == "redacted" for row in evidence.tables["opinions"]),
        "second steps refused": evidence.log.second_steps,
        "quarantined": len(evidence.tables["sealed"]),
        "withdrawn": len(evidence.log.withdrawn),
        "requests repeated": evidence.log.repeats,
        "crash points": len(house.crashed),
    }
