"""`gongkai case`, `approve`, `return`, `reject`: review from the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import Desk, desk, uuid, with_role
from ..faults import Fault, Refused
from ..options import As, AsJson, Data, example
from ..words import KINDS, LEVELS, STATES, both, columns, word

Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help=both("案件编号，或信息编号（取其最新案件）。", "A case, or a document: then its latest case."),
    ),
]
Note = Annotated[str, typer.Option(help=both("书面说明。", "What is to be said about it."))]


HEADS = columns("案件|信息|版|机关|类别|审批层级|状态|期限", "Case|Document|Ed.|Body|Kind|Level|State|Due")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=both("查看审查案件。", "Look at cases."), no_args_is_help=True)
    group.command(
        "list",
        help=both("列出案件，新的在前。", "The cases, the newest first."),
        epilog=example("gongkai case list --state reviewing"),
    )(list_cases)
    group.command(
        "show",
        help=both(
            "一个案件：内容、筛查结果、决定。", "One case: what it is about, what was found and decided."
        ),
        epilog=example("gongkai case show 01a2…"),
    )(show)
    app.add_typer(group, name="case")
    app.command(
        "approve",
        help=both("批准公开。", "Let it be published."),
        epilog=example("gongkai approve 01a2… --as cao.zhiyuan"),
    )(approve)
    app.command(
        "return",
        help=both("退回修改。", "Send it back for correction."),
        epilog=example(
            'gongkai return 01a2… --ground personal-information --note "请隐去身份证号码" --as deng.hui'
        ),
    )(return_)
    app.command(
        "reject",
        help=both("不予公开。", "Refuse disclosure."),
        epilog=example(
            'gongkai reject 01a2… --ground art-16-internal-matter --note "内部事务" --as deng.hui'
        ),
    )(reject)


def list_cases(
    data: Data,
    state: Annotated[str | None, typer.Option(help=", ".join(list(STATES)[2:9]))] = None,
    document: Annotated[
        str | None, typer.Option(metavar="ID", help=both("只看这份信息的。", "Of this document only."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=both("最多几件。", "At most so many."))] = 100,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    asked = {"state": state, "document": document, "limit": limit}
    given = {name: value for name, value in asked.items() if value is not None}
    found = _reader(data, officer).ask("GET", "review", "/cases", params=given)["cases"]
    if as_json:
        screen.show_json(found)
        return
    screen.table("", HEADS, [_row(case) for case in found])


def show(case: Case, data: Data, officer: As = None, as_json: AsJson = False) -> None:
    found = _found(_reader(data, officer), case)
    if as_json:
        screen.show_json(found)
    else:
        _show(found)


def approve(case: Case, data: Data, note: Note = "", officer: As = None, as_json: AsJson = False) -> None:
    _decide(desk(data, officer), case, "approval", {"note": note}, as_json)


def return_(
    case: Case,
    data: Data,
    ground: Annotated[
        list[str],
        typer.Option(help="personal-information, inaccurate, incomplete, not-confirmed, wrong-form"),
    ],
    note: Note,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    _decide(desk(data, officer), case, "return", {"grounds": ground, "note": note}, as_json)


def reject(
    case: Case,
    data: Data,
    ground: Annotated[
        str,
        typer.Option(
            help="art-14-state-secret, art-14-forbidden-by-law, art-14-security-and-stability, "
            "art-15-trade-secret, art-15-personal-privacy, art-16-internal-matter, "
            "art-16-process-information, art-16-enforcement-file"
        ),
    ],
    note: Note,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    _decide(desk(data, officer), case, "rejection", {"ground": ground, "note": note}, as_json)


def _reader(data: Path, officer: str | None) -> Desk:
    """Whoever is named, else an operator, who may see every case."""
    return desk(data, officer or with_role(data, "operator"))


def _decide(at: Desk, case: str, decision: str, asked: dict[str, Any], as_json: bool) -> None:
    case_id = _found(at, case)["id"]
    answer = at.ask("PUT", "review", f"/cases/{case_id}/{decision}", json=asked)
    if as_json:
        screen.show_json(answer)
        return
    done = {"approval": "approved", "return": "returned", "rejection": "rejected"}[decision]
    screen.out().print(f"{word(STATES, done)}  {case_id}")


def _found(at: Desk, text: str) -> dict[str, Any]:
    """The case with this number, else the latest one of the document with it."""
    number = uuid(text)
    try:
        return dict(at.ask("GET", "review", f"/cases/{number}"))
    except Refused as refused:
        if refused.problem.get("status") != 404:
            raise
    of_document = at.ask("GET", "review", "/cases", params={"document": str(number), "limit": 1})["cases"]
    if not of_document:
        raise Fault(f"没有这个案件：{text}", f"There is no such case: {text}")
    return dict(at.ask("GET", "review", f"/cases/{of_document[0]['id']}"))


def _row(case: dict[str, Any]) -> tuple[Any, ...]:
    names = word(KINDS, case["kind"]), word(LEVELS, case["level"]), word(STATES, case["state"])
    return case["id"], case["document_id"], case["edition"], case["department"], *names, case["due_on"]


def _show(case: dict[str, Any]) -> None:
    about = case["about"] or {}
    screen.out().print(
        about.get("title") or both("（已封存或不在库中）", "(locked away, or not in the store)"), style="bold"
    )
    for name, value in zip(HEADS, _row(case), strict=True):
        screen.out().print(f"  {name}  {value}")
    for file in about.get("files", []):
        screen.out().print(
            f"  {both('文件', 'File')}  {file['name']}  {file['size']:,} B  {file['sha256'][:16]}…"
        )
    for finding in case["findings"]:
        screen.out().print(
            f"  {both('发现', 'Found')}  {finding['rule']} ({finding['severity']})  {finding['excerpt']}  "
            f"{finding['why']}"
        )
    for decision in case["decisions"]:
        screen.out().print(
            f"  {both('决定', 'Decided')}  {decision['kind']}  {decision['officer']}  "
            f"{screen.moment(decision['decided_at'])}  {'; '.join(decision['grounds'])}  {decision['note']}",
        )
