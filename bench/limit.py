"""The limit: the same entries appended to the same server by a pipelining client, and nothing else."""

import time
from collections.abc import Sequence

from redis.asyncio import Redis

AT_ONCE = 500


async def pipelined_xadd(url: str, entries: Sequence[dict[str, bytes]]) -> float:
    """Entries per second; redis-py with hiredis, AT_ONCE in one pipeline."""
    client = Redis.from_url(url)
    await client.delete("bench:limit")
    began = time.perf_counter()
    for start in range(0, len(entries), AT_ONCE):
        pipeline = client.pipeline(transaction=False)
        for fields in entries[start : start + AT_ONCE]:
            pipeline.xadd("bench:limit", fields)  # type: ignore[arg-type]
        await pipeline.execute()
    took = time.perf_counter() - began
    await client.delete("bench:limit")
    await client.aclose()
    return len(entries) / took
