"""`gongkai org` and `gongkai token`: who is who, and the keys to their desks."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from .. import home, screen
from ..faults import Fault
from ..options import AsJson, Data, example
from ..words import both


def register(app: typer.Typer) -> None:
    org = typer.Typer(help=both("机关与人员。", "Departments and officers."), no_args_is_help=True)
    org.command(
        "load",
        help=both(
            "按文件更新机关与人员；文件中没有的人员立即失去一切权限。",
            "Make the record equal to the file; who is not in it can do nothing any more.",
        ),
        epilog=example("gongkai org load organisation.yaml"),
    )(load)
    org.command("list", help=both("现有人员。", "The officers."), epilog=example("gongkai org list"))(list_)
    app.add_typer(org, name="org")
    token = typer.Typer(help=both("人员令牌。", "Officers' tokens."), no_args_is_help=True)
    token.command(
        "issue",
        help=both(
            "签发新令牌，只显示这一次；旧令牌仍然有效。",
            "A new token, shown this once; earlier ones stay valid.",
        ),
        epilog=example("gongkai token issue feng.xue"),
    )(issue)
    app.add_typer(token, name="token")


def load(file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML")], data: Data) -> None:
    from .. import organisation

    url = home.read(data).database_url
    said = organisation.read(file)
    organisation.load(url, said)
    screen.out().print(
        both(
            f"已载入 {len(said.departments)} 个机关、{len(said.officers)} 名人员。",
            f"{len(said.departments)} departments and {len(said.officers)} officers.",
        )
    )


def list_(data: Data, as_json: AsJson = False) -> None:
    from ..record import rows

    found = rows(
        data, "SELECT id, name, department, roles, active FROM shared.officer ORDER BY department, id"
    )
    if as_json:
        screen.show_json(found)
        return
    columns = [both("账号", "Id"), both("姓名", "Name"), both("机关", "Department"), both("职责", "Roles")]
    screen.table(
        "",
        columns,
        [
            (one["id"], one["name"], one["department"], ", ".join(one["roles"]))
            for one in found
            if one["active"]
        ],
    )


def issue(
    officer: Annotated[str, typer.Argument(metavar="OFFICER", help=both("账号。", "The officer's id."))],
    data: Data,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help=both("存入数据目录的 tokens.json。", "Keep it in the data folder's tokens.json.")
        ),
    ] = False,
) -> None:
    token = asyncio.run(_issue(home.read(data).database_url, officer))
    if keep:
        home.keep_tokens(data, {officer: token})
    print(token)


async def _issue(url: str, officer: str) -> str:
    from shared import db
    from shared.identity import issue_token

    database = db.connect(url, None, "", pool=1)
    try:
        async with database.transaction() as unit:
            known = "SELECT 1 FROM shared.officer WHERE id = :id AND active"
            if (await unit.run(known, {"id": officer})).first() is None:
                raise Fault(f"没有人员 {officer}。", f"There is no officer {officer}.")
            return await issue_token(unit, officer)
    finally:
        await database.close()
