"""Keeps an index like the record: follows every change, and makes a new one beside it when asked."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog
from anyio import to_thread

from shared.bell import Bell
from shared.crash import crashpoint
from shared.db import Database
from shared.loops import every

from .entries import changes, stands
from .index import Answer, Held, Mark, Place, SearchIndex
from .problems import NotReady
from .questions import Question

log = structlog.get_logger()

CHASES = 3
"""How often a new index runs after the record before it is put in use: each time less is left to catch up."""


@dataclass
class Making:
    """An index in the making: how far it is."""

    upto: int
    of: int


class Copy:
    """One process's index. It answers without the record, as it last knew it."""

    def __init__(self, database: Database, place: Callable[[], Place], rest: float, batch: int) -> None:
        self._database = database
        self._open = place
        self._rest = rest
        self._batch = batch
        self._place: Place | None = None
        self._index: SearchIndex | None = None
        self._one_at_a_time = asyncio.Lock()
        self.mark: Mark | None = None
        self.making: Making | None = None
        self.made = 0
        """How many indexes this process has made anew."""
        self.bell = Bell()
        self._task: asyncio.Task[None] | None = None

    async def search(self, question: Question) -> Answer:
        """What answers; raises NotReady while there is no index."""
        return await to_thread.run_sync(self._ready().search, question)

    def held(self) -> Iterator[Held]:
        """Everything that can be found at this moment; it reads from the disk, so let a thread do it."""
        return self._ready().held()

    async def complaint(self) -> str:
        """For health: empty when questions are answered."""
        if self._index is not None:
            return ""
        return f"in the making: {self.making.upto} of {self.making.of}" if self.making else "not begun"

    async def run(self) -> None:
        """Follow the record until cancelled."""
        try:
            await every(self._rest, self.follow, "follow", self.bell)
        finally:
            await self.close()

    async def follow(self) -> int:
        """Take over what changed; how much that was."""
        if self._place is None:
            self._place = await to_thread.run_sync(self._open)
            await self._take_up(await to_thread.run_sync(self._place.current))
        now = await stands(self._database)
        if self._index is None or self.mark is None or not _leads_to(self.mark, now):
            await self._give_up()
            await self.make_anew()
            return 1
        async with self._one_at_a_time:
            self.mark, done = await self._catch_up(self._index, self.mark, now)
        return done

    def ask_for_a_new_one(self) -> None:
        """Make one in the background, unless one is being made."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._make_in_the_background())

    async def make_anew(self) -> None:
        """From the record alone, beside the one in use, which goes on answering and following meanwhile."""
        assert self._place is not None
        now = await stands(self._database)
        self.making = Making(0, now.change)
        new = await to_thread.run_sync(self._place.beside)
        try:
            mark = Mark(now.timeline, 0)
            for _ in range(CHASES):
                mark = await self._chase(new, mark, await stands(self._database))
            crashpoint("search.before-swap")
            await self._swap(new, mark)
        except BaseException:
            if self._index is not new:
                with suppress(Exception):
                    new.close()
            raise
        finally:
            self.making = None

    async def close(self) -> None:
        """Let go of the index, so that another process may have its place."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._give_up()
        if self._place is not None:
            self._place.leave()
            self._place = None

    async def _catch_up(self, index: SearchIndex, mark: Mark, now: Mark) -> tuple[Mark, int]:
        """One batch further."""
        if mark.change == now.change:
            return mark, 0
        found = await changes(self._database, mark.change, self._batch)
        mark = Mark(mark.timeline, found.upto if len(found) else now.change)
        crashpoint("search.before-commit")
        await to_thread.run_sync(partial(index.apply, found.entries, found.removed, mark))
        crashpoint("search.after-commit")
        return mark, max(1, len(found))

    async def _chase(self, new: SearchIndex, mark: Mark, goal: Mark) -> Mark:
        """As far as the record had come then; it may go on meanwhile."""
        while mark.change < goal.change:
            mark, _ = await self._catch_up(new, mark, goal)
            self.making = Making(mark.change, goal.change)
        return mark

    async def _swap(self, new: SearchIndex, mark: Mark) -> None:
        """The one in use stands still for a moment: nobody may find again what it had let go of already."""
        assert self._place is not None
        async with self._one_at_a_time:
            mark = await self._chase(new, mark, await stands(self._database))
            # Also where there is nothing to tell it needs its mark: the next start finds it whole.
            await to_thread.run_sync(partial(new.apply, [], [], mark))
            old, self._index, self.mark = self._index, new, mark
            await to_thread.run_sync(self._place.put_in_use, new)
        self.made += 1
        log.info("search.made-anew", change=mark.change)
        if old is not None:
            await to_thread.run_sync(old.close)

    async def _make_in_the_background(self) -> None:
        try:
            await self.make_anew()
        except Exception as trouble:
            log.warning("search.not-made", error=repr(trouble)[:300])

    async def _take_up(self, index: SearchIndex | None) -> None:
        self.mark = await to_thread.run_sync(index.mark) if index else None
        self._index = index

    async def _give_up(self) -> None:
        """What belongs to another history must not answer."""
        old, self._index, self.mark = self._index, None, None
        if old is not None:
            await to_thread.run_sync(old.close)

    def _ready(self) -> SearchIndex:
        if self._index is None:
            raise NotReady
        return self._index


def _leads_to(mark: Mark, now: Mark) -> bool:
    """The record has gone on from there, and was not restored to what it was before."""
    return mark.timeline == now.timeline and mark.change <= now.change
