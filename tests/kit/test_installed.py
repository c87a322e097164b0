"""What a department has after installing: the command, the examples, and nothing of the platform's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from uuid import uuid4

import pytest
from gongkai_kit.__main__ import main

from .conftest import Department, admin, desk, open_desk, published, until, withdrawn

KIT = Path(__file__).parents[2] / "kit"
EXAMPLES = KIT / "examples"

WITHOUT_THE_PLATFORM = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"shared", "services", "gongkai"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
sys.path.insert(0, sys.argv[1])
import gongkai_kit, gongkai_kit.__main__, gongkai_kit.contracts.frozen
assert gongkai_kit.__file__.startswith(sys.argv[1]), gongkai_kit.__file__
assert {"shared", "services", "gongkai"}.isdisjoint(sys.modules)
"""


def test_the_kit_needs_nothing_of_the_platform(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", WITHOUT_THE_PLATFORM, str(KIT / "src")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_command_lists_what_failed_and_has_it_tried_again(
    department: Department, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "store")
    event = published(uuid4(), 1)
    department.post(event, published(uuid4(), 2))
    at = desk(department, store)
    away = [True]
    at.fails = lambda failing: failing.id == event.id and away[0]
    async with open_desk(at):
        await until(lambda: len(at.mailbox.failed()) == 1 and at.sequences == [2])
        assert main(["--store", store, "failed"]) == 0
        listed = capsys.readouterr().out
        assert "1-1  cn.gongkai.document.published.v1" in listed
        assert "RuntimeError: The department's own system is away." in listed
        away[0] = False
        assert main(["--store", store, "retry", "1-1"]) == 0
        await until(lambda: department.unconfirmed() == [])
    assert at.sequences == [2, 1]
    assert at.mailbox.failed() == []


async def test_what_is_no_longer_in_the_mailbox_is_no_longer_a_failure(department: Department) -> None:
    at = desk(department)
    at.fails = lambda event: True
    department.post(published(uuid4(), 1))
    async with open_desk(at):
        await until(lambda: len(at.mailbox.failed()) == 1)
        with admin(department.edge) as client:
            client.xdel(department.key, "1-1")
        at.mailbox._desk.store.ask_again()
        await until(lambda: at.mailbox.failed() == [])


def test_what_never_failed_cannot_be_tried_again(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert main(["--store", str(store), "failed"]) == 2
    assert not store.exists()
    store.touch()
    assert main(["--store", str(store), "retry", "1-7"]) == 1


@contextmanager
def running(department: Department, *command: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "GONGKAI_MAILBOX_URL": department.url, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("example", ["ten_lines.py", "plain_redis.py"])
async def test_the_example_prints_and_confirms(department: Department, example: str) -> None:
    document = uuid4()
    department.post(published(document, 1), withdrawn(document, 2))
    with admin(department.edge) as platform:
        platform.xgroup_create(department.key, "main", id="0")
    with running(department, sys.executable, str(EXAMPLES / example)) as process:
        await until(lambda: department.unconfirmed() == [])
        assert process.stdout
        said = [process.stdout.readline() for _ in range(2)]
    assert said == [
        f"published 11219900MB0A10013C/2026-00001 /documents/{document}\n",
        f"remove {document} up to edition 1\n",
    ]


def test_the_ten_lines_are_ten_lines() -> None:
    lines = (EXAMPLES / "ten_lines.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) == 10


@pytest.mark.skipif(
    not (which("redis-cli") or which("valkey-cli")), reason="neither redis-cli nor valkey-cli"
)
async def test_the_shell_example_reads_and_confirms_one(department: Department) -> None:
    department.post(published(uuid4(), 1), published(uuid4(), 2))
    with admin(department.edge) as platform:
        platform.xgroup_create(department.key, "main", id="0")
    with running(department, "sh", str(EXAMPLES / "redis_cli.sh")) as process:
        said, _ = process.communicate(timeout=10)
    assert "cn.gongkai.document.published.v1" in said
    assert department.unconfirmed() == ["1-2"]
