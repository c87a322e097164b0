"""`gongkai catalogue import|template`: a catalogue kept elsewhere is checked row by row and handed in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import screen
from ..asking import desk, with_role
from ..faults import Fault
from ..options import As, AsJson, Data, example
from ..words import both, columns

if TYPE_CHECKING:
    from ..importing.checking import Checked
    from ..importing.sheets import Sheet

MOST_SHOWN = 50


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("已有的公开目录：核对、导入、空表。", "A catalogue kept elsewhere: check it, import it."),
        no_args_is_help=True,
    )
    group.command(
        "import",
        help=both(
            "导入已有目录（CSV 或 XLSX）：先逐行核对，再把合格的行提交审查；"
            "未经批准的一条也不会公开。重复执行不会重复提交；有问题的行连同原因写入 ….rejected.csv。",
            "Import a catalogue (CSV or XLSX): every row is checked, the good ones are handed in for review; "
            "nothing is published unapproved. Repeating it hands in nothing twice; bad rows go to "
            "….rejected.csv with the reason.",
        ),
        epilog=example(
            "gongkai catalogue import 目录.xlsx --files 附件 --department archive --dry-run",
            "gongkai catalogue import 目录.csv --files 附件 --department archive --as feng.xue",
        ),
    )(import_)
    group.command(
        "template",
        help=both("写出一张空表：表头、下拉选项和填写说明。", "Write an empty table with heads and choices."),
        epilog=example("gongkai catalogue template 目录.xlsx"),
    )(template)
    app.add_typer(group, name="catalogue")


def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("写到这里。", "Where to."))],
    force: Annotated[bool, typer.Option("--force", help=both("覆盖已有文件。", "Overwrite."))] = False,
) -> None:
    from ..importing import template as empty

    if file.exists() and not force:
        raise Fault(f"已有这个文件：{file}；加 --force 覆盖。", f"{file} exists: --force overwrites it.")
    empty.write(file)
    screen.tell(both(f"已写出 {file}", f"Written: {file}"))


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=both("目录文件。", "It."))
    ],
    department: Annotated[
        str, typer.Option(metavar="CODE", help=both("公开主体的代码。", "Whose documents they are."))
    ],
    data: Data,
    files: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help=both("正文和附件所在目录。", "Where the files are.")),
    ] = None,
    kind: Annotated[
        str, typer.Option(help=both("没有“信息类别”列时的类别。", "The kind where no column says it."))
    ] = "notice",
    theme: Annotated[
        str, typer.Option(help=both("主题分类为空时的主题。", "The theme where none is written."))
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("只核对，不提交。", "Only check; hand in nothing."))
    ] = False,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    from ..importing import checking, handing, sheets

    author = officer or with_role(data, "officer", department) or ""
    if not dry_run and files is None:
        raise Fault("请用 --files 指明正文和附件所在目录。", "Say with --files where the files are.")
    sheet = sheets.read(file)
    house = handing.house(data, department, author or "unnamed", kind, theme)
    if department not in house.names:
        raise Fault(f"没有这个机关：{department}", f"There is no such body: {department}")
    with screen.progress() as progress:
        task = progress.add_task(both("核对", "Checking"), total=len(sheet.rows))
        told = lambda done, of: progress.update(task, completed=done, total=of)  # noqa: E731 one line.
        checked = checking.check(sheet, house, handing.known(data), files, told=told)
    receipts: list[dict[str, Any]] = []
    if not dry_run and files is not None:
        receipts = _hand_in(data, officer or author or None, checked, files)
    _tell(file, sheet, checked, receipts, dry_run=dry_run, as_json=as_json)
    raise typer.Exit(1 if checked.bad else 0)


def _hand_in(data: Path, officer: str | None, checked: "Checked", files: Path) -> list[dict[str, Any]]:
    from ..importing import handing

    with screen.progress() as progress:
        task = progress.add_task(both("提交", "Handing in"), total=len(checked.good))
        told = lambda done, of: progress.update(task, completed=done, total=of)  # noqa: E731 one line.
        receipts = handing.hand_in(desk(data, officer), checked.good, files, told)
    refused = [one for one in checked.good if one.wrong]
    checked.good = [one for one in checked.good if not one.wrong]
    checked.bad = sorted([*checked.bad, *refused], key=lambda one: one.row.number)
    return receipts


def _tell(
    file: Path,
    sheet: "Sheet",
    checked: "Checked",
    receipts: list[dict[str, Any]],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from ..importing.checking import summary
    from ..importing.columns import shown

    unknown = list(shown(sheet.heads))
    rejected = "" if dry_run or not checked.bad else str(_rejected(file, sheet, checked))
    if as_json:
        told = {"dry_run": dry_run, "handed_in": receipts, "rejected_file": rejected}
        screen.show_json({"file": str(file), **summary(checked, unknown), **told})
        return
    heads = columns("行|列|内容|问题|应为", "Row|Column|Value|What is wrong|Write instead")
    wrong = checked.wrong
    if wrong:
        rows = [(one.row, one.column, one.value[:30], one.message, one.instead) for one in wrong[:MOST_SHOWN]]
        screen.table("", heads, rows, right=(0,))
    if len(wrong) > MOST_SHOWN:
        screen.tell(
            both(f"另有 {len(wrong) - MOST_SHOWN} 处问题。", f"{len(wrong) - MOST_SHOWN} more faults.")
        )
    if unknown:
        screen.tell(both("未识别的列（已忽略）：", "Columns not known, and left out: ") + "、".join(unknown))
    _counts(checked, receipts, rejected)


def _counts(checked: "Checked", receipts: list[dict[str, Any]], rejected: str) -> None:
    good, bad, before = len(checked.good), len(checked.bad), len(checked.before)
    screen.out().print(
        both(
            f"共 {checked.rows} 行：合格 {good}，有问题 {bad}，以前已提交 {before}；"
            f"本次提交 {len(receipts)}。",
            f"{checked.rows} rows: {good} good, {bad} bad, {before} handed in before; "
            f"{len(receipts)} handed in now.",
        )
    )
    if rejected:
        screen.tell(both(f"有问题的行已写入 {rejected}", f"The bad rows are in {rejected}"))


def _rejected(file: Path, sheet: "Sheet", checked: "Checked") -> Path:
    """The bad rows as they stand in the file, the reason beside each."""
    from ..importing.checking import reasons
    from ..importing.sheets import write

    path = file.with_name(f"{file.stem}.rejected.csv")
    width = len(sheet.heads)
    padded = ((*one.row.cells, *[""] * width)[:width] for one in checked.bad)
    rows = [
        (*cells, str(one.row.number), reasons(one)) for cells, one in zip(padded, checked.bad, strict=True)
    ]
    write(path, (*sheet.heads, both("行号", "Row"), both("原因", "Reason")), rows)
    return path
