"""The database, and the only place that commits."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from . import outbox
from .contracts import Fact
from .crash import crashpoint

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Transaction:
    """One unit of work: what is written in it and what is announced in it become true together."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.announced: list[Fact] = []
        self.afterwards: list[Callable[[], None]] = []
        """Called when it has committed: bells of loops that have work now."""

    async def run(self, statement: str | Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """Execute one statement; a string is SQL with :names."""
        if isinstance(statement, str):
            statement = _parsed(statement)
        return await self._connection.execute(statement, parameters)

    def announce(self, *facts: Fact) -> None:
        """Promise these facts to everybody who hears this service, if and only if the transaction commits."""
        self.announced.extend(facts)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail alone: its writes and announcements vanish, the rest of the unit stands."""
        announced_before = len(self.announced)
        try:
            async with self._connection.begin_nested():
                yield
        except BaseException:
            del self.announced[announced_before:]
            raise


@cache
def _parsed(statement: str) -> TextClause:
    return text(statement)


class Database:
    """One service's view of the database: its own role, its own schema."""

    def __init__(self, engine: AsyncEngine, source: str) -> None:
        self.engine = engine
        self._looking = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.source = source
        self.on_announced: Callable[[], None] | None = None
        """Called after a commit that announced something: the bell of the relay in this process."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Everything inside is committed at the end, with its announcements, or nothing is."""
        async with self.engine.begin() as connection:
            unit = Transaction(connection)
            yield unit
            await outbox.write(unit, self.source, unit.announced)
            if unit.announced:
                crashpoint("outbox.written")
        if unit.announced and self.on_announced:
            self.on_announced()
        for call in unit.afterwards:
            call()

    async def look(self, statement: str, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """One question by itself: a single round trip, no transaction around it."""
        async with self._looking.connect() as connection:
            return (await connection.execute(_parsed(statement), parameters)).all()

    async def answers(self) -> str:
        """For health: empty when the database answers."""
        await self.look("SELECT 1")
        return ""

    async def close(self) -> None:
        await self.engine.dispose()


def connect(url: str, service: str | None, source: str, *, pool: int = 8) -> Database:
    """The database as `service` sees it: role gongkai_<service>, schema <service>, bounded waits.

    Without a service it is the owner's view, for operators' commands.
    """
    mine = {"role": f"gongkai_{service}", "search_path": service} if service else {}
    session = {
        **mine,
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in session.items())
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5},
    )
    return Database(engine, source)
