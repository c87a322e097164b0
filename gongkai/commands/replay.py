"""`gongkai replay`: send a department again what it was sent."""

import time
from datetime import datetime
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import Desk, desk, with_role
from ..faults import Fault
from ..options import As, AsJson, Data, example
from ..words import both

PORTION = 200


def register(app: typer.Typer) -> None:
    app.command(
        "replay",
        help=both(
            "向一个部门补发已投递过的事件，按原有顺序；其间已撤回的信息只补发撤回通知。",
            "Send a department its deliveries again, in order; of what was withdrawn, only the withdrawal.",
        ),
        epilog=example(
            "gongkai replay --department archive --since 2026-11-01",
            "gongkai replay --department library --after 1200",
        ),
    )(replay)


def replay(
    department: Annotated[str, typer.Option(metavar="CODE", help=both("部门代码。", "The department."))],
    data: Data,
    since: Annotated[
        datetime | None,
        typer.Option(help=both("从这一时间起投递的（本地时间）。", "What was sent since then (local time).")),
    ] = None,
    after: Annotated[
        int, typer.Option(min=0, help=both("从这一投递序号之后。", "What was sent after this number."))
    ] = 0,
    rate: Annotated[
        float, typer.Option(min=0.1, help=both("每秒最多几件。", "At most so many a second."))
    ] = 200.0,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at = desk(data, officer or with_role(data, "operator"))
    upto = _head(at, department)
    asked = {
        "upto": upto,
        "limit": max(1, min(PORTION, int(rate))),
        **({"since": _zoned(since)} if since else {}),
    }
    sent, last = 0, after
    with screen.progress() as progress:
        task = progress.add_task(
            both(f"补发给 {department}", f"Replaying to {department}"), total=max(upto - after, 0)
        )
        while portion := _portion(at, department, {**asked, "after": last}):
            sent, last = sent + portion["sent"], portion["last"]
            progress.update(task, completed=last - after)
            time.sleep(portion["sent"] / rate)
    if as_json:
        screen.show_json({"department": department, "sent": sent, "last": last})
    else:
        screen.out().print(
            both(f"已补发 {sent} 件，直到第 {last} 号投递。", f"{sent} sent again, up to delivery {last}.")
        )


def _head(at: Desk, department: str) -> int:
    """The last delivery there is now: what replaying adds is not replayed."""
    for one in at.ask("GET", "notify", "/deliveries")["departments"]:
        if one["department"] == department:
            return int(one["sent"])
    raise Fault(f"部门 {department} 没有信箱。", f"The department {department} has no mailbox.")


def _portion(at: Desk, department: str, asked: dict[str, Any]) -> dict[str, int] | None:
    answer = at.ask("POST", "notify", f"/departments/{department}/replay", json=asked)
    return answer if answer["sent"] else None


def _zoned(moment: datetime) -> str:
    return moment.astimezone().isoformat()
