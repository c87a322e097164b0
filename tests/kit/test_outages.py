"""What a department may rely on when processes are killed and the edge is lost."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from gongkai_kit import Event

from gongkai.servers import Valkey
from gongkai.servers.valkey import EDGE
from shared.edge import new_password

from .conftest import Department, admin, admit, desk, open_desk, published, until

PROGRAMME = """
import asyncio, sys
from pathlib import Path
from gongkai_kit import DocumentPublished, DocumentWithdrawn, Mailbox

marks, store, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
mailbox = Mailbox(sys.argv[4], store)

def mark(word, event):
    with marks.open("a") as file:
        file.write(f"{word} {event.sequence}\\n")

@mailbox.on(DocumentPublished)
@mailbox.on(DocumentWithdrawn)
async def note(event):
    mark("begun", event)
    await asyncio.sleep(seconds)
    mark("ended", event)

mailbox.run()
"""


def read(marks: Path) -> str:
    return marks.read_text()


@contextmanager
def programme(
    department: Department, marks: Path, store: str | Path, seconds: float
) -> Iterator[subprocess.Popen[bytes]]:
    """A department's programme in a process of its own, whose handler takes so long."""
    marks.touch()
    command = [sys.executable, "-c", PROGRAMME, str(marks), str(store), str(seconds), department.url]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    return tmp_path / "marks"


async def test_what_a_killed_process_had_in_hand_is_taken_over(department: Department, marks: Path) -> None:
    department.post(*(published(uuid4(), number) for number in (1, 2, 3)))
    with programme(department, marks, ":memory:", 60) as process:
        await until(lambda: read(marks) == "begun 1\n")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert department.unconfirmed() == ["1-1", "1-2", "1-3"]
    async with open_desk(desk(department, reclaim_idle=1.0)) as opened:
        await until(lambda: department.unconfirmed() == [])
    assert opened.sequences == [1, 2, 3]


async def test_what_lives_is_not_taken_over(department: Department, marks: Path) -> None:
    department.post(published(uuid4(), 1))
    with programme(department, marks, ":memory:", 2) as process:
        await until(lambda: read(marks) == "begun 1\n")
        async with open_desk(desk(department)) as opened:
            await until(lambda: department.unconfirmed() == [])
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert opened.told == []
    assert read(marks) == "begun 1\nended 1\n"


async def test_over_the_same_store_the_next_process_goes_on_at_once(
    department: Department, marks: Path, tmp_path: Path
) -> None:
    department.post(published(uuid4(), 1), published(uuid4(), 2))
    with programme(department, marks, tmp_path / "store", 60) as process:
        await until(lambda: read(marks) == "begun 1\n")
        standby = desk(department, tmp_path / "store")
        async with open_desk(standby):
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            await until(lambda: department.unconfirmed() == [])
    assert standby.sequences == [1, 2]


async def test_a_process_told_to_end_finishes_what_it_has_in_hand(
    department: Department, marks: Path, tmp_path: Path
) -> None:
    department.post(published(uuid4(), 1), published(uuid4(), 2))
    with programme(department, marks, tmp_path / "store", 1) as process:
        await until(lambda: read(marks) == "begun 1\n")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert read(marks) == "begun 1\nended 1\n"
    assert department.unconfirmed() == ["1-2"]
    async with open_desk(desk(department, tmp_path / "store")) as opened:
        await until(lambda: department.unconfirmed() == [])
    assert opened.sequences == [2]


@pytest.fixture
def own_edge(tmp_path: Path) -> Iterator[Valkey]:
    edge = Valkey(tmp_path / "own-edge", EDGE)
    edge.start()
    yield edge
    edge.stop()


async def refill(department: Department, digest: bytes, events: list[Event[Any]]) -> None:
    """As the platform does when the edge comes back empty: the account, then the same entries."""
    await admit(department.edge, department.code, department.password, digest)
    department.entries = 0
    department.post(*events)


@pytest.mark.parametrize("lasting", [False, True])
async def test_an_edge_that_comes_back_empty_and_is_filled_again_repeats_nothing(
    own_edge: Valkey, tmp_path: Path, lasting: bool
) -> None:
    password, digest = new_password()
    department = Department(own_edge, "archive", password)
    events = [published(uuid4(), number) for number in range(1, 6)]
    await refill(department, digest, events[:3])
    async with open_desk(desk(department, tmp_path / "store" if lasting else ":memory:")) as opened:
        await until(lambda: len(opened.told) == 3)
        own_edge.start(empty=True)
        await refill(department, digest, events)
        await until(lambda: department.unconfirmed() == [], 40)
    assert opened.attempts == [event.id for event in events]


async def test_a_group_that_vanished_is_made_again_at_the_beginning(
    edge: Valkey, department: Department
) -> None:
    department.post(published(uuid4(), 1))
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 1)
        with admin(edge) as client:
            client.delete(department.key)
        department.post(published(uuid4(), 2), published(uuid4(), 3))
        await until(lambda: department.unconfirmed() == [])
    assert opened.sequences == [1, 2, 3]


async def test_an_outage_of_the_edge_loses_nothing(own_edge: Valkey) -> None:
    password, digest = new_password()
    department = Department(own_edge, "archive", password)
    await refill(department, digest, [published(uuid4(), 1)])
    async with open_desk(desk(department, reclaim_idle=1.0)) as opened:
        await until(lambda: len(opened.told) == 1)
        own_edge.stop()
        await asyncio.sleep(2)
        own_edge.start()
        department.post(*(published(uuid4(), number) for number in (2, 3)))
        await until(lambda: department.unconfirmed() == [], 40)
    assert opened.sequences == [1, 2, 3]


async def test_a_mailbox_may_be_opened_before_the_edge_is_there(own_edge: Valkey) -> None:
    password, digest = new_password()
    department = Department(own_edge, "archive", password)
    own_edge.stop()
    async with open_desk(desk(department)) as opened:
        await asyncio.sleep(1)
        own_edge.start()
        await refill(department, digest, [published(uuid4(), 1)])
        await until(lambda: opened.sequences == [1], 40)
