"""Reads the record for the public: no transaction, prepared statements, few connections."""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import AsyncClientCursor, AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from shared.problems import Unavailable

Connection = AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]

AWAY = ("08", "53", "57P")
"""SQLSTATE beginnings: connection lost, out of resources, server shutting down or starting."""


class Reader:
    """What anybody may ask needs a third of the time this way; whatever writes goes through shared/db.py.

    Every answer is what the record says at that moment: nothing is kept here, so nothing withdrawn can be.
    """

    def __init__(self, url: str, service: str, *, most: int = 8) -> None:
        session = {
            "role": f"gongkai_{service}",
            "search_path": service,
            "statement_timeout": "15s",
            "default_transaction_read_only": "on",
            "plan_cache_mode": "force_generic_plan",
            "timezone": "UTC",
        }
        told = {
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
            "autocommit": True,
            "prepare_threshold": 0,
            "connect_timeout": 5,
        }
        self._pool: Pool = AsyncConnectionPool(
            url.replace("+psycopg", ""), min_size=1, max_size=most, timeout=5, kwargs=told, open=False
        )
        self._opening = asyncio.Lock()
        self._opened = False

    async def rows(
        self, statement: str, asked: Mapping[str, Any] | None = None, *, planned: bool = True
    ) -> list[tuple[Any, ...]]:
        """What the statement finds. It is planned once; not `planned`, anew with what is asked in view.

        A connection that turns out to be dead is replaced once: reading again does no harm.
        """
        if not self._opened:
            await self._open()
        try:
            return await self._ask(statement, asked, planned=planned)
        except psycopg.OperationalError as lost:
            if not _is_away(lost):
                raise
        try:
            return await self._ask(statement, asked, planned=planned)
        except psycopg.OperationalError as lost:
            if not _is_away(lost):
                raise
            raise Unavailable from lost

    async def _ask(
        self, statement: str, asked: Mapping[str, Any] | None, *, planned: bool
    ) -> list[tuple[Any, ...]]:
        try:
            connection = await self._pool.getconn()
        except PoolTimeout as exhausted:
            raise Unavailable from exhausted
        try:
            cursor = connection.cursor() if planned else AsyncClientCursor(connection)
            return await (await cursor.execute(statement.encode(), asked)).fetchall()
        finally:
            await self._pool.putconn(connection)

    async def _open(self) -> None:
        """With the first question: before that there may be neither a loop nor a database."""
        async with self._opening:
            if not self._opened:
                await self._pool.open()
                self._opened = True

    async def close(self) -> None:
        await self._pool.close()


def _is_away(trouble: psycopg.OperationalError) -> bool:
    return trouble.sqlstate is None or trouble.sqlstate.startswith(AWAY)
