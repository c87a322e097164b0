"""Looks for a text everywhere that the platform keeps anything: tables, streams, files."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from redis import Redis

from .. import home
from ..record import Connection, ask, reading

TABLES = """
    SELECT table_schema || '.' || quote_ident(table_name) AS name FROM information_schema.tables
    WHERE table_schema IN ('shared', 'intake', 'review', 'publish', 'notify') AND table_type = 'BASE TABLE'
"""

LONG_ENOUGH = 20
"""A shorter line, such as a date or a body's name, may stand in another document by right."""


@dataclass(frozen=True)
class Search:
    """Where it was found, and in how many places it was looked for."""

    found: Sequence[str]
    tables: int
    entries: int
    files: int


def fragments(text: str, but: str) -> list[str]:
    """The lines of a text that can only come from it."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if len(line) > LONG_ENOUGH and but not in line]


def search(data: Path, running: home.Running, texts: Sequence[str]) -> Search:
    """Rows and entries as they are read; files byte by byte, the database's own among them."""
    with reading(data) as record:
        tables = [row["name"] for row in ask(record, TABLES)]
        found = [name for name in tables if _in_table(record, name, texts)]
    needles = [text.encode() for text in texts]
    entries = files = 0
    for url in (running.broker_url, running.edge_url):
        for name, entry in _entries(url):
            entries += 1
            found += [name] if _holds(entry, needles) else []
    for path in _files(data):
        files += 1
        found += [str(path)] if _holds(_bytes(path), needles) else []
    return Search(found, len(tables), entries, files)


def _in_table(record: Connection, name: str, texts: Sequence[str]) -> bool:
    """As text, and as the hexadecimal digits by which bytes are shown."""
    patterns = [f"%{form}%" for text in texts for form in (text, text.encode().hex())]
    query = f"SELECT count(*) AS found FROM {name} AS t WHERE t::text LIKE ANY(%(patterns)s)"  # noqa: S608 a table of ours.
    return bool(ask(record, query, {"patterns": patterns})[0]["found"])


def _entries(url: str) -> Iterator[tuple[str, bytes]]:
    with Redis.from_url(url, socket_timeout=10) as client:
        for key in client.scan_iter(_type="stream"):
            for entry, fields in cast(list[tuple[bytes, dict[bytes, bytes]]], client.xrange(key)):
                yield f"{key.decode()} {entry.decode()}", b"\n".join(fields.values())


def _files(data: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(data, followlinks=True):
        for name in names:
            yield Path(folder, name)


def _bytes(path: Path) -> bytes:
    """A file may go while one looks, or be none."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""


def _holds(content: bytes, needles: Sequence[bytes]) -> bool:
    return any(needle in content for needle in needles)
