"""The record as its owner reads it: for operators' commands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg.rows import dict_row

from . import home

Connection = psycopg.Connection[dict[str, Any]]
SERVICES = ("intake", "review", "publish", "notify", "search")


@contextmanager
def reading(data: Path) -> Iterator[Connection]:
    """One view of the whole record at one moment; nothing can be written through it."""
    with _connect(home.read(data).database_url) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


@contextmanager
def writing(data: Path) -> Iterator[Connection]:
    """Committed at the end, or not at all."""
    with _connect(home.read(data).database_url) as connection:
        yield connection


def rows(data: Path, statement: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    with reading(data) as connection:
        return ask(connection, statement, parameters)


def ask(
    connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a statement that this programme wrote, with the values that somebody gave beside it."""
    return connection.execute(cast(Any, statement), parameters).fetchall()


def _connect(url: str) -> Connection:
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    options = "-c statement_timeout=30s -c lock_timeout=5s -c timezone=UTC"
    return psycopg.connect(plain, row_factory=dict_row, connect_timeout=5, options=options)
