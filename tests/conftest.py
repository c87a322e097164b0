"""What every test may ask for."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool

from gongkai import organisation
from gongkai.servers import Servers, running
from gongkai.up import _issue
from shared import db, keys, streams
from shared.migrate import migrate

ROOT = Path(__file__).parents[1]

# A table that only tests know: what a handler did, as often as it did it.
EFFECT = """
    CREATE TABLE review.effect (
        no bigint GENERATED ALWAYS AS IDENTITY, event_id uuid, subject text, sequence bigint, word text);
    GRANT SELECT, INSERT ON review.effect TO gongkai_review;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA review TO gongkai_review
"""

# What a test before left open must neither hold locks nor fill up the server.
CUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

# In a few milliseconds: TRUNCATE makes a new file for every table and index.
EMPTY = """
    DO $$ DECLARE name text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname IN ('intake', 'review', 'publish', 'notify', 'search')
            AND tablename <> 'migration'
        LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
        INSERT INTO intake.head (position) VALUES (0);
        INSERT INTO review.head (position) VALUES (0);
        INSERT INTO publish.head (position) VALUES (0);
        INSERT INTO notify.head (position) VALUES (0);
        INSERT INTO search.head (position) VALUES (0);
        INSERT INTO search.latest (change) VALUES (0);
        DELETE FROM shared.progress;
        UPDATE shared.timeline SET number = 1;
        UPDATE shared.officer SET active = true;
    END $$
"""

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One set of real servers for the whole run."""
    # Not tmp_path: pytest closes it to the account that PostgreSQL runs as when we are root.
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "data", durable=False) as servers:
            yield servers


@pytest.fixture(scope="session")
async def tokens(shared_database: str) -> dict[str, str]:
    """A token for every officer."""
    return await _issue(shared_database, organisation.without_token(shared_database))


@pytest.fixture(scope="session")
def shared_database(servers: Servers) -> str:
    """A database with every schema and the sample organisation, for all tests, one after the other."""
    name = f"test_{next(numbers)}"
    owner(servers.database_url, f"CREATE DATABASE {name}")
    url = beside(servers.database_url, name)
    migrate(url)
    organisation.load(url, organisation.read(ROOT / "samples" / "organisation.yaml"))
    owner(url, EFFECT)
    return url


@pytest.fixture
def database_url(shared_database: str, tokens: dict[str, str]) -> str:
    """A database as new: emptied, for that takes a tenth of the time that copying one does."""
    owner(shared_database, CUT)
    owner(shared_database, EMPTY)
    return shared_database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Callable[[str], db.Database]]:
    """The test's database as a service sees it."""
    opened: list[db.Database] = []

    def connect(service: str) -> db.Database:
        opened.append(db.connect(database_url, service, f"urn:gongkai:test:{service}", pool=4))
        return opened[-1]

    yield connect
    for one in opened:
        await one.close()


@pytest.fixture
async def broker(servers: Servers) -> AsyncIterator[Redis]:
    """The core broker, empty."""
    async for client in _empty(servers.broker_url):
        yield client


@pytest.fixture
async def edge(servers: Servers) -> AsyncIterator[Redis]:
    """The edge broker, empty and without accounts."""
    async for client in _empty(servers.edge_url):
        users = [name.decode() for name in await client.execute_command("ACL", "USERS")]
        for user in users:
            if user != "default":
                await client.execute_command("ACL", "DELUSER", user)
        yield client


async def _empty(url: str) -> AsyncIterator[Redis]:
    client = streams.client(url)
    await client.flushall()
    yield client
    await client.aclose()
    assert isinstance(client.connection_pool, ConnectionPool)
    await client.connection_pool.disconnect()


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of a platform; nobody changes them."""
    folder = tmp_path_factory.mktemp("keys")
    for service in ("intake", "review"):
        keys.make(folder, service)
    keys.make_sealing(folder, "quarantine")
    keys.make_for_worker(folder, "review", "ledger")
    keys.make_for_worker(folder, "publish", "publish-ledger")
    keys.make_secret(folder, "review", "keywords")
    return folder


def owner(url: str, statement: str) -> list[tuple[object, ...]]:
    """Ask as the owner of the database, outside of any transaction."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def beside(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return f"{url.rpartition('/')[0]}/{name}"
