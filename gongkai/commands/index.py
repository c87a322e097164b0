"""`gongkai index verify|rebuild`: that the search index is the catalogue, and a new one where it is not."""

import time
from typing import Annotated

import typer

from .. import comparing, screen
from ..asking import desk, with_role
from ..options import As, AsJson, Data, example
from ..words import both

SHOWN = 50
"""Documents named one by one; --json has them all."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("检索索引：与目录核对，重新建立。", "The search index: compared, and made anew."),
        no_args_is_help=True,
    )
    group.command(
        "verify",
        help=both(
            "逐件核对检索索引与公开目录：每件现行版本都在、内容哈希一致、没有多余。退出码 0 一致，1 不一致。",
            "Compare the search index with the catalogue: every current edition is there with its hash, and "
            "nothing else. Exit code 0 when they are the same, 1 when not.",
        ),
        epilog=example("gongkai index verify", "gongkai index verify --json"),
    )(verify)
    group.command(
        "rebuild",
        help=both(
            "在旁边重新建立检索索引，完成后立即替换；其间照常检索。",
            "Make a new search index beside the one in use and put it in its place; searching goes on.",
        ),
        epilog=example("gongkai index rebuild --as zhang.tao"),
    )(rebuild)
    app.add_typer(group, name="index")


def verify(
    data: Data,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help=both("等刚刚发布的收进索引。", "Wait for what was published just now."),
        ),
    ] = 5.0,
    as_json: AsJson = False,
) -> None:
    found = comparing.compare(data, patience)
    if as_json:
        screen.show_json(found.as_json())
    else:
        _show(found)
    raise typer.Exit(0 if found.same else 1)


def rebuild(data: Data, officer: As = None, as_json: AsJson = False) -> None:
    at = desk(data, officer or with_role(data, "operator"))
    before = at.ask("POST", "search", "/index/rebuilds")["made"]
    with screen.progress() as progress:
        task = progress.add_task(both("建立索引", "Making the index"), total=None)
        while (now := at.ask("GET", "search", "/index"))["made"] == before:
            progress.update(task, completed=now["making"] or 0, total=now["latest"])
            time.sleep(0.2)
    if as_json:
        screen.show_json(now)
    else:
        screen.out().print(both("新索引已启用。", "The new index is in use."), style="green")


def _show(found: comparing.Comparison) -> None:
    said = (
        (found.missing, both("已公开而检索不到：", "public and not found:")),
        (found.surplus, both("检索得到而未公开：", "found and not public:")),
        (found.other, both("与现行版本不同：", "not the current edition:")),
    )
    for documents, what in said:
        for document in documents[:SHOWN]:
            screen.out().print(f"✗ {what} {document}", style="red")
        if (more := len(documents) - SHOWN) > 0:
            screen.out().print(both(f"…… 另有 {more} 件。", f"… and {more} more."))
    words = both(f"目录现有 {found.public} 件", f"{found.public} documents are public")
    if found.same:
        screen.out().print(
            both(f"{words}，索引与之一致。", f"{words}; the index is the same."), style="green"
        )
    else:
        screen.out().print(
            both(f"{words}，索引与之不一致。", f"{words}; the index differs."), style="bold red"
        )
