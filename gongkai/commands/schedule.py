"""`gongkai schedule`: what is approved and waits for its moment."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import desk, uuid
from ..options import As, AsJson, Data, example
from ..words import both, columns


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("定时发布：查看、推迟。", "Scheduled publication: see it, keep it back."),
        no_args_is_help=True,
    )
    group.command(
        "list",
        help=both("列出等待发布的信息。", "What waits to be published."),
        epilog=example("gongkai schedule list", "gongkai schedule list --settled --json"),
    )(list_)
    group.command(
        "delay",
        help=both(
            "推迟发布；不得早于批准的时间。要取消，撤回即可。",
            "Publish it later, never earlier than was approved. To call it off, withdraw it.",
        ),
        epilog=example('gongkai schedule delay 01a2… 2026-12-01T09:00:00+08:00 --note "等会议结束"'),
    )(delay)
    app.add_typer(group, name="schedule")


def list_(
    data: Data,
    settled: Annotated[
        bool,
        typer.Option("--settled", help=both("也列出已发布、已取消的。", "Also what became of others.")),
    ] = False,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    path = f"/scheduled?settled={str(settled).lower()}"
    found = desk(data, officer).ask("GET", "publish", path)["scheduled"]
    if as_json:
        screen.show_json(found)
        return
    if not found:
        screen.out().print(both("没有等待发布的信息。", "Nothing waits to be published."))
        return
    heads = columns(
        "信息编号|版|公开主体|发布时间|状态|推迟人|说明", "Document|Edition|Body|At|State|Delayed by|Note"
    )
    screen.table("", heads, [_line(row) for row in found])


def _line(row: Mapping[str, Any]) -> Sequence[Any]:
    said = [row[name] for name in ("state", "delayed_by", "note")]
    return row["document_id"], row["edition"], row["department"], screen.moment(row["publish_at"]), *said


def delay(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help=both("信息编号。", "The document."))],
    moment: Annotated[
        str, typer.Argument(metavar="MOMENT", help=both("新的发布时间。", "When it is to be public."))
    ],
    data: Data,
    note: Annotated[str, typer.Option(help=both("书面说明。", "Why."))],
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    asked = {"publish_at": moment, "note": note}
    answer = desk(data, officer).ask("PUT", "publish", f"/documents/{uuid(document)}/schedule", json=asked)
    if as_json:
        screen.show_json(answer)
    else:
        at = answer["publish_at"]
        screen.out().print(both(f"推迟到 {at} 发布。", f"It will be published at {at}."))
