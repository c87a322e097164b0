"""`gongkai doctor`: is everything as it must be, and what to do where it is not."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from .. import screen
from ..options import AsJson, Data, example
from ..words import both

if TYPE_CHECKING:
    from ..checkup import Finding

MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "bold red")}


def register(app: typer.Typer) -> None:
    app.command(
        "doctor",
        help=both(
            "体检：软件、服务器、表结构、密钥、时钟、磁盘、日历、各服务。有一项不合格则退出码为 1。",
            "Software, servers, schemas, keys, clocks, disk, calendar, services. Exits 1 if any fails.",
        ),
        epilog=example("gongkai doctor", "gongkai doctor --strict --json"),
    )(doctor)


def doctor(
    data: Data,
    strict: Annotated[
        bool, typer.Option("--strict", help=both("警告也算不合格。", "Warnings fail too."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from ..checkup import look

    found = []
    for one in look(data):
        found.append(one)
        if not as_json:
            _show(one)
    if as_json:
        screen.show_json([asdict(one) for one in found])
    bad = {"fail", "warn"} if strict else {"fail"}
    raise typer.Exit(int(any(one.state in bad for one in found)))


def _show(one: "Finding") -> None:
    from rich.cells import cell_len
    from rich.text import Text

    mark, style = MARKS[one.state]
    line = Text.assemble((f"{mark} ", style), one.what, " " * max(2, 28 - cell_len(one.what)), one.said)
    if one.cure:
        line.append(f"\n    → {one.cure}", style=style)
    screen.out().print(line)
