"""`gongkai case list|show|rescreening`: looking at review from the command line."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import screen
from ..acting import Case, find
from ..asking import Desk, desk, with_role
from ..options import As, AsJson, Data, example
from ..words import CASE_STATES, KINDS, STATES, both, columns, word
from . import case_acts, case_referrals

HEADS = (
    "案件|信息|版|机关|类别|审批层级|状态|待办步骤|期限",
    "Case|Document|Ed.|Body|Kind|Tier|State|Step due|Until",
)

LOOK_EVERY = 1.0
"""Seconds between two looks at the re-examination's progress."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("查看和办理审查案件。", "Look at cases and act on them."), no_args_is_help=True
    )
    group.command(
        "list",
        help=both("列出案件，新的在前。", "The cases, the newest first."),
        epilog=example("gongkai case list --state reviewing"),
    )(list_cases)
    group.command(
        "show",
        help=both(
            "一个案件：内容、步骤、筛查结果、信息确认、各方意见。",
            "One case: what it is about, its steps, what was found, who was asked and who said what.",
        ),
        epilog=example("gongkai case show 01a2…"),
    )(show)
    group.command(
        "rescreening",
        help=both(
            "规则更新后，对已公开信息重新筛查的进度。",
            "How far the screening of what is public has come since the rules changed.",
        ),
        epilog=example("gongkai case rescreening --watch"),
    )(rescreening)
    case_acts.register(app, group)
    case_referrals.register(group)
    app.add_typer(group, name="case")


def list_cases(
    data: Data,
    state: Annotated[str | None, typer.Option(help=", ".join(CASE_STATES))] = None,
    document: Annotated[
        str | None, typer.Option(metavar="ID", help=both("只看这份信息的。", "Of this document only."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=both("最多几件。", "At most so many."))] = 100,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    asked = {"state": state, "document": document, "limit": limit}
    given = {name: value for name, value in asked.items() if value is not None}
    at = reader(data, officer)
    found = at.ask("GET", "review", "/cases", params=given)["cases"]
    if as_json:
        screen.show_json(found)
        return
    policy = at.ask("GET", "review", "/policy")
    heads = columns(
        "案件|信息|版|机关|类别|审批层级|状态|待办步骤|期限",
        "Case|Document|Ed.|Body|Kind|Tier|State|Step due|Until",
    )
    screen.table("", heads, [_row(case, policy) for case in found])


def show(case: Case, data: Data, officer: As = None, as_json: AsJson = False) -> None:
    at = reader(data, officer)
    found = find(at, case)
    if as_json:
        screen.show_json(found)
        return
    from .. import case_page

    case_page.show(found, at.ask("GET", "review", "/policy"))


def rescreening(
    data: Data,
    watch: Annotated[
        bool, typer.Option("--watch", help=both("等到全部完成。", "Until all of it is done."))
    ] = False,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at = reader(data, officer)
    found = _watch(at) if watch else _progress(at)
    if as_json:
        screen.show_json(found)
        return
    screen.out().print(
        both(
            f"规则版本 {found['ruleset']}：已公开 {found['public']} 份，已复查 {found['examined']} 份，"
            f"待人工处理 {found['reopened']} 份。",
            f"Rule set {found['ruleset']}: {found['public']} public, {found['examined']} examined, "
            f"{found['reopened']} for a person to decide.",
        )
    )


def reader(data: Path, officer: str | None) -> Desk:
    """Whoever is named, else an operator, who may see every case."""
    return desk(data, officer or with_role(data, "operator"))


def _row(case: dict[str, Any], policy: dict[str, Any]) -> tuple[Any, ...]:
    from ..case_page import step, tier

    names = word(KINDS, case["kind"]), tier(policy, case["tier"]), word(STATES, case["state"])
    due = step(policy, case["step"]), case["step_due_on"] or case["due_on"]
    return case["id"], case["document_id"], case["edition"], case["department"], *names, *due


def _progress(at: Desk) -> dict[str, Any]:
    return dict(at.ask("GET", "review", "/reexamination"))


def _watch(at: Desk) -> dict[str, Any]:
    with screen.progress() as progress:
        task = progress.add_task(both("复查", "Examining again"), total=None)
        while (found := _progress(at))["examined"] < found["public"]:
            progress.update(task, completed=found["examined"], total=found["public"])
            time.sleep(LOOK_EVERY)
    return found
