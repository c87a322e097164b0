"""The real PostgreSQL and Valkeys that come with Gongkai, as child processes over one data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gongkai.servers.child import ServerDidNotStart
from gongkai.servers.given import Given, NotOurs
from gongkai.servers.postgres import Postgres
from gongkai.servers.unprivileged import NoAccount
from gongkai.servers.valkey import EDGE, Valkey

__all__ = [
    "DataFolderInUse",
    "Given",
    "NoAccount",
    "NotOurs",
    "Postgres",
    "ServerDidNotStart",
    "Servers",
    "Valkey",
    "running",
]


class DataFolderInUse(Exception):
    """Another Gongkai is running over this data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(f"{self.__doc__} ({data})")


@dataclass(frozen=True)
class Servers:
    """The record, the broker between the services, and the broker that departments may reach."""

    postgres: Postgres | Given
    broker: Valkey | Given
    edge: Valkey | Given

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def broker_url(self) -> str:
        return self.broker.url

    @property
    def edge_url(self) -> str:
        return self.edge.url


@contextmanager
def running(data: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Start what the environment does not give; `durable=False` spares the disk, for tests."""
    data = data.resolve()
    with ExitStack() as ending:
        ending.enter_context(_held(data))
        servers = Servers(
            postgres=_given("GONGKAI_DATABASE_URL") or Postgres(data / "postgres", durable=durable),
            broker=_given("GONGKAI_BROKER_URL") or Valkey(data / "broker"),
            edge=_given("GONGKAI_EDGE_URL") or Valkey(data / "edge", settings=EDGE),
        )
        for server in (servers.postgres, servers.broker, servers.edge):
            ending.callback(server.stop)
            server.start()
        yield servers


def _given(variable: str) -> Given | None:
    url = os.environ.get(variable)
    return Given(url) if url else None


@contextmanager
def _held(data: Path) -> Iterator[None]:
    """Keep the folder to ourselves: a second supervisor would take our servers for orphans."""
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(0o711)  # The account that PostgreSQL runs as passes through; secrets inside are 0600.
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFolderInUse(data) from None
        yield
