"""`gongkai timeline`: which history of the database this is; advanced after a restore."""

from typing import Annotated

import typer

from .. import screen
from ..options import AsJson, Data, example
from ..words import both

ADVANCE = "UPDATE shared.timeline SET number = number + 1, since = now() RETURNING number"


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both(
            "时间线：数据库从备份恢复后，用新的时间线另起事件流。",
            "The timeline: advanced after the database was restored.",
        ),
        no_args_is_help=True,
    )
    group.command(
        "show", help=both("当前时间线。", "The present one."), epilog=example("gongkai timeline show")
    )(show)
    group.command(
        "advance",
        help=both(
            "进入下一条时间线：各服务改用新的事件流，从数据库重建其内容。"
            "只在恢复备份之后、确认旧流中多出的事件已经处置时使用。",
            "Begin the next timeline: the services turn to new streams, rebuilt from the database. Only "
            "after a restore, when what the old streams hold beyond it has been looked at.",
        ),
        epilog=example('gongkai timeline advance --reason "数据库恢复到 11 月 20 日的备份"'),
    )(advance)
    app.add_typer(group, name="timeline")


def show(data: Data, as_json: AsJson = False) -> None:
    from ..record import rows

    [found] = rows(data, "SELECT number, since FROM shared.timeline")
    if as_json:
        screen.show_json(found)
    else:
        screen.out().print(
            both(
                f"时间线 {found['number']}，始于 {found['since']}",
                f"Timeline {found['number']} since {found['since']}",
            )
        )


def advance(
    data: Data,
    reason: Annotated[
        str, typer.Option(help=both("原因，写入运行日志。", "Why; it is kept in the data folder's log."))
    ],
    yes: Annotated[bool, typer.Option("--yes", help=both("不再询问。", "Do not ask."))] = False,
) -> None:
    from ..record import ask, writing

    if not yes:
        screen.tell(
            both(
                "各服务将改用新的事件流，其内容从数据库重建；旧事件流保留在消息服务器中，不再使用。",
                "The services will turn to new streams, rebuilt from the database; the old ones stay.",
            )
        )
        typer.confirm(both("继续吗？", "Go on?"), abort=True, err=True)
    with writing(data) as record:
        number = ask(record, ADVANCE)[0]["number"]
    _note(data, number, reason)
    screen.out().print(both(f"现在是时间线 {number}。", f"This is timeline {number} now."))


def _note(data: Data, number: int, reason: str) -> None:
    from shared.clock import now

    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "timeline.log").open("a", encoding="utf-8") as log:
        log.write(f"{now().isoformat()} {number} {reason}\n")
