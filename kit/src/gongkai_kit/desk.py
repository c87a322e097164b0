"""Where letters are dealt with, one at a time: handled, passed over, or set aside because they failed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .contracts import Event, Fact
from .letters import Lane, Letter, is_due
from .store import Store

log = logging.getLogger("gongkai_kit")

Acknowledge = Callable[[Sequence[str]], Awaitable[None]]


@dataclass
class Desk:
    store: Store
    handler_timeout: float
    handlers: dict[str, Callable[[Event[Any]], Awaitable[None]]] = field(default_factory=dict)
    heard: dict[str, type[Fact]] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def deal(self, letters: Sequence[Letter], acknowledge: Acknowledge, waits: Sequence[float]) -> None:
        """In rounds: what failed, and what comes after it in its document, waits for the next one."""
        for wait in waits:
            letters = await self._round(letters, acknowledge)
            if not letters:
                return
            await self.pause(wait)
        await self._round(letters, acknowledge, last=True)

    async def pause(self, seconds: float) -> None:
        """Wait, but not longer than until closing time."""
        try:
            async with asyncio.timeout(seconds):
                await self.closing.wait()
        except TimeoutError:
            return

    async def _round(
        self, letters: Sequence[Letter], acknowledge: Acknowledge, *, last: bool = False
    ) -> list[Letter]:
        """Handle what can be handled, confirm it, and answer what is worth another attempt.

        A withdrawal waits for nothing; in the last round nothing waits for what fails.
        """
        done: list[str] = []
        left: list[Letter] = []
        held: set[Lane | None] = set()
        for letter in letters:
            if self.closing.is_set() or (letter.lane in held and not letter.withdraws):
                left.append(letter)
            elif await self._settle(letter):
                done.append(letter.entry)
            elif letter.lane:
                left.append(letter)
                held |= set() if last else {letter.lane}
        if done:
            await acknowledge(done)
        return left

    async def _settle(self, letter: Letter) -> bool:
        """Whether nothing is left to be done with it, so that it may be confirmed."""
        if letter.fault:
            return self._fail(letter, letter.fault)
        last = self.store.last(letter.lane) if letter.lane else None
        if is_due(letter, handled=self.store.has_handled(letter), last=last):
            return await self._handle(letter)
        self.store.forget_failure(letter.entry)
        return True

    async def _handle(self, letter: Letter) -> bool:
        assert letter.event
        try:
            async with asyncio.timeout(self.handler_timeout):
                await self.handlers[letter.event.type](letter.event)
        except Exception as trouble:
            return self._fail(letter, f"{type(trouble).__name__}: {trouble}")
        self.store.note_handled(letter)
        return True

    def _fail(self, letter: Letter, error: str) -> bool:
        attempts = self.store.note_failed(letter, error)
        log.warning("entry %s failed, attempt %d: %s", letter.entry, attempts, error)
        return False
