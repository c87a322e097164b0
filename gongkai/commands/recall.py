"""`gongkai recall`: who had a copy of what was withdrawn, and who has said that it is gone."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import desk, uuid
from ..options import As, AsJson, Data, example
from ..words import both, columns

Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help=both("信息编号。", "The document."))]

KINDS = {
    "channel": both("发布渠道", "channel"),
    "room": both("查阅场所", "reading room"),
    "department": both("部门", "department"),
}


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both(
            "召回：撤回的信息还有谁存有副本，谁已确认清除。",
            "Recalls: who still has copies of what was withdrawn.",
        ),
        no_args_is_help=True,
    )
    group.command(
        "list",
        help=both("列出未完成的召回。", "The recalls that are not complete."),
        epilog=example("gongkai recall list", "gongkai recall list --completed --json"),
    )(list_)
    group.command(
        "show",
        help=both("一份信息的副本都在哪里。", "Where the copies of one document are."),
        epilog=example("gongkai recall show 01a2…"),
    )(show)
    group.command(
        "confirm",
        help=both(
            "确认某处的副本已清除：查阅场所由其自己确认，渠道由公开主体负责人或运维确认。",
            "A place's copies are gone: a reading room says so itself; for a channel, head or operator.",
        ),
        epilog=example(
            "gongkai recall confirm 01a2… room library --as song.jia",
            "gongkai recall confirm 01a2… channel bulletin --as cao.zhiyuan",
        ),
    )(confirm)
    app.add_typer(group, name="recall")


def list_(
    data: Data,
    completed: Annotated[
        bool, typer.Option("--completed", help=both("也列出已完成的。", "The completed ones too."))
    ] = False,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    found = desk(data, officer).ask("GET", "publish", "/recalls", params={"completed": completed})["recalls"]
    if as_json:
        screen.show_json(found)
        return
    if not found:
        screen.out().print(both("没有未完成的召回。", "No recall is open."))
        return
    screen.table(
        "",
        columns(
            "信息编号|版|撤回时间|应确认|未确认|催办|完成",
            "Document|Edition|Withdrawn|Places|Missing|Reminders|Completed",
        ),
        [_line(row) for row in found],
    )


def show(document: Document, data: Data, officer: As = None, as_json: AsJson = False) -> None:
    _show(desk(data, officer).ask("GET", "publish", f"/documents/{uuid(document)}/recall"), as_json)


def confirm(
    document: Document,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="channel, room")],
    code: Annotated[str, typer.Argument(metavar="CODE", help=both("渠道或场所代码。", "Its code."))],
    data: Data,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    path = f"/documents/{uuid(document)}/recall/{kind}/{code}"
    _show(desk(data, officer).ask("PUT", "publish", path), as_json)


def _line(row: Mapping[str, Any]) -> Sequence[Any]:
    counts = [row[name] for name in ("places", "missing", "reminders")]
    at, completed = screen.moment(row["opened_at"]), screen.moment(row["completed_at"])
    return row["document_id"], row["edition"], at, *counts, completed


def _show(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        screen.show_json(found)
        return
    screen.table(
        both("召回已完成。", "The recall is complete.")
        if found["complete"]
        else both("召回未完成。", "The recall is not complete."),
        columns("类别|代码|版|要求清除|催办|确认|确认人", "Kind|Code|Edition|Asked|Reminded|Confirmed|By"),
        [
            (
                KINDS[place["kind"]],
                place["code"],
                place["edition"],
                *(screen.moment(place[name]) for name in ("asked_at", "reminded_at", "confirmed_at")),
                place["confirmed_by"],
            )
            for place in found["places"]
        ],
    )
