"""The same without anything of ours: redis-py, one loop; a restart goes on with what was not acknowledged."""

import json
import os
from urllib.parse import unquote, urlsplit

from redis import Redis

url = os.environ["GONGKAI_MAILBOX_URL"]
mailbox = "mailbox:" + unquote(urlsplit(url).username or "").removeprefix("dept-")
edge = Redis.from_url(url, decode_responses=True)
last: dict[tuple[str, str], tuple[int, int]] = {}  # Keep this, and the ids you handled, in your own database.


def handle(entry: str, event: dict[str, str]) -> None:
    """Called again for the same event after a crash: do nothing that may not be done twice."""
    data = json.loads(event["data"])
    lane, place = (event["source"], event["subject"]), (int(entry.split("-")[0]), int(event["sequence"]))
    if event["type"] == "cn.gongkai.document.withdrawn.v1":  # Whatever the sequence.
        print("remove", data["document_id"], "up to edition", data["edition"], flush=True)
    elif event["type"] == "cn.gongkai.document.published.v1" and place > last.get(lane, (0, 0)):
        print("published", data["index_no"], data["href"], flush=True)
    last[lane] = max(place, last.get(lane, place))


start = "0"  # First what this name had read and not acknowledged, then, with ">", what is new.
while True:
    for _, entries in edge.xreadgroup("main", "plain", {mailbox: start}, count=100, block=1000) or []:
        for entry, event in entries:
            handle(entry, event)
            edge.xack(mailbox, "main", entry)
        start = ">" if not entries else start
