"""Processes that die and servers that go away: nothing is lost, nothing happens twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from gongkai.servers import Servers
from shared import reaper
from shared.db import Database
from shared.reaper import reap
from tests.builders import changed, noted

from .conftest import Stage

HEAR = Path(__file__).parent / "programmes" / "hear.py"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hear(servers: Servers, database_url: str) -> Callable[..., int]:
    """Run the consumer in a process of its own; how it ended."""
    urls = {"GONGKAI_DATABASE_URL": database_url, "GONGKAI_BROKER_URL": servers.broker_url}

    def run(part: str, crash: str = "") -> int:
        environment = {**os.environ, **urls, "GONGKAI_CRASH": crash, "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, str(HEAR), part], env=environment, timeout=60).returncode

    return run


async def to_hear(stage: Stage, *words: str, document: UUID | None = None) -> None:
    await stage.announce(*(noted(document or uuid4(), word) for word in words))
    await stage.carry()


async def test_what_kills_its_process_ends_as_a_dead_letter_and_its_neighbours_get_through(
    stage: Stage, hear: Callable[..., int]
) -> None:
    await to_hear(stage, "1", "killer", "3", "4")
    ends = [hear("read")]
    assert await stage.effects() == [], "its transaction did not commit"
    assert await stage.pending() == 4
    while ends[-1] == -signal.SIGKILL and len(ends) < 10:
        ends.append(hear("reap"))
    assert ends == [-signal.SIGKILL] * 3 + [0]
    assert sorted(await stage.effects()) == ["1", "3", "4"]
    assert await stage.statuses() == ["done", "dead", "done", "done"]
    assert "kills the process" in (await stage.inbox())[1].error
    assert await stage.pending() == 0


async def test_a_crash_between_the_commit_and_the_acknowledgement_repeats_no_effect(
    stage: Stage, hear: Callable[..., int]
) -> None:
    await to_hear(stage, "1", "2")
    assert hear("read", crash="consumer.after-commit") == -signal.SIGKILL
    assert await stage.effects() == ["1", "2"]
    assert await stage.pending() == 2
    await reap(stage.client, stage.consumer, "me", 0.0)
    assert await stage.effects() == ["1", "2"]
    assert await stage.pending() == 0


async def test_a_crash_before_the_commit_leaves_nothing_and_loses_nothing(
    stage: Stage, hear: Callable[..., int]
) -> None:
    await to_hear(stage, "1", "2")
    assert hear("read", crash="consumer.before-commit") == -signal.SIGKILL
    assert await stage.effects() == []
    await reap(stage.client, stage.consumer, "me", 0.0)
    assert await stage.effects() == ["1", "2"]


async def test_the_reaper_leaves_alone_what_another_is_busy_with(stage: Stage) -> None:
    await to_hear(stage, "1")
    await stage.read(name="busy")
    assert await reap(stage.client, stage.consumer, "me", 60.0) == 0
    assert await stage.pending() == 1


async def test_the_reaper_acknowledges_what_was_trimmed_away(stage: Stage) -> None:
    await to_hear(stage, "1", "2")
    entries = await stage.read()
    await stage.consumer.consume(entries)
    await stage.client.xtrim(stage.key, maxlen=0, approximate=False)
    await reap(stage.client, stage.consumer, "me", 0.0)
    assert await stage.pending() == 0
    assert await stage.effects() == ["1", "2"]


async def test_the_reaper_gets_past_garbage(stage: Stage) -> None:
    await to_hear(stage, "1")
    garbage = changed(dict((await stage.on_stream())[0][1]), id=str(uuid4()).encode(), sequence=b"9" * 40)
    await stage.client.xadd(stage.key, garbage, id="1-1")
    await to_hear(stage, "2")
    await stage.read(name="killed")
    await reap(stage.client, stage.consumer, "me", 0.0)
    assert await stage.effects() == ["1", "2"]
    assert await stage.pending() == 0


async def test_names_of_the_dead_are_forgotten_unless_something_is_pending(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "FORGET_AFTER_MS", -1)
    await to_hear(stage, "1", "2")
    done = await stage.read(1, name="done")
    await stage.acknowledge(done)
    await stage.read(1, name="holds")
    await reaper.forget_the_dead(stage.client, stage.consumer)
    names = [row["name"] for row in await stage.client.xinfo_consumers(stage.key, "review")]
    assert names == [b"holds"]


async def test_a_database_that_restarts_in_the_middle_costs_nothing(stage: Stage, servers: Servers) -> None:
    words = [str(n) for n in range(30)]
    await to_hear(stage, *words)
    entries = await stage.read()
    await stage.consumer.consume(entries[:10])
    await asyncio.to_thread(servers.postgres.kill)
    consuming = asyncio.create_task(stage.consumer.consume(entries[10:]))
    await asyncio.sleep(0.5)
    assert not consuming.done(), "it must wait for the database, not give up"
    await asyncio.to_thread(servers.postgres.start)
    async with asyncio.timeout(20):
        await consuming
    assert await stage.effects() == words
    assert {row.attempts for row in await stage.inbox()} == {0}
    assert set(await stage.statuses()) == {"done"}


async def test_connections_cut_while_handling_count_as_nobodys_failure(
    stage: Stage, database_url: str
) -> None:
    from tests.conftest import owner

    cut = False

    async def note_once_cut(unit: object, events: object) -> None:
        nonlocal cut
        if not cut:
            cut = True
            owner(
                database_url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
        from .conftest import note

        await note(unit, events)  # type: ignore[arg-type]

    from shared.consumer import Consumer, Hearing
    from tests.builders import Noted

    consumer = Consumer(stage.hearer, "review", "intake", stage.key, {Noted: Hearing(note_once_cut)})
    await to_hear(stage, "1", "2")
    await consumer.consume(await stage.read())
    assert cut
    assert await stage.effects() == ["1", "2"]
    assert {row.attempts for row in await stage.inbox()} == {0}


async def test_a_relay_killed_anywhere_leaves_neither_gap_nor_duplicate(
    stage: Stage, servers: Servers, database_url: str, broker: Redis, database: Callable[[str], Database]
) -> None:
    places = (
        "sequencer.before-commit",
        "relay.before-append",
        "relay.after-append",
    )
    urls = {"GONGKAI_DATABASE_URL": database_url, "GONGKAI_BROKER_URL": servers.broker_url}
    carry = Path(__file__).parent / "programmes" / "carry.py"
    words = []
    for n, place in enumerate(places):
        words += [f"{n}a", f"{n}b"]
        await stage.announce(noted(uuid4(), f"{n}a"), noted(uuid4(), f"{n}b"))
        environment = {**os.environ, **urls, "GONGKAI_CRASH": place, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(carry)]
        ended = await asyncio.to_thread(subprocess.run, command, env=environment, timeout=60)
        assert ended.returncode == -signal.SIGKILL, place
    await stage.carry()
    assert await stage.words() == words
    assert [entry_id for entry_id, _ in await stage.on_stream()] == [
        b"%d-0" % n for n in range(1, len(words) + 1)
    ]
