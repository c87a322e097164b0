"""The whole platform on one machine: servers, schemas, keys, who is who, and the services."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared import db
from shared.identity import issue_token
from shared.migrate import migrate

from . import home, keyring, organisation
from .processes import Processes, planned
from .servers import Servers, running

Say = Callable[[str], None]


@dataclass(frozen=True)
class Platform:
    """What is up."""

    data: Path
    servers: Servers
    processes: Processes
    running: home.Running
    tokens: dict[str, str]


@contextmanager
def platform(
    data: Path,
    who: Path,
    *,
    workers: int = 0,
    durable: bool = True,
    first_port: int = 0,
    extra: dict[str, str] | None = None,
    say: Say = lambda _words: None,
) -> Iterator[Platform]:
    """Start everything and stop it again; a second start finds what the first one left."""
    say("servers")
    with running(data, durable=durable) as servers:
        say("schemas")
        prepare(data, servers.database_url, who)
        processes = planned(environment(data, servers) | (extra or {}), data / "logs", workers, first_port)
        say("services")
        try:
            processes.start()
            processes.wait_until_ready()
            found = _found(servers, processes)
            home.write(data, found)
            yield Platform(data, servers, processes, found, home.tokens(data))
        finally:
            home.forget(data)
            processes.stop()


def prepare(data: Path, database_url: str, who: Path) -> None:
    """Schemas, keys, departments and officers, and a token for every officer who has none."""
    migrate(database_url)
    keyring.make(data / "keys")
    organisation.load(database_url, organisation.read(who))
    issued = asyncio.run(_issue(database_url, organisation.without_token(database_url)))
    if issued:
        home.keep_tokens(data, issued)


async def _issue(database_url: str, officers: list[str]) -> dict[str, str]:
    database = db.connect(database_url, None, "")
    async with database.transaction() as unit:
        issued = {officer: await issue_token(unit, officer) for officer in officers}
    await database.close()
    return issued


def environment(data: Path, servers: Servers) -> dict[str, str]:
    """What every process is told."""
    return {
        "GONGKAI_DATABASE_URL": servers.database_url,
        "GONGKAI_BROKER_URL": servers.broker_url,
        "GONGKAI_EDGE_URL": servers.edge_url,
        "GONGKAI_DATA": str(data),
    }


def _found(servers: Servers, processes: Processes) -> home.Running:
    return home.Running(
        database_url=servers.database_url,
        broker_url=servers.broker_url,
        edge_url=servers.edge_url,
        services={one.service: one.url for one in processes.all if one.part in ("api", "both")},
        workers={
            f"{one.service}-{n}": one.url
            for n, one in enumerate(processes.all)
            if one.part in ("worker", "channels")
        },
    )
