"""When each subject's event of one type could be read from a stream."""

import asyncio
import time
from collections.abc import Collection
from typing import Any, cast

from redis.asyncio import Redis

WAIT = 60.0


class Arrivals:
    """Reads a stream as any client would, and notes the moment."""

    def __init__(self, url: str, key: str, kind: str) -> None:
        self.client = Redis.from_url(url)
        self.key = key
        self.kind = kind.encode()
        self.at: dict[str, float] = {}

    async def read(self) -> None:
        """Until cancelled; from what is new now."""
        last: bytes | str = "$"
        while True:
            read = cast(Any, await self.client.xread({self.key: last}, count=1000, block=500))
            for _, entries in _streams(read):
                moment = time.perf_counter()
                for entry_id, fields in entries:
                    last = entry_id
                    if fields[b"type"] == self.kind:
                        self.at.setdefault(fields[b"subject"].decode(), moment)

    async def all_of(self, subjects: Collection[str]) -> None:
        """Return when every one has arrived; raises TimeoutError when that takes a minute."""
        async with asyncio.timeout(WAIT):
            while len(self.at) < len(subjects) or not self.at.keys() >= set(subjects):
                await asyncio.sleep(0.05)


def _streams(read: Any) -> Any:
    """redis-py answers a mapping or pairs, by the protocol."""
    if isinstance(read, dict):
        return [(key, [entry for part in parts for entry in part]) for key, parts in read.items()]
    return read or ()
