"""All that can be known afterwards: the record, the streams, the public's view, and everybody's own logs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import psycopg
from psycopg.rows import namedtuple_row
from redis.asyncio import Redis

from shared.edge import mailbox
from shared.timeline import key

from . import desk
from .clients import Log
from .house import House, desk_log, plain
from .papers import LEADER

SERVICES = ("intake", "review", "publish", "notify", "search")

Row = Any
Rows = Sequence[Row]

OUTBOX = """
    SELECT event_id::text, type, subject, sequence, position, convert_from(data, 'UTF8') AS data
    FROM {0}.outbox
    UNION ALL SELECT event_id::text, type, subject, sequence, NULL, convert_from(data, 'UTF8')
    FROM {0}.announcement ORDER BY position
"""

# When a row was last written is when its letter was settled: only then does nobody touch it any more.
INBOX = """
    SELECT consumer, stream, event_id::text, position, type, subject, sequence, status, attempts, error,
        pg_xact_commit_timestamp(xmin) AS committed
    FROM {}.inbox
"""

TABLES = {
    "progress": "SELECT consumer, stream FROM shared.progress",
    "submissions": "SELECT id::text, key, document_id::text, edition, state, author FROM intake.submission",
    "cases": """
        SELECT id::text, document_id::text, edition, state, department, content_sha256
        FROM review.review_case
    """,
    "opinions": "SELECT case_id::text, act, step, officer, role FROM review.opinion ORDER BY at, id",
    "officers": "SELECT id, department, roles FROM shared.officer",
    "sealed": "SELECT case_id::text, cleared_at FROM review.quarantine",
    "documents": "SELECT id::text, withdrawn_upto, current_edition, index_no FROM publish.document",
    "editions": "SELECT document_id::text, edition, content_sha256 FROM publish.edition",
    "refusals": "SELECT document_id::text, edition, fault FROM publish.refusal",
    "scheduled": "SELECT document_id::text, edition, state FROM publish.scheduled",
    "recalls": """
        SELECT document_id::text, edition, departments_known_at,
            (SELECT count(*) FROM publish.recall_place AS place WHERE place.document_id = recall.document_id
             AND place.edition = recall.edition AND kind = 'department' AND confirmed_at IS NULL) AS missing
        FROM publish.recall
    """,
    "deliveries": """
        SELECT department, no, event_id::text, type, subject, sequence, document_id::text, edition
        FROM notify.delivery WHERE NOT replay ORDER BY department, no
    """,
    "mailboxes": "SELECT department, head, confirmed_upto FROM notify.mailbox",
    "tombstones": "SELECT document_id::text, edition FROM notify.tombstone",
    "entries": "SELECT document_id::text, edition, title, text FROM search.entry",
}

UNEXAMINED = """
    SELECT count(*) FROM publish.document JOIN review.review_case
        ON review_case.document_id = document.id AND review_case.edition = document.current_edition
    WHERE review_case.state = 'published' AND review_case.ruleset <> %(ruleset)s
"""


@dataclass
class Evidence:
    """Gathered when everything is quiet."""

    log: Log
    outbox: Mapping[str, Rows]
    inbox: Mapping[str, Rows]
    tables: Mapping[str, Rows]
    streams: Mapping[str, Sequence[tuple[int, str]]]
    """By service: position and event id of every entry."""
    boxes: Mapping[str, Sequence[tuple[int, str]]]
    """By department: number and event id of every entry in its mailbox."""
    desks: Mapping[str, Sequence[dict[str, Any]]]
    """By department: what it has dealt with."""
    desk_kinds: Mapping[str, str]
    desk_kills: Mapping[str, int]
    public: Mapping[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """By document: how the public's door answers."""
    found: Sequence[dict[str, Any]] = ()
    """What the search index says that it has."""
    unexamined: int = 0
    """Public documents that were not screened again when the rules changed."""


async def gather(house: House, log: Log) -> Evidence:
    """Read everything there is."""
    outbox, inbox, tables = _record(house)
    desks = [one for one in house.residents.values() if one.service == "desk"]
    departments = [one.name.removeprefix("desk-") for one in desks]
    documents = {row.document_id for row in tables["submissions"]}
    return Evidence(
        log=log,
        outbox=outbox,
        inbox=inbox,
        tables=tables,
        streams=await _entries(house.servers.broker_url, {name: key(name, 1) for name in SERVICES}),
        boxes=await _entries(house.servers.edge_url, {code: mailbox(code) for code in departments}),
        desks={code: desk.read(desk_log(house.data, code)) for code in departments},
        desk_kinds={one.name.removeprefix("desk-"): one.part for one in desks},
        desk_kills={code: house.desk_kills[f"desk-{code}"] for code in departments},
        public=await _look(house, sorted(documents)),
        found=await _found(house),
        unexamined=await unexamined(house),
    )


def _record(house: House) -> tuple[dict[str, Rows], dict[str, Rows], dict[str, Rows]]:
    with psycopg.connect(plain(house.servers.database_url), row_factory=namedtuple_row) as connection:

        def rows(query: str) -> Rows:
            return connection.execute(query.encode()).fetchall()

        return (
            {name: rows(OUTBOX.format(name)) for name in SERVICES},
            {name: rows(INBOX.format(name)) for name in SERVICES},
            {name: rows(query) for name, query in TABLES.items()},
        )


async def _entries(url: str, keys: Mapping[str, str]) -> dict[str, list[tuple[int, str]]]:
    """The services' positions stand before the dash, a mailbox's numbers after it."""
    client: Any = Redis.from_url(url, decode_responses=True)
    found: dict[str, list[tuple[int, str]]] = {}
    for name, stream in keys.items():
        part = 1 if stream.startswith("mailbox") else 0
        found[name] = [
            (int(entry.split("-")[part]), fields.get("id", ""))
            for entry, fields in await client.xrange(stream)
        ]
    await client.aclose()
    return found


async def _look(house: House, documents: Sequence[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    seen = {}
    async with aiohttp.ClientSession() as session:
        for document in documents:
            async with session.get(f"{house.url('publish')}/documents/{document}") as answer:
                seen[document] = (answer.status, await answer.json(content_type=None))
    return seen


async def _found(house: House) -> list[dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.url('search')}/index/documents") as answer,
    ):
        return [json.loads(line) async for line in answer.content]


async def unindexed(house: House) -> int:
    """How many changes of search's record its index has not followed yet."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.url('search')}/index") as answer,
    ):
        stands = await answer.json()
    return int(stands["latest"] - stands["change"])


async def unexamined(house: House) -> int:
    """How much of what is public was not screened by the rules that review says are in force."""
    token = {"Authorization": f"Bearer {house.tokens[LEADER]}"}
    async with (
        aiohttp.ClientSession(headers=token) as session,
        session.get(f"{house.url('review')}/reexamination") as answer,
    ):
        ruleset = (await answer.json())["ruleset"]
    with psycopg.connect(plain(house.servers.database_url)) as connection:
        row = connection.execute(UNEXAMINED, {"ruleset": ruleset}).fetchone()
    return int(row[0]) if row else 0


def facts(rows: Rows, kind: str) -> list[tuple[Row, dict[str, Any]]]:
    """The announcements of one type, each with what it says."""
    return [(row, json.loads(row.data)) for row in rows if row.type == kind]
