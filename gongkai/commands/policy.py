"""`gongkai policy check|show|simulate`: the review policy, before and while it is in force."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import screen
from ..faults import Fault
from ..options import As, AsJson, Data, example
from ..words import KINDS, both

Named = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE|NAME",
        show_default=False,
        help=both(
            "制度文件，或自带制度的名称：default、four-levels。",
            "A file, or a shipped one: default, four-levels.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    about = both("审查审批制度：检查、查看、试行。", "The review policy: check it, read it, try it.")
    group = typer.Typer(help=about, no_args_is_help=True)
    group.command(
        "check",
        help=both(
            "检查制度文件；逐行指出每处错误，有错误时返回 1。",
            "Is it a policy that can be used? Every fault with its line; exit code 1 if there is one.",
        ),
        epilog=example("gongkai policy check our-policy.yaml"),
    )(check)
    group.command(
        "show",
        help=both(
            "制度全文：层级、步骤、由谁办理、期限；默认为正在执行的制度。",
            "The policy in words: tiers, steps, who, how long; by default the one in force.",
        ),
        epilog=example("gongkai policy show four-levels"),
    )(show)
    group.command(
        "simulate",
        help=both(
            "试行：一份文件（不会提交）或一个案件将经过哪些步骤、由谁办理、何时到期、是否缺少人员。",
            "Which steps a file (it is not handed in) or a case must pass, who can take them until when, and "
            "where there is nobody left to take one.",
        ),
        epilog=example(
            "gongkai policy simulate 通知.docx --department archive --kind plan --joint library",
            "gongkai policy simulate 01a2…",
            "gongkai policy simulate a.docx --department archive --policy ours.yaml --organisation us.yaml",
        ),
    )(simulate)
    app.add_typer(group, name="policy")


def check(named: Named = None, as_json: AsJson = False) -> None:
    from shared.policy_file import BadPolicy, load, path_of

    named = named or os.environ.get("GONGKAI_POLICY", "default")
    _must_exist(named)
    try:
        reference, faults = load(named).reference, []
    except BadPolicy as bad:
        reference, faults = "", bad.faults
    if as_json:
        told = [{"line": one.line, "where": one.where, "what": both(one.zh, one.what)} for one in faults]
        screen.show_json({"file": str(path_of(named)), "policy": reference, "faults": told})
    for one in faults if not as_json else ():
        where = f"{one.where}: " if one.where else ""
        screen.out().print(f"{path_of(named)}:{one.line}: {where}{both(one.zh, one.what)}", soft_wrap=True)
    if faults:
        raise typer.Exit(1)
    if not as_json:
        screen.out().print(both(f"{reference}：没有错误。", f"{reference}: no faults."))


def show(data: Data, named: Named = None, as_json: AsJson = False) -> None:
    from .. import policy_page
    from ..simulating import policy_of

    if named:
        _must_exist(named)
    policy = policy_of(data, named)
    if as_json:
        screen.show_json(policy.model_dump(mode="json", by_alias=True))
    else:
        policy_page.show(policy)


def simulate(
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT",
            help=both("文件，或案件、信息的编号。", "A file, or the number of a case or document."),
        ),
    ],
    data: Data,
    department: Annotated[
        str, typer.Option(metavar="CODE", help=both("文件的公开主体。", "Whose document the file is."))
    ] = "",
    kind: Annotated[str, typer.Option(help=", ".join(KINDS))] = "notice",
    author: Annotated[
        str | None,
        typer.Option(
            metavar="OFFICER",
            help=both("承办人；默认为该机关的信息员。", "By default the department's first officer."),
        ),
    ] = None,
    joint: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=both("联合发文的机关。", "A body that issues it too.")),
    ] = None,
    confirm_with: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=both("须经确认的机关。", "A body that it concerns.")),
    ] = None,
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help=both("敏感信息。", "It is sensitive."))
    ] = False,
    named: Annotated[
        str | None,
        typer.Option(
            "--policy", metavar="FILE|NAME", help=both("默认为正在执行的制度。", "By default that in force.")
        ),
    ] = None,
    organisation: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=both("人员文件；默认为正在运行的平台的人员。", "By default the platform's.")
        ),
    ] = None,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    if named:
        _must_exist(named)
    said = {"kind": kind, "department": department, "sensitive": sensitive, "author": author}
    said |= {"joint": joint or [], "confirm_with": confirm_with or []}
    page = _page(document, data, said, named, organisation, officer)
    if as_json:
        screen.show_json(page.json())
    else:
        page.show()


def _page(
    document: str,
    data: Path,
    said: dict[str, Any],
    named: str | None,
    organisation: Path | None,
    officer: str | None,
) -> Any:
    from shared.workdays import official

    from .. import simulating
    from ..simulation import simulate
    from ..simulation_page import Page

    policy = simulating.policy_of(data, named)
    people = simulating.organisation_of(data, organisation)
    if Path(document).is_file():
        case, findings = _of_file(Path(document), said, people)
    else:
        from .cases import reader

        found = simulating.find(reader(data, officer), document)
        case, findings = simulating.under_review(found, policy), found["findings"]
    return Page(policy, simulate(policy, case, people.members, official()), findings, people.departments)


def _of_file(path: Path, said: dict[str, Any], people: Any) -> tuple[Any, Any]:
    from .. import simulating

    if said["kind"] not in KINDS:
        raise Fault(f"没有这个类别：{said['kind']}", f"There is no such kind: {said['kind']}")
    if not said["department"]:
        raise Fault("请用 --department 说明公开主体。", "Say with --department whose document it is.")
    joint, named = said["joint"], said["confirm_with"]
    people.must_have([said["department"], *joint, *named])
    author = people.author(said["author"], said["department"])
    findings = simulating.screened(path)
    return simulating.to_be_handed_in(said, author, joint, named, findings), findings


def _must_exist(named: str) -> None:
    from shared.policy_file import path_of

    if not path_of(named).is_file():
        raise Fault(
            f"没有这个文件，也没有这个名称的制度：{named}",
            f"There is neither a file nor a shipped policy of this name: {named}",
        )
