"""`gongkai obligation`: what each body must publish, what is due and late; registers in and out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import home, screen
from ..acting import Command, add
from ..asking import Desk, desk, with_role
from ..options import As, AsJson, Data
from ..words import both, columns

if TYPE_CHECKING:
    from ..obligation_sheet import Bad, Sheet

Body = Annotated[
    str | None, typer.Option("--body", metavar="BODY", help=both("只看这个机关。", "Only this body."))
]
OneBody = Annotated[str, typer.Argument(metavar="BODY", help=both("机关代码。", "The body's code."))]
Code = Annotated[str, typer.Argument(metavar="CODE", help=both("事项编码。", "The entry's code."))]


def register(app: typer.Typer) -> None:
    about = both(
        "公开事项标准目录：各机关应当公开什么、依据、时限、渠道、对象；到期、逾期和空白的事项。",
        "The obligation register: what each body must publish, why, when, where; what is due or late.",
    )
    group = typer.Typer(help=about, no_args_is_help=True)
    add(group, "gongkai obligation", COMMANDS)
    app.add_typer(group, name="obligation")


def list_(data: Data, body: Body = None, as_json: AsJson = False) -> None:
    found = _entries(data, body)
    if as_json:
        screen.show_json(found)
        return
    from .. import obligation_page

    obligation_page.show_list(found)


def board(
    data: Data,
    body: Body = None,
    days: Annotated[
        int, typer.Option(min=0, max=60, help=both("今后几个工作日。", "Working days ahead."))
    ] = 5,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    asked = {"days": days, **({"body": body} if body else {})}
    found = _seeing(data, officer).ask("GET", "publish", "/obligations/board", params=asked)
    if as_json:
        screen.show_json(found)
        return
    from .. import obligation_page

    obligation_page.show_board(found)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX, CSV")],
    data: Data,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("只看会有什么变化。", "Only say what would change."))
    ] = False,
    body: Annotated[
        str, typer.Option(metavar="BODY", help=both("未写公开主体的行属于谁。", "Whose rows name no body."))
    ] = "",
    prefix: Annotated[str, typer.Option(help=both("新编码的开头。", "What new codes begin with."))] = "local",
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    sheet = _read(data, file, body, prefix)
    if sheet.bad:
        _complain(sheet.bad, as_json)
    said = {"entries": [one.model_dump(mode="json") for one in sheet.entries], "dry_run": dry_run}
    answer = desk(data, officer or with_role(data, "leader")).ask("PUT", "publish", "/obligations", json=said)
    if as_json:
        screen.show_json({**answer, "rows": len(sheet.entries), "bad": []})
        return
    from .. import obligation_page

    obligation_page.show_changes(answer)


def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX")], data: Data, body: Body = None
) -> None:
    from services.publish.obligations.register_entries import Entry

    from ..obligation_template import save

    said = [one for one in _entries(data, body) if one["state"] != "ended"] if body else []
    entries = [Entry.model_validate({name: one[name] for name in Entry.model_fields}) for one in said]
    save(file, entries, {code: name for name, code in _bodies(data).items()} if body else {})
    screen.out().print(both(f"{file}：{len(entries)} 个事项。", f"{file}: {len(entries)} entries."))


def show(body: OneBody, code: Code, data: Data, officer: As = None, as_json: AsJson = False) -> None:
    at = _seeing(data, officer)
    found = at.ask("GET", "publish", f"/obligations/{body}/{code}")
    found["versions"] = at.ask("GET", "publish", f"/obligations/{body}/{code}/versions")["versions"]
    if as_json:
        screen.show_json(found)
        return
    from .. import obligation_page

    obligation_page.show_entry(found)


def _entries(data: Path, body: str | None) -> list[dict[str, Any]]:
    asked = {"params": {"body": body}} if body else {}
    found = Desk(home.read(data), "").ask("GET", "publish", "/obligations", **asked)
    return list(found["obligations"])


def _seeing(data: Path, officer: str | None) -> Desk:
    return desk(data, officer or with_role(data, "leader"))


def _bodies(data: Path) -> dict[str, str]:
    from ..record import rows

    return {row["name"]: row["code"] for row in rows(data, "SELECT name, code FROM shared.department")}


def _read(data: Path, file: Path, body: str, prefix: str) -> "Sheet":
    from .. import obligation_grid
    from ..obligation_sheet import Known, read

    present = {
        (one["body"], one["matter"], one["second_matter"]): one["code"] for one in _entries(data, None)
    }
    grids = obligation_grid.read(file.name, file.read_bytes())
    return read(grids, Known(_bodies(data), present, body, prefix))


def _complain(bad: "list[Bad]", as_json: bool) -> None:
    """Every bad row; nothing was handed in."""
    from dataclasses import asdict

    if as_json:
        screen.show_json({"rows": 0, "bad": [asdict(one) for one in bad]})
    else:
        heads = columns("工作表|行|栏|问题|建议", "Sheet|Row|Column|What is wrong|What helps")
        screen.table("", heads, [(one.sheet, one.row, one.column, one.reason, one.advice) for one in bad])
        screen.tell(
            both(f"{len(bad)} 行不合格，未导入。", f"{len(bad)} rows are wrong; nothing was taken in.")
        )
    raise typer.Exit(1)


COMMANDS: tuple[Command, ...] = (
    (
        "list",
        list_,
        "目录和各事项的状态。",
        "The register, and how each entry stands.",
        "list --body audit",
    ),
    (
        "board",
        board,
        "近期到期、已逾期、空白和目录外的事项。",
        "What is due, late, empty, or in no register.",
        "board --days 10 --as sun.wei",
    ),
    (
        "import",
        import_,
        "从 XLSX 或 CSV 导入；有一行不合格就全部不导入。",
        "Take in an XLSX or CSV; nothing of it while one row is wrong.",
        "import register.xlsx --dry-run --as gao.mingyuan",
    ),
    (
        "template",
        template,
        "生成可填写的 XLSX；指明机关时含其现行事项。",
        "Make an XLSX to fill in; with a body, its entries in force.",
        "template register.xlsx --body audit",
    ),
    (
        "show",
        show,
        "一个事项及其历次版本。",
        "One entry and its versions.",
        "show audit 20-07 --as sun.wei",
    ),
)
