"""Compare and append: the only way anything is written to a stream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

# Atomic in the server. Explicit ids alone are not enough: if the stream loses its entries between the reading
# of its top and the writing, a higher id is accepted and the lost positions can never be added again.
SCRIPT = """
local top = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then top = info[i + 1] end
  end
end
if top ~= ARGV[1] then return top end
local i = 2
while i <= #ARGV do
  local size = tonumber(ARGV[i + 1])
  redis.call('XADD', KEYS[1], ARGV[i], unpack(ARGV, i + 2, i + 1 + size))
  i = i + 2 + size
end
return ''
"""

MAX_BYTES = 1_000_000
"""What one call may carry: a script holds up the whole server while it runs."""


@dataclass(frozen=True, slots=True, order=True)
class Top:
    """The id of an entry. In the services' streams: its position, and 0 for all that we write ourselves.

    In mailboxes: the timeline, and the number of the delivery.
    """

    position: int
    part: int = 0

    def __str__(self) -> str:
        return f"{self.position}-{self.part}"


EMPTY = Top(0)


@dataclass(frozen=True, slots=True)
class Entry:
    id: Top
    fields: Mapping[str, bytes]

    def arguments(self) -> list[str | bytes]:
        flat: list[str | bytes] = [str(self.id), str(2 * len(self.fields))]
        for name, value in self.fields.items():
            flat += (name, value)
        return flat


class Moved(Exception):
    """The stream's top is not what was expected: it lost entries, or somebody else wrote."""

    def __init__(self, top: Top) -> None:
        super().__init__(f"{self.__doc__} It is {top}.")
        self.top = top


def script(client: Redis) -> AsyncScript:
    """The script, registered with this client: sent once, then called by its hash."""
    return client.register_script(SCRIPT)


async def append(compare: AsyncScript, key: str, expected: Top, entries: Sequence[Entry]) -> Top:
    """Append the entries if the stream still ends at `expected`; answer the new top, or raise Moved."""
    for portion in _portions(entries):
        arguments: list[str | bytes] = [str(expected)]
        for entry in portion:
            arguments += entry.arguments()
        found = await compare(keys=[key], args=arguments)
        if found:
            raise Moved(parse(found))
        expected = portion[-1].id
    return expected


def _portions(entries: Sequence[Entry]) -> list[list[Entry]]:
    portions: list[list[Entry]] = []
    room = 0
    for entry in entries:
        size = sum(map(len, entry.fields.values()))
        if not portions or size > room:
            portions.append([])
            room = MAX_BYTES
        portions[-1].append(entry)
        room -= size
    return portions


async def top_of(client: Redis, key: str) -> Top:
    """Where the stream ends now; EMPTY where there is none."""
    if not await client.exists(key):
        return EMPTY
    information = await client.xinfo_stream(key)
    return parse(information["last-generated-id"])


def parse(value: str | bytes) -> Top:
    position, _, part = (value.decode() if isinstance(value, bytes) else value).partition("-")
    return Top(int(position), int(part or 0))
