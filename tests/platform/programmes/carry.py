"""Intake's relay in a process of its own: carries what there is and ends."""

import asyncio
import os

from redis.asyncio import Redis

from shared import db
from shared.relay import Relay


async def main() -> None:
    database = db.connect(os.environ["GONGKAI_DATABASE_URL"], "intake", "urn:gongkai:test:intake", pool=2)
    client = Redis.from_url(os.environ["GONGKAI_BROKER_URL"])
    relay = Relay(database, client, "intake", "gongkai:intake:t1", batch=100)
    while await relay.carry():
        pass
    await client.aclose()
    await database.close()


asyncio.run(main())
