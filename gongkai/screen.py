"""What is shown: results on stdout, everything else on stderr, colours on terminals only."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

WIDE = 150
"""Columns where there is no terminal: a table in a file or a pipe need not be folded."""


@cache
def out() -> "Console":
    return _console(stderr=False)


@cache
def err() -> "Console":
    return _console(stderr=True)


def show_json(value: Any) -> None:
    """The one thing on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def tell(words: str) -> None:
    """Something by the way."""
    err().print(words, highlight=False)


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[int] = ()
) -> None:
    """A calm table: lines only below the head."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for number, column in enumerate(columns):
        shown.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else Text(_cell(cell)) for cell in row))
    out().print(shown)


def moment(at: datetime | str | None) -> str:
    """A time of day here; the date too where it is not today's."""
    if at is None:
        return "—"
    local = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone()
    return local.strftime("%H:%M:%S" if local.date() == datetime.now().date() else "%Y-%m-%d %H:%M:%S")


def duration(seconds: float) -> str:
    """As short as it can be read."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


@contextmanager
def progress() -> "Iterator[Progress]":
    """A bar on stderr that is gone when it is done; nothing where there is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn())
    with Progress(*columns, console=err(), transient=True, disable=not err().is_terminal) as shown:
        yield shown


@contextmanager
def working(words: str) -> Iterator[None]:
    """Says what is going on: a spinner on a terminal, else a plain line."""
    if err().is_terminal:
        with err().status(words):
            yield
    else:
        tell(words)
        yield


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)
