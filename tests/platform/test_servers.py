"""The embedded servers start, answer, survive and can be lost."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, ConnectionError

from gongkai.servers import DataFolderInUse, NotOurs, ServerDidNotStart, Servers, Valkey, running

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for variable in ("GONGKAI_DATABASE_URL", "GONGKAI_BROKER_URL", "GONGKAI_EDGE_URL"):
        monkeypatch.delenv(variable, raising=False)
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def redis(url: str) -> Redis:
    return Redis.from_url(url, decode_responses=True)


def test_the_servers_of_the_run_answer(servers: Servers) -> None:
    assert ask(servers.database_url, "SELECT 1") == [(1,)]
    for url in (servers.broker_url, servers.edge_url):
        with redis(url) as client:
            assert client.ping()


def test_what_was_written_is_there_after_the_next_start(data: Path) -> None:
    with running(data, durable=False) as first:
        ask(first.database_url, "CREATE TABLE note AS SELECT '公开' AS text")
        with redis(first.broker_url) as client:
            client.xadd("review", {"id": "1"})
        with redis(first.edge_url) as client:
            client.execute_command("ACL", "SETUSER", "labour", "on", ">pw", "~*", "+ping")
            client.execute_command("ACL", "SAVE")
    with running(data, durable=False) as second:
        assert second.database_url == first.database_url
        assert ask(second.database_url, "SELECT text FROM note") == [("公开",)]
        with redis(second.broker_url) as client:
            assert client.xlen("review") == 1
        with redis(second.edge_url) as client:
            assert "labour" in client.execute_command("ACL", "USERS")


def test_a_killed_server_starts_again_where_it_was(data: Path) -> None:
    with running(data, durable=False) as servers:
        ask(servers.database_url, "CREATE TABLE note AS SELECT 1 AS id")
        with redis(servers.broker_url) as client:
            client.xadd("review", {"id": "1"})
            client.execute_command("WAITAOF", 1, 0, 2000)
        urls = servers.database_url, servers.broker_url
        servers.postgres.kill()
        servers.broker.kill()
        with pytest.raises(psycopg.OperationalError):
            ask(servers.database_url, "SELECT 1")
        with redis(servers.broker_url) as client, pytest.raises(ConnectionError):
            client.ping()
        servers.postgres.start()
        servers.broker.start()
        assert (servers.database_url, servers.broker_url) == urls
        assert ask(servers.database_url, "SELECT id FROM note") == [(1,)]
        with redis(servers.broker_url) as client:
            assert client.xlen("review") == 1


def test_a_server_can_come_back_empty(data: Path) -> None:
    with running(data, durable=False) as servers:
        ask(servers.database_url, "CREATE TABLE note AS SELECT 1 AS id")
        with redis(servers.broker_url) as client:
            client.xadd("review", {"id": "1"})
        servers.broker.start(empty=True)
        servers.postgres.start(empty=True)
        with redis(servers.broker_url) as client:
            assert client.dbsize() == 0
        assert ask(servers.database_url, "SELECT FROM pg_tables WHERE tablename = 'note'") == []


def test_a_wrong_password_is_refused(servers: Servers) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(wrong(servers.database_url), "SELECT 1")
    for url in (servers.broker_url, servers.edge_url):
        with redis(wrong(url)) as client, pytest.raises(AuthenticationError):
            client.ping()


def wrong(url: str) -> str:
    credentials, address = url.rsplit("@", 1)
    return f"{credentials}x@{address}"


def test_no_secret_can_be_read_by_others(data: Path) -> None:
    with running(data, durable=False):
        secrets = [*data.rglob("password"), *data.rglob("users.acl"), *data.rglob("valkey.conf")]
        assert len(secrets) == 7
        assert all(file.stat().st_mode & 0o077 == 0 for file in secrets)


def test_two_may_not_run_over_one_folder(
    data: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE_URL", servers.database_url)
    with running(data), pytest.raises(DataFolderInUse), running(data):
        pass


def test_a_stale_pid_file_that_names_a_stranger_does_not_prevent_the_start(data: Path) -> None:
    with running(data, durable=False):
        pass
    for pid_file in ("postgres/cluster/postmaster.pid", "broker/pid", "edge/pid"):
        (data / pid_file).write_text(f"{os.getpid()}\n")
    with running(data, durable=False) as servers:
        assert ask(servers.database_url, "SELECT 1") == [(1,)]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Valkey]:
    broker = Valkey(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


def test_a_taken_port_is_exchanged_for_another(broker: Valkey) -> None:
    taken = int((broker.home / "port").read_text())
    broker.stop()
    with socket.create_server(("127.0.0.1", taken)):
        broker.start()
        with redis(broker.url) as client:
            assert client.ping()


def test_a_server_that_cannot_start_shows_its_log(broker: Valkey) -> None:
    broker.stop()
    (broker.home / "users.acl").write_text("not a user\n")
    with pytest.raises(ServerDidNotStart, match=r"users\.acl"):
        broker.start()


def test_a_server_given_by_the_environment_is_used_and_left_alone(
    data: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE_URL", servers.database_url)
    monkeypatch.setenv("GONGKAI_BROKER_URL", servers.broker_url)
    with running(data) as mixed:
        assert (mixed.database_url, mixed.broker_url) == (servers.database_url, servers.broker_url)
        assert mixed.edge_url != servers.edge_url
        with pytest.raises(NotOurs):
            mixed.postgres.kill()
        with pytest.raises(NotOurs):
            mixed.broker.start(empty=True)
    assert ask(servers.database_url, "SELECT 1") == [(1,)]


@pytest.mark.skipif(not AS_ROOT, reason="only root has folders that PostgreSQL's account cannot enter")
def test_a_folder_that_only_root_may_enter_keeps_its_data_elsewhere(data: Path) -> None:
    data.mkdir(mode=0o700)
    with running(data, durable=False) as first:
        ask(first.database_url, "CREATE TABLE note AS SELECT 1 AS id")
    elsewhere = (data / "postgres/cluster").readlink().parent
    try:
        with running(data, durable=False) as second:
            assert ask(second.database_url, "SELECT id FROM note") == [(1,)]
    finally:
        shutil.rmtree(elsewhere)


SUPERVISOR = """
import sys, time
from pathlib import Path
from gongkai.servers import child, running
if "--no-lifeline" in sys.argv:
    child._lifeline = lambda pid, ending: None
with running(Path(sys.argv[1]), durable=False) as servers:
    print(servers.database_url, flush=True)
    time.sleep(600)
"""


def killed_supervisor(*arguments: str) -> str:
    """The address of the database whose supervisor was killed."""
    command = [sys.executable, "-c", SUPERVISOR, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        ask(url, "CREATE TABLE note AS SELECT 1 AS id")
        process.kill()
    return url


def test_the_servers_of_a_killed_supervisor_end_with_it(data: Path) -> None:
    assert until_refused(killed_supervisor(str(data)))


def test_servers_left_behind_are_stopped_and_started_anew(data: Path) -> None:
    url = killed_supervisor(str(data), "--no-lifeline")
    assert ask(url, "SELECT id FROM note") == [(1,)]
    left = (data / "broker/pid").read_text()
    with running(data, durable=False) as servers:
        assert servers.database_url == url
        assert ask(url, "SELECT id FROM note") == [(1,)]
        assert (data / "broker/pid").read_text() != left
    assert until_refused(url)


def until_refused(url: str) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            ask(url, "SELECT 1")
        except psycopg.OperationalError:
            return True
        time.sleep(0.05)
    return False
