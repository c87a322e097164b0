"""A consumer in a process of its own: `hear.py read|reap`; the word "killer" kills it where it is handled."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from redis.asyncio import Redis

from shared import db, reaper
from shared.consumer import Consumer, Hearing
from shared.contracts import Event
from shared.contracts.envelope import AboutDocument
from shared.db import Transaction

KEY = "gongkai:intake:t1"
WRITE = "INSERT INTO effect (event_id, subject, sequence, word) VALUES (:id, :subject, :sequence, :word)"


class Noted(AboutDocument):
    type: ClassVar[str] = "cn.gongkai.test.noted.v1"
    word: str = ""


async def note(unit: Transaction, events: Sequence[Event[Any]]) -> None:
    for event in events:
        of = {"id": event.id, "subject": event.subject, "sequence": event.sequence, "word": event.data.word}
        await unit.run(WRITE, of)
        if event.data.word == "killer":
            os.kill(os.getpid(), signal.SIGKILL)


async def main(part: str) -> None:
    database = db.connect(os.environ["GONGKAI_DATABASE_URL"], "review", "urn:gongkai:test:review", pool=2)
    client = Redis.from_url(os.environ["GONGKAI_BROKER_URL"])
    consumer = Consumer(database, "review", "intake", KEY, {Noted: Hearing(note)})
    me = f"process-{os.getpid()}"
    if part == "read":
        found: Any = await client.xreadgroup("review", me, {KEY: ">"}, count=100)
        entries = found[0][1]
        await consumer.consume(entries)
        await client.xack(KEY, "review", *[entry_id for entry_id, _ in entries])
    else:
        while await reaper.reap(client, consumer, me, 0.0):
            pass
    await client.aclose()
    await database.close()


reaper.MAX_DELIVERIES = 3  # Fewer, because each one costs a process.
asyncio.run(main(sys.argv[1]))
