"""What `gongkai obligation` shows a person: an entry, the board, the changes of an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.publish.obligations.clocks import Every
from services.publish.obligations.register_entries import Within

from . import screen
from .obligation_words import CARRIERS, time_words
from .words import both, columns

STATES = {
    "fulfilled": "已公开",
    "due": "待公开",
    "late": "逾期",
    "empty": "空白",
    "not-yet": "未到期",
    "ended": "已停用",
}


def state_said(state: str) -> str:
    return both(STATES[state], state)


def matter_said(one: Mapping[str, Any]) -> str:
    return "／".join(filter(None, [one["matter"], one["second_matter"]]))


def time_said(one: Mapping[str, Any]) -> str:
    return time_words(Within.model_validate(one["within"]), Every(one["repeats"]), one["day"])


def show_list(found: Sequence[Mapping[str, Any]]) -> None:
    heads = columns("机关|编码|事项|时限|状态|期限|最近公开", "Body|Code|Matter|Time|State|By|Newest")
    screen.table("", heads, [_row(one) for one in found])


def _row(one: Mapping[str, Any]) -> tuple[Any, ...]:
    newest = one["newest"]["title"] if one["newest"] else None
    about = one["body"], one["code"], matter_said(one), time_said(one)
    return *about, state_said(one["state"]), one["due_on"], newest


def show_board(found: Mapping[str, Any]) -> None:
    """What is late first: it is what has to be done."""
    heads = columns("机关|事项或信息|期限|逾期天数", "Body|Entry or document|By|Days late")
    for part, zh, en in (("late", "已逾期", "Late"), ("due", "即将到期", "Due soon")):
        rows = [(one["body"], _what(one), _by(one), one["late_by"] or None) for one in found[part]]
        if rows:
            screen.table(both(zh, en), heads, rows, right=(3,))
    empty = [(one["body"], one["code"], matter_said(one)) for one in found["empty"]]
    if empty:
        screen.table(both("空白事项", "Empty"), columns("机关|编码|事项", "Body|Code|Matter"), empty)
    unknown = [(one["body"], one["code"], one["document_id"]) for one in found["unknown"]]
    if unknown:
        heads = columns("机关|编码|信息", "Body|Code|Document")
        screen.table(both("目录中没有的编码", "Codes in no register"), heads, unknown)
    _show_totals(found["totals"])


def _what(one: Mapping[str, Any]) -> str:
    if "document_id" not in one:
        return f"{one['code']} {matter_said(one)}"
    returned = both("，已退回修改", ", returned") if one["returned"] else ""
    return f"{one['document_id']}{returned}"


def _by(one: Mapping[str, Any]) -> str:
    return f"{one['due_on']}{both('（暂定）', ' (provisional)') if one['provisional'] else ''}"


def _show_totals(totals: Sequence[Mapping[str, Any]]) -> None:
    heads = columns(
        "机关|已公开|待公开|逾期|空白|未到期|待公开信息|逾期信息|目录外",
        "Body|Fulfilled|Due|Late|Empty|Not yet|Documents awaited|Late ones|Unknown",
    )
    rows = [
        (
            one["body"],
            *(one["entries"][state] for state in STATES if state != "ended"),
            one["awaited"],
            one["late_documents"],
            one["unknown"],
        )
        for one in totals
    ]
    screen.table(both("各机关", "By body"), heads, rows, right=range(1, 9))


def show_changes(answer: Mapping[str, Any]) -> None:
    """What an import changed, or would."""
    for part, zh, en in (("new", "新增", "New"), ("changed", "变更", "Changed"), ("ended", "停用", "Ended")):
        rows = [
            (one["body"], one["code"], matter_said(one), ", ".join(one.get("fields", [])))
            for one in answer[part]
        ]
        if rows:
            screen.table(both(zh, en), columns("机关|编码|事项|改动", "Body|Code|Matter|What"), rows)
    counts = [len(answer[part]) for part in ("new", "changed", "ended")]
    done = both("试运行，未导入：", "Dry run, nothing changed: ") if answer["dry_run"] else ""
    zh = "新增 {}、变更 {}、停用 {}、不变 {}。"
    en = "{} new, {} changed, {} ended, {} the same."
    screen.out().print(done + both(zh, en).format(*counts, answer["same"]))


def show_entry(found: Mapping[str, Any]) -> None:
    """One entry, line by line, and who changed it when."""
    names = {carrier.value: name for name, carrier in CARRIERS}
    newest = found["newest"] or {}
    for zh, en, value in (
        ("事项", "Matter", matter_said(found)),
        ("内容", "Content", found["content"]),
        ("依据", "Basis", found["basis"]),
        ("时限", "Time", time_said(found)),
        ("渠道", "Channels", "、".join(names[one] for one in found["channels"])),
        ("状态", "State", f"{state_said(found['state'])} {found['due_on'] or ''}"),
        ("最近公开", "Newest", f"{newest.get('index_no', '')} {newest.get('title', '')}"),
    ):
        screen.out().print(f"{both(zh, en)}  {value}")
    heads = columns("版本|时间|经办", "Version|When|By")
    rows = [
        (one["version"], screen.moment(one["changed_at"]), one["changed_by"]) for one in found["versions"]
    ]
    screen.table("", heads, rows)
