"""`gongkai lag`: who is behind, and by how much; also as a monitoring check."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import screen
from ..options import AsJson, Data, example
from ..words import both, columns

if TYPE_CHECKING:
    from ..lagging import Lag, Reading


def register(app: typer.Typer) -> None:
    app.command(
        "lag",
        help=both(
            "各服务在各事件流中落后多少，各部门信箱有多少未收、未确认。\n\n"
            "带 --warn 或 --crit 时作监控检查用：退出码 0 正常、1 警告、2 严重。",
            "How far each service is behind in each stream, and what each department has not received or "
            "confirmed.\n\n"
            "With --warn or --crit it is a monitoring check: exit code 0 fine, 1 warning, 2 critical.",
        ),
        epilog=example("gongkai lag --watch", "gongkai lag --warn 100 --crit 1000"),
    )(lag)


def lag(
    data: Data,
    watch: Annotated[
        bool, typer.Option("--watch", help=both("每两秒刷新一次。", "Again every two seconds."))
    ] = False,
    warn: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=both(
                "未处理的事件达到此数即为警告；有死信也是。",
                "A warning from so many waiting, or with dead letters.",
            ),
        ),
    ] = None,
    crit: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=both(
                "达到此数即为严重；停止搬运也是。", "Critical from so many waiting, or with a fenced relay."
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from ..lagging import measure

    if watch:
        _watch(data)
    found = measure(data)
    if as_json:
        screen.show_json(found.as_json())
    else:
        _show(found)
    raise typer.Exit(found.code(warn, crit))


def _watch(data: Path) -> None:
    from ..lagging import measure

    while True:
        found = measure(data)
        screen.out().clear()
        screen.out().print(datetime.now().strftime("%Y-%m-%d %H:%M:%S"), style="dim")
        _show(found)
        time.sleep(2)


def _show(found: "Lag") -> None:
    screen.table(
        both("消费者", "Consumers"),
        columns(
            "事件流|消费者|末尾|低水位|落后|未应答|重试|等待|死信|最久等待",
            "Stream|Consumer|Head|Low water|Behind|Pending|Retry|Parked|Dead|Oldest",
        ),
        [_consumer(one) for one in found.consumers],
        right=range(2, 10),
    )
    screen.table(
        both("搬运", "Relays"),
        columns("事件流|库中|流中|待搬运|搬运", "Stream|Record|Broker|To carry|Relay"),
        [(one.stream, one.head, one.top, one.waiting, _relay(one.fenced)) for one in found.relays],
        right=(1, 2, 3),
    )
    screen.table(
        both("部门信箱", "Mailboxes"),
        columns("部门|已投递|未收到|未确认|最久等待", "Mailbox|Sent|Not received|Not confirmed|Oldest"),
        [
            (one["department"], one["sent"], one["not_received"], one["not_confirmed"], _age(one["oldest"]))
            for one in found.mailboxes
        ],
        right=(1, 2, 3, 4),
    )


def _consumer(one: "Reading") -> tuple[Any, ...]:
    counts = (one.behind, one.pending, one.retry, one.parked, one.dead)
    return one.stream, one.consumer, one.head, one.low_water, *counts, _age(one.oldest)


def _relay(fenced: bool) -> str:
    return (
        both("已停止：消息服务器超前于数据库", "fenced: the broker is ahead")
        if fenced
        else both("正常", "fine")
    )


def _age(since: datetime | None) -> str:
    return screen.duration((datetime.now(UTC) - since).total_seconds()) if since else "—"
