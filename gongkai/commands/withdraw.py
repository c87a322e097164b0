"""`gongkai withdraw`: take a published document back, everywhere and for ever."""

from typing import Annotated

import typer

from .. import screen
from ..asking import desk, uuid
from ..options import As, AsJson, Data, example
from ..words import both


def register(app: typer.Typer) -> None:
    app.command(
        "withdraw",
        help=both(
            "撤回已发布的信息：立即停止公开，并通知所有收到过它的部门。",
            "Take a published document back: not public any more, and every department that had it is told.",
        ),
        epilog=example('gongkai withdraw 01a2… --reason inaccurate --note "停水计划取消" --as jiang.hai'),
    )(withdraw)


def withdraw(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help=both("信息编号。", "The document."))],
    data: Data,
    reason: Annotated[
        str,
        typer.Option(
            help="secrecy, personal-information, inaccurate, replaced, repealed, expired, "
            "court-or-reconsideration"
        ),
    ],
    note: Annotated[str, typer.Option(help=both("书面说明。", "What is to be said about it."))],
    kind: Annotated[str, typer.Option(help="withdrawn, gone, replaced, expired")] = "withdrawn",
    replaced_by: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help=both("取而代之的信息（--kind replaced）。", "What took its place (--kind replaced)."),
        ),
    ] = "",
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    asked = {"kind": kind, "reason": reason, "note": note}
    if replaced_by:
        asked["replaced_by"] = str(uuid(replaced_by))
    answer = desk(data, officer).ask("PUT", "publish", f"/documents/{uuid(document)}/withdrawal", json=asked)
    if as_json:
        screen.show_json(answer)
    else:
        screen.out().print(
            both(
                f"已撤回第 {answer['edition']} 版及以前各版。",
                f"Every edition up to {answer['edition']} is withdrawn.",
            )
        )
