"""Those who ask at the same time are answered together, never by what was read before they asked."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

AT_ONCE = 64


class Together(Generic[Key, Value]):
    """One question for all the keys that were asked for while the one before was under way.

    A lone caller waits for nobody. What the record does not have is None.
    """

    def __init__(self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._fetch = fetch
        self._waiting: list[tuple[Key, asyncio.Future[Value | None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def get(self, key: Key) -> Value | None:
        answer: asyncio.Future[Value | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                found = await self._fetch(list({key for key, _ in asked}))
            except Exception as trouble:
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(trouble)
            else:
                for key, answer in asked:
                    if not answer.done():
                        answer.set_result(found.get(key))
        self._work = None


class Shared(Generic[Key, Value]):
    """One answer for all who ask the same while an earlier asker's answer is under way: the next one."""

    def __init__(self, fetch: Callable[[Key], Awaitable[Value]]) -> None:
        self._fetch = fetch
        self._next: dict[Key, asyncio.Task[Value]] = {}
        self._under_way: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._begin(key))
        return await asyncio.shield(self._next[key])

    async def _begin(self, key: Key) -> Value:
        if earlier := self._under_way.get(key):
            await asyncio.wait([earlier])
        mine = self._next.pop(key)
        self._under_way[key] = mine
        try:
            return await self._fetch(key)
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]
