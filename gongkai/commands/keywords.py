"""`gongkai keywords`: the lists of words that screening looks for; they are kept encrypted."""

from pathlib import Path
from typing import Annotated

import typer

from .. import screen
from ..asking import Desk, desk, with_role
from ..faults import Fault
from ..options import As, AsJson, Data, example
from ..words import both, columns

Name = Annotated[str, typer.Argument(metavar="NAME", help=both("词表名称。", "The list's name."))]


def register(app: typer.Typer) -> None:
    about = both(
        "关键词表：加密保存，由保密审查员管理。",
        "Keyword lists: kept encrypted, looked after by secrecy reviewers.",
    )
    group = typer.Typer(help=about, no_args_is_help=True)
    group.command(
        "add",
        help=both(
            "载入词表：每行一词；同名词表被替换，已公开信息将重新筛查。",
            "Load a list, one word a line; it replaces an earlier one of its name, and what is public is "
            "screened again.",
        ),
        epilog=example(
            "gongkai keywords add words.txt --name work-secrets --owner 保密工作部门 --version 2026.1 "
            '--basis "保密法第64条" --as han.mei'
        ),
    )(add)
    group.command(
        "list",
        help=both("现有词表，不含词语。", "The lists, without their words."),
        epilog=example("gongkai keywords list --as han.mei"),
    )(list_)
    group.command(
        "remove",
        help=both("删除词表。", "Remove a list."),
        epilog=example("gongkai keywords remove work-secrets --as han.mei"),
    )(remove)
    app.add_typer(group, name="keywords")


def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=both("文本文件，每行一词。", "Text, one word a line."))
    ],
    data: Data,
    name: Annotated[str, typer.Option(help=both("词表名称。", "The list's name."))],
    owner: Annotated[str, typer.Option(help=both("由谁负责。", "Who answers for it."))],
    basis: Annotated[
        str, typer.Option(help=both("法律依据；即每处发现的理由。", "The legal basis of every finding."))
    ],
    version: Annotated[str, typer.Option(help=both("版本。", "Its version."))],
    effective_on: Annotated[
        str,
        typer.Option(metavar="DATE", help=both("何时生效；默认今天。", "From when on; today by default.")),
    ] = "",
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    words = _words(file)
    said = {
        "owner": owner,
        "version": version,
        "legal_basis": basis,
        "effective_on": effective_on or _today(),
    }
    answer = _reviewer(data, officer).ask(
        "PUT", "review", f"/keyword-lists/{name}", json={**said, "words": words}
    )
    if as_json:
        screen.show_json(answer)
    else:
        screen.out().print(both(f"{name}：已载入 {len(words)} 词。", f"{name}: {len(words)} words."))


def list_(data: Data, officer: As = None, as_json: AsJson = False) -> None:
    found = _reviewer(data, officer).ask("GET", "review", "/keyword-lists")["lists"]
    if as_json:
        screen.show_json(found)
        return
    heads = columns("名称|负责|版本|依据|生效|词数|载入|时间", "Name|Owner|Version|Basis|From|Words|By|When")
    screen.table("", heads, [_row(one) for one in found], right=(5,))


def remove(name: Name, data: Data, officer: As = None) -> None:
    _reviewer(data, officer).ask("DELETE", "review", f"/keyword-lists/{name}")
    screen.out().print(both(f"{name}：已删除。", f"{name}: removed."))


def _reviewer(data: Path, officer: str | None) -> Desk:
    """Whoever is named, else a secrecy reviewer: nobody else may see the lists."""
    return desk(data, officer or with_role(data, "secrecy"))


def _words(file: Path) -> list[str]:
    """Each word once, in the file's order; nothing of them is ever shown."""
    from shared.files import UnacceptableFile, decoded

    try:
        lines = decoded(file.read_bytes()).splitlines()
    except UnacceptableFile:
        raise Fault(f"{file.name} 不是文本文件。", f"{file.name} is no text file.") from None
    words = list(dict.fromkeys(filter(None, map(str.strip, lines))))
    if not words:
        raise Fault(f"{file.name} 中没有词语。", f"There is no word in {file.name}.")
    return words


def _row(one: dict[str, object]) -> tuple[object, ...]:
    about = one["name"], one["owner"], one["version"], one["legal_basis"], one["effective_on"], one["words"]
    return *about, one["loaded_by"], screen.moment(str(one["loaded_at"]))


def _today() -> str:
    from shared.clock import today

    return today().isoformat()
