"""`gongkai deadletters`: what could not be handled, in all services."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import home, screen
from ..asking import uuid
from ..options import AsJson, Data, example
from ..words import both, fact

if TYPE_CHECKING:
    from shared.db import Database

Id = Annotated[str, typer.Argument(metavar="ID", help=both("事件编号。", "The event."))]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both(
            "死信：多次处理不了的事件。查看、重试或放弃。", "Dead letters: events that could not be handled."
        ),
        no_args_is_help=True,
    )
    group.command(
        "list",
        help=both("列出所有服务的死信。", "The dead letters of all services."),
        epilog=example("gongkai deadletters list"),
    )(list_)
    group.command(
        "show",
        help=both("一封死信的全部内容。", "All of one."),
        epilog=example("gongkai deadletters show 01a2…"),
    )(show)
    group.command(
        "retry",
        help=both("立即重试。", "Try it again now."),
        epilog=example("gongkai deadletters retry 01a2…"),
    )(retry)
    group.command(
        "drop",
        help=both(
            "永久放弃，让同一信息的后续事件通过。",
            "Give it up for ever, and let its document's later events pass.",
        ),
        epilog=example('gongkai deadletters drop 01a2… --reason "测试数据"'),
    )(drop)
    app.add_typer(group, name="deadletters")


def list_(data: Data, as_json: AsJson = False) -> None:
    found = asyncio.run(_listed(data, None))
    if as_json:
        screen.show_json([{name: value for name, value in row.items() if name != "fields"} for row in found])
        return
    if not found:
        screen.out().print(both("没有死信。", "There are no dead letters."))
        return
    columns = [
        both("事件编号", "Event"),
        both("处理者", "Consumer"),
        both("事件", "Type"),
        both("次数", "Attempts"),
    ]
    screen.table(
        "",
        [*columns, both("自", "Since"), both("原因", "Error")],
        [
            (
                row["event_id"],
                row["consumer"],
                fact(row["type"]),
                row["attempts"],
                row["first_seen"],
                row["error"],
            )
            for row in found
        ],
    )


def show(letter: Id, data: Data, as_json: AsJson = False) -> None:
    from shared.deadletters import NoSuchDeadLetter

    found = asyncio.run(_listed(data, letter))
    if not found:
        raise NoSuchDeadLetter
    if as_json:
        screen.show_json(found)
        return
    for row in found:
        fields = row.pop("fields")
        for name, value in {**row, **fields}.items():
            screen.out().print(f"{name:16}{value}")


def retry(letter: Id, data: Data) -> None:
    from shared.deadletters import again

    event = uuid(letter)
    asyncio.run(_wherever(data, lambda database: again(database, event)))
    screen.out().print(both("将立即重试。", "It will be tried again now."))


def drop(
    letter: Id,
    data: Data,
    reason: Annotated[str, typer.Option(help=both("为什么放弃。", "Why it is given up."))],
) -> None:
    from shared.deadletters import drop

    event = uuid(letter)
    asyncio.run(_wherever(data, lambda database: drop(database, event, reason)))
    screen.out().print(both("已放弃。", "It is given up."))


async def _listed(data: Path, letter: str | None) -> list[dict[str, Any]]:
    from shared.deadletters import listed, shown

    which = uuid(letter) if letter else None
    async with _services(data) as databases:
        rows = [row for database in databases for row in await listed(database, which)]
    return sorted(map(shown, rows), key=lambda row: row["first_seen"])


async def _wherever(data: Path, do: "Callable[[Database], Awaitable[None]]") -> None:
    """Several services may have failed on the same event; raises NoSuchDeadLetter where none has."""
    from shared.deadletters import NoSuchDeadLetter

    done = 0
    async with _services(data) as databases:
        for database in databases:
            try:
                await do(database)
                done += 1
            except NoSuchDeadLetter:
                continue
    if not done:
        raise NoSuchDeadLetter


@asynccontextmanager
async def _services(data: Path) -> "AsyncIterator[list[Database]]":
    from shared import db
    from shared.migrate import SERVICES

    url = home.read(data).database_url
    databases = [db.connect(url, service, "", pool=1) for service in SERVICES]
    try:
        yield databases
    finally:
        for database in databases:
            await database.close()
