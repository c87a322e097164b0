"""A consumer of one stream: each event's effect once, each document's events in order, failures set aside."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from . import inbox, metrics
from .backoff import wait_after
from .clock import now
from .contracts import Fact, MalformedEvent, decode
from .crash import crashpoint
from .db import Database, Transaction
from .failures import Permanent, gone
from .lanes import Verdict, judge, waves
from .letters import Fields, Letter, Status, open_letter, unreadable
from .patience import patiently

log = structlog.get_logger()

Handle = Callable[[Transaction, Sequence[Any]], Awaitable[None]]
Prepare = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True)
class Hearing:
    """What is done with one type of event: many at once, no two of the same document."""

    handle: Handle
    prepare: Prepare | None = None
    """Reads what the handling needs from outside, before the transaction; one result an event."""
    urgent: bool = False
    """Handled at once, whatever is missing before it: withdrawals."""


class NotAsExpected(Exception):
    """Some letter was seen before, or is not next in its order."""


class Consumer:
    """What one service hears of one stream."""

    def __init__(
        self,
        database: Database,
        name: str,
        stream: str,
        key: str,
        hears: Mapping[type[Fact], Hearing],
        *,
        timeout: float = 60.0,
    ) -> None:
        self.database = database
        self.name = name
        self.stream = stream
        self.key = key
        self.hears = {fact.type: hearing for fact, hearing in hears.items()}
        self.facts = {fact.type: fact for fact in hears}
        self.timeout = timeout

    async def consume(self, entries: Sequence[tuple[bytes, Fields]]) -> None:
        """Deal with entries of the stream; when this returns, they may be acknowledged."""
        crashpoint("consumer.read")
        letters = [self.open(entry_id, fields) for entry_id, fields in entries]
        await self.settle(letters)
        crashpoint("consumer.after-commit")

    async def settle(self, letters: Sequence[Letter]) -> None:
        """Every letter gets its row, and its effect if it is its turn; waits while the database is away."""
        try:
            await patiently(partial(self._settle_together, letters), self.name)
        except Exception as trouble:
            log.warning("consumer.one-by-one", consumer=self.name, error=repr(trouble)[:300])
            for letter in letters:
                await patiently(partial(self._settle_alone, letter), self.name)
        for letter in letters:
            metrics.HANDLED.labels(self.name, self.stream, letter.status or "known").inc()

    async def _settle_together(self, letters: Sequence[Letter]) -> None:
        """The swift way where everything is as it nearly always is; else the careful one."""
        for letter in letters:
            letter.begin()
        await self._prepare([letter for letter in letters if letter.type in self.hears])
        if spans := spans_of(letters):
            try:
                return await self._settle_swiftly(letters, spans)
            except Exception as trouble:
                if gone(trouble):
                    raise
                log.debug("consumer.careful", consumer=self.name, why=repr(trouble)[:200])
            for letter in letters:
                letter.begin()
        return await self._settle_carefully(letters)

    async def _settle_swiftly(self, letters: Sequence[Letter], spans: Mapping[str, tuple[int, int]]) -> None:
        """All in their order and none ever seen: the lanes are taken first, and any failure undoes it all."""
        async with self.database.transaction() as unit:
            if not await inbox.advance_lanes(unit, self.name, self.stream, spans):
                raise NotAsExpected
            for wave in waves(letters):
                for kind, group in by_type(wave).items():
                    heard = kind in self.hears
                    if heard:
                        await self.hears[kind].handle(unit, [letter.work for letter in group])
                    for letter in group:
                        letter.status = Status.DONE if heard else Status.SKIPPED
            await inbox.record_new(unit, self.name, self.stream, letters)
            crashpoint("consumer.before-commit")

    async def _settle_alone(self, letter: Letter) -> None:
        """One letter's trouble must not hold up the others, whatever it was."""
        try:
            await self._settle_together([letter])
        except Exception as trouble:
            if gone(trouble):
                raise
            self._fail(letter, trouble)
            async with self.database.transaction() as unit:
                mine = await inbox.unsettled(unit, self.name, [letter])
                await inbox.record(unit, self.name, self.stream, mine)

    async def _settle_carefully(self, letters: Sequence[Letter]) -> None:
        """Each judged by its lane and by what is known of it; failures are set aside, one by one."""
        async with self.database.transaction() as unit:
            subjects = {letter.subject for letter in letters if letter.subject}
            lanes = await inbox.lock_lanes(unit, self.name, self.stream, subjects)
            began = dict(lanes)
            mine = await inbox.unsettled(unit, self.name, letters)
            for wave in waves(letter for letter in mine if letter.readable):
                await self._take_turn(unit, wave, lanes)
            await inbox.record(unit, self.name, self.stream, mine)
            moved = {subject: to for subject, to in lanes.items() if to != began[subject]}
            await inbox.move_lanes(unit, self.name, self.stream, moved)
            crashpoint("consumer.before-commit")

    def open(self, entry_id: bytes, fields: Fields) -> Letter:
        try:
            return open_letter(entry_id, fields)
        except MalformedEvent as wrong:
            log.error("consumer.unreadable", consumer=self.name, entry=entry_id.decode(), error=str(wrong))
            return unreadable(self.key, entry_id, fields, str(wrong))

    async def _prepare(self, letters: Sequence[Letter]) -> None:
        """Decode, and read from outside what handlers need; one that fails will be set aside on its turn."""
        for letter in letters:
            try:
                letter.event = letter.work = decode(letter.fields, self.facts)
            except MalformedEvent as wrong:
                letter.work = Permanent(str(wrong))
        preparing = [one for one in letters if one.event is not None and self.hears[one.type].prepare]
        for kind, group in by_type(preparing).items():
            await self._prepare_group(self.hears[kind].prepare, group)

    async def _prepare_group(self, prepare: Prepare | None, group: Sequence[Letter]) -> None:
        assert prepare is not None
        try:
            async with asyncio.timeout(self.timeout):
                works = await prepare([letter.event for letter in group])
            for letter, work in zip(group, works, strict=True):
                letter.work = work
        except Exception as trouble:
            if len(group) == 1:
                group[0].work = trouble
                return
            for letter in group:
                await self._prepare_group(prepare, [letter])

    async def _take_turn(self, unit: Transaction, wave: Sequence[Letter], lanes: dict[str, int]) -> None:
        """One letter of each subject: judge it by its lane, then handle each type together."""
        groups: dict[str, list[Letter]] = defaultdict(list)
        for letter in wave:
            urgent = letter.type in self.hears and self.hears[letter.type].urgent
            verdict = judge(letter.sequence, lanes[letter.subject], urgent=urgent)
            if verdict is Verdict.HANDLE and letter.type in self.hears and not letter.handled_early:
                groups[letter.type].append(letter)
            else:
                letter.status = {
                    Verdict.SKIP: Status.SKIPPED,
                    Verdict.PARK: Status.PARKED,
                    Verdict.HANDLE: Status.DONE if letter.handled_early else Status.SKIPPED,
                }[verdict]
                _advance(letter, lanes, verdict)
        for kind, group in groups.items():
            await self._handle(unit, self.hears[kind], group, lanes)

    async def _handle(
        self, unit: Transaction, hearing: Hearing, group: Sequence[Letter], lanes: dict[str, int]
    ) -> None:
        """All at once; where that fails, one by one, so that the one that fails fails alone."""
        broken = [letter for letter in group if isinstance(letter.work, Exception)]
        for letter in broken:
            self._fail(letter, letter.work)
        sound = [letter for letter in group if not isinstance(letter.work, Exception)]
        if not sound:
            return
        try:
            async with unit.attempt():
                await hearing.handle(unit, [letter.work for letter in sound])
        except Exception as trouble:
            if gone(trouble):
                raise
            if len(sound) == 1:
                self._fail(sound[0], trouble)
                return
            for letter in sound:
                await self._handle(unit, hearing, [letter], lanes)
            return
        for letter in sound:
            letter.status = Status.DONE
            _advance(letter, lanes, Verdict.HANDLE)

    def _fail(self, letter: Letter, trouble: Exception) -> None:
        """Set aside: to be tried again, or dead when that is of no use or was done often enough."""
        letter.attempts = letter.tried + 1
        letter.error = f"{type(trouble).__name__}: {trouble}"[:2000]
        wait = None if isinstance(trouble, Permanent) else wait_after(letter.attempts)
        letter.status = Status.DEAD if wait is None else Status.RETRY
        letter.next_at = now() + wait if wait else None
        log.warning(
            "consumer.failed",
            consumer=self.name,
            event_id=str(letter.id),
            type=letter.type,
            attempts=letter.attempts,
            status=letter.status,
            error=letter.error[:300],
        )


def _advance(letter: Letter, lanes: dict[str, int], verdict: Verdict) -> None:
    """The lane moves past what had its turn; what was handled before its turn waits there for it."""
    if verdict is not Verdict.HANDLE:
        return
    if letter.sequence == lanes[letter.subject] + 1:
        lanes[letter.subject] = letter.sequence
    else:
        letter.status, letter.early = Status.PARKED, True


def spans_of(letters: Sequence[Letter]) -> dict[str, tuple[int, int]]:
    """First and last of each subject; empty unless all are new, sound and right behind one another."""
    spans: dict[str, tuple[int, int]] = {}
    for letter in letters:
        first, last = spans.get(letter.subject, (letter.sequence, letter.sequence - 1))
        odd = letter.waiting or not letter.readable or isinstance(letter.work, Exception)
        if odd or letter.sequence != last + 1:
            return {}
        spans[letter.subject] = (first, letter.sequence)
    return spans


def by_type(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    groups: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.type].append(letter)
    return groups
