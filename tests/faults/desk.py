"""A department's programme, in two kinds: with redis-py alone, and with the kit.

Its log is its effect: a line for every event it has dealt with, written before it acknowledges.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from gongkai_kit import DocumentPublished, DocumentWithdrawn, Event, Mailbox
from redis import Redis
from redis.exceptions import RedisError

URL = "GONGKAI_MAILBOX_URL"
LOG = "GONGKAI_FAULTS_DESK_LOG"


def main(kind: str) -> None:
    """Hear the mailbox for ever."""
    log = Path(os.environ[LOG])
    if kind == "kit":
        asyncio.run(with_the_kit(log).serve())
    else:
        plainly(os.environ[URL], log)


def with_the_kit(log: Path) -> Mailbox:
    """Ten lines: the kit remembers what was handled."""
    mailbox = Mailbox(os.environ[URL], log.with_suffix(".sqlite"), waits=(0.2,), reclaim_idle=2.0)

    @mailbox.on(DocumentPublished)
    async def published(event: Event[DocumentPublished]) -> None:
        note(log, str(event.id), event.type, event.subject, event.sequence, event.data.edition)

    @mailbox.on(DocumentWithdrawn)
    async def withdrawn(event: Event[DocumentWithdrawn]) -> None:
        note(log, str(event.id), event.type, event.subject, event.sequence, event.data.edition)

    return mailbox


def plainly(url: str, log: Path) -> None:
    """First what this name had read and not acknowledged, then what is new; every id once."""
    known = {line["id"] for line in read(log)}
    while True:
        try:
            _hear(Redis.from_url(url, socket_timeout=5), log, known)
        except RedisError as trouble:
            sys.stderr.write(f"desk.trouble {trouble}\n")
            time.sleep(0.3)


def _hear(edge: Any, log: Path, known: set[str]) -> None:
    mailbox = "mailbox:" + url_user(edge).removeprefix("dept-")
    start = "0"
    while True:
        for _, entries in edge.xreadgroup("main", "plain", {mailbox: start}, count=50, block=500) or []:
            for entry, fields in entries:
                _deal(log, known, fields)
                edge.xack(mailbox, "main", entry)
            start = ">" if not entries else start


def _deal(log: Path, known: set[str], fields: dict[bytes, bytes]) -> None:
    event = {name.decode(): value.decode() for name, value in fields.items()}
    if not event or event["id"] in known:
        return
    edition = json.loads(event["data"])["edition"]
    note(log, event["id"], event["type"], event["subject"], int(event["sequence"]), edition)
    known.add(event["id"])


def url_user(edge: Any) -> str:
    return str(edge.connection_pool.connection_kwargs["username"])


def note(log: Path, event_id: str, kind: str, subject: str, sequence: int, edition: int) -> None:
    """One write, so that a kill leaves a whole line or none."""
    line = {"id": event_id, "type": kind, "document": subject, "sequence": sequence, "edition": edition}
    with log.open("ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")


def read(log: Path) -> list[dict[str, Any]]:
    """What the department has dealt with, in order."""
    return [json.loads(line) for line in log.read_bytes().splitlines()] if log.exists() else []
