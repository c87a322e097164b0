"""Rounds of a channel, each in a process of its own; what was imported once is there for all.

A line on standard input says which channel, or transfers, with which settings, and where to die; one on
standard output says how it ended.
"""

import asyncio
import json
import os
import sys
from datetime import date

from services.publish.channel_work import open_all
from services.publish.channels import register
from services.publish.outgoing import Record
from services.publish.releases import Releaser
from services.publish.settings import PublishSettings
from services.publish.transfers import Transfers
from shared import crash, db
from shared.objects import open_store


async def main(code: str) -> None:
    settings = PublishSettings()
    database = db.connect(settings.database_url, "publish", settings.source("publish"))
    store = open_store(settings.store_url, settings.data / "objects")
    record = Record(database, store, settings.public_url)
    registered = register.load(settings.channels)
    if code == "transfers":
        await Transfers(database, record, store, registered.rooms).hand_over(date(2026, 11, 3))
    else:
        await Releaser(database, record, store, open_all(settings, registered, record)[code]).work()
    await database.close()


register.offered()  # What every kind imports, once for all.
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.update(asked["told"])
        crash._WHERE = asked["crash"]
        asyncio.run(main(asked["channel"]))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
