"""`gongkai trace`: everything that happened to one document, in order, with the time between."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import screen
from ..options import AsJson, Data, example
from ..words import LEVELS, SERVICES, STATES, both, columns, fact, word

if TYPE_CHECKING:
    from ..tracing import Step, Trace

ZH = {
    "announced": "宣布",
    "heard": "处理",
    "said": "意见",
    "queued": "待投递",
    "received": "已收到",
    "confirmed": "已确认",
    "proposed": "提出",
    "agreed": "同意",
    "approved": "批准",
    "returned": "退回",
    "rejected": "不予公开",
    "redacted": "区分处理",
    "asked": "征求意见",
    "objected": "提出异议",
    "deemed": "逾期视为同意",
    "escalated": "逾期提请协商",
    "settled": "协商解决",
    "referred": "报请确定",
    "answered": "登记答复",
    "protected": "先行保护",
    "handed-over": "移交",
    "determined": "登记定密结果",
    "upheld": "复查维持",
    "voided": "批准失效",
    "done": "完成",
    "skipped": "无须处理",
    "parked": "等前一事件",
    "retry": "将重试",
    "dead": "死信",
    "dropped": "已放弃",
}

ROLES = {
    **LEVELS,
    "author": "承办人",
    "officer": "信息员",
    "secrecy": "保密审查员",
    "policy": "",
}

HEADS = columns("时间|间隔|何处|步骤|事件|序号|位置|说明", "Time|After|Where|Step|Event|Seq.|Pos.|Detail")


def register(app: typer.Typer) -> None:
    app.command(
        "trace",
        help=both(
            "一份信息在各服务间的全过程：事件、处理、意见、投递，以及各步之间的时间。",
            "A document's whole way: events, handling, opinions, deliveries, and the time between.",
        ),
        epilog=example("gongkai trace R2026-000001", "gongkai trace 01a2… --json"),
    )(trace)


def trace(
    number: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help=both(
                "信息、提交、案件、事件的编号，或回执号。",
                "A document, submission, case or event, or a receipt's number.",
            ),
        ),
    ],
    data: Data,
    as_json: AsJson = False,
) -> None:
    from ..tracing import trace

    found = trace(data, number)
    if as_json:
        screen.show_json(found.as_json())
    else:
        _show(found)


def _show(found: "Trace") -> None:
    screen.out().print(f"{both('信息', 'Document')} {found.subject}", style="bold")
    for edition in found.editions:
        state = word(STATES, edition["state"])
        number = both(f"第 {edition['edition']} 版", f"edition {edition['edition']}")
        screen.out().print(
            f"  {number}  {edition['receipt_no']}  {edition['title']}  {edition['department']}  {state}"
        )
    rows = [_row(step, seconds) for step, seconds in found.with_intervals()]
    screen.table("", HEADS, rows, right=(1, 5, 6))


def _row(step: "Step", seconds: float) -> tuple[Any, ...]:
    from rich.text import Text

    name = word(ZH, step.what)
    kind = word(ZH, step.type) if step.what == "said" else fact(step.type)
    style = {"announced": "bold", "heard": "dim", "said": "cyan"}.get(step.what, "green")
    moment = step.at.astimezone().strftime("%m-%d %H:%M:%S.%f")[:-3]
    cells = (moment, f"+{screen.duration(seconds)}", word(SERVICES, step.where), name, kind)
    detail = step.detail
    rest = (detail.get("sequence", ""), detail.get("position", detail.get("no", "")), _said(step))
    return tuple(Text(str("" if cell is None else cell), style=style) for cell in (*cells, *rest))


def _said(step: "Step") -> str:
    """What a reader wants to know beyond the columns."""
    detail = step.detail
    if step.what == "heard":
        tried = (
            both(f"，失败 {detail['attempts']} 次", f", failed {detail['attempts']} times")
            if detail["attempts"]
            else ""
        )
        return word(ZH, detail["status"]) + tried + (f"：{detail['error']}" if detail["error"] else "")
    if step.what == "said":
        return _opinion(detail)
    if step.what == "announced":
        return _thin(detail["data"])
    return both("补发", "replayed") if detail["replay"] else ""


def _opinion(said: dict[str, Any]) -> str:
    """Which step, by whom, in which role, and the words."""
    step = both(said.get("step_name", said["step"]), said.get("step_name_en", said["step"]))
    who = " ".join(filter(None, (said["name"], word(ROLES, said["role"]))))
    return "  ".join(filter(None, (step, who, said["about"], "; ".join(said["grounds"]), said["note"])))


def _thin(fields: dict[str, Any]) -> str:
    shown = (
        "edition",
        "level",
        "due_on",
        "outcome",
        "approved_by",
        "index_no",
        "department",
        "reason",
        "fault",
    )
    return " ".join(f"{name}={fields[name]}" for name in shown if fields.get(name))
