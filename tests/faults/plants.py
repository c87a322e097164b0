"""For each planted bug the misfortune that brings it out, so that it is caught surely and soon."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

import psycopg

from shared.timeline import key

from .bugs import MARKED
from .house import House, plain
from .load import Load
from .misfortunes import HEARD, Misfortunes
from .trial import Plan

Ambush = Callable[[House, Load, Random], Awaitable[None]]

SECONDS = 8.0


async def workers_die_before_the_commit(house: House, _load: Load, chance: Random) -> None:
    await _die_at("consumer.before-commit", house, chance)


async def workers_die_after_the_commit(house: House, _load: Load, chance: Random) -> None:
    await _die_at("consumer.after-commit", house, chance)


async def workers_die_with_what_they_read(house: House, _load: Load, chance: Random) -> None:
    await _die_at("consumer.read", house, chance)


async def _die_at(place: str, house: House, chance: Random) -> None:
    """One worker of each service at a time, so that the other one overtakes it."""
    await asyncio.sleep(2)
    misfortunes = Misfortunes(house, chance)
    for _ in range(4):
        for service in ("review", "intake", "publish", "notify"):
            which = chance.choice(house.living("worker", service))
            await misfortunes._reborn(which, GONGKAI_CRASH=f"{place}:1")
            await asyncio.sleep(SECONDS / 20)


async def groups_vanish(house: House, _load: Load, chance: Random) -> None:
    misfortunes = Misfortunes(house, chance)
    await asyncio.sleep(2)
    for _ in range(5):
        for stream, group in HEARD:
            await misfortunes._command(house.servers.broker, "XGROUP", "DESTROY", key(stream, 1), group)
        await asyncio.sleep(SECONDS / 5)


async def streams_vanish_unread(house: House, _load: Load, chance: Random) -> None:
    """Consumers stand still, their streams fill and are emptied, and more is appended."""
    misfortunes = Misfortunes(house, chance)
    await asyncio.sleep(2)
    for stream, reader in (("publish", "notify"), ("review", "publish"), ("intake", "review")) * 2:
        for worker in house.living("worker", reader):
            house.send(worker, signal.SIGSTOP)
        await asyncio.sleep(SECONDS / 5)
        await misfortunes._command(house.servers.broker, "DEL", key(stream, 1))
        await asyncio.sleep(SECONDS / 20)
        for worker in house.living("worker", reader):
            house.send(worker, signal.SIGCONT)


async def nothing_but_load(_house: House, _load: Load, _chance: Random) -> None:
    await asyncio.sleep(SECONDS * 1.5)


async def one_worker_dawdles(house: House, load: Load, chance: Random) -> None:
    """One of each service stops between drawing its numbers and committing, so that others overtake it."""
    for service in ("intake", "review", "publish", "notify"):
        which = house.living("worker", service)[0]
        await Misfortunes(house, chance)._reborn(which, GONGKAI_PAUSE="outbox.written:0.15")
    await nothing_but_load(house, load, chance)


async def the_index_dies(house: House, _load: Load, chance: Random) -> None:
    """Search's API dies when its index has been told how far it has come."""
    await asyncio.sleep(2)
    for _ in range(4):
        for which in house.living("api", "search"):
            await Misfortunes(house, chance)._reborn(which, GONGKAI_CRASH=f"{MARKED}:1")
        await asyncio.sleep(SECONDS / 5)


async def the_record_lets_one_person_agree_twice(house: House, load: Load, chance: Random) -> None:
    """The record's own defence is gone as well."""
    with psycopg.connect(plain(house.servers.database_url), autocommit=True) as connection:
        connection.execute("DROP INDEX review.opinion_one_each")
    await nothing_but_load(house, load, chance)


SLOW_LOOK = {"GONGKAI_WATCH_EVERY": "4"}

PLANTS: Mapping[str, tuple[Ambush, dict[str, Any]]] = {
    "acknowledge-before-commit": (workers_die_before_the_commit, {}),
    "no-inbox": (workers_die_after_the_commit, {}),
    "group-at-dollar": (groups_vanish, {}),
    "plain-ids": (streams_vanish_unread, {"extra": SLOW_LOOK}),
    "no-lane": (workers_die_with_what_they_read, {"edits": 0.5, "races": 0.3}),
    "gate-outside-transaction": (nothing_but_load, {"races": 1.0}),
    "flag-published": (streams_vanish_unread, {}),
    "acknowledge-before-commit,gate-outside-transaction": (workers_die_before_the_commit, {"races": 1.0}),
    "naive-cursor": (one_worker_dawdles, {}),
    "skipped-step": (nothing_but_load, {}),
    "mark-before-entries": (the_index_dies, {}),
    "two-steps-by-one": (the_record_lets_one_person_agree_twice, {}),
}


def plan(bug: str, seed: int) -> Plan:
    """A run with this bug in every process. What is lost never settles, so the wait for that is short."""
    ambush, more = PLANTS[bug]
    return Plan(SECONDS, seed, bug=bug, ambush=ambush, settle_within=8.0, authors=8, pace=0.1, **more)
