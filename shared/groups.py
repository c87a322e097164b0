"""Consumer groups, always created at the beginning of the stream."""

from collections.abc import Iterable

from redis.asyncio import Redis
from redis.exceptions import ResponseError


async def ensure(client: Redis, key: str, groups: Iterable[str]) -> None:
    """Create what is missing at 0: a group at `$`, as frameworks do, misses all that came before it."""
    for group in groups:
        try:
            await client.xgroup_create(key, group, id="0", mkstream=True)
        except ResponseError as refusal:
            if "BUSYGROUP" not in str(refusal):
                raise
