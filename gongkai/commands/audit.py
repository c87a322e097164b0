"""`gongkai audit verify`: whether anybody changed the record of opinions afterwards."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import screen
from ..auditing import checkpoints, verified
from ..options import AsJson, Data, example
from ..words import both

if TYPE_CHECKING:
    from shared.tampering import Fault, Verified

SHOWN = 50
"""Faults told one by one; --json has them all."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both("核验审查记录：意见是否被改动过。", "Whether the record is as it was written."),
        no_args_is_help=True,
    )
    group.command(
        "verify",
        help=both(
            "逐条核验审查意见及其台账：改动、删除、插入、调换、截尾都会指出位置。\n\n"
            "签名的检查点取自数据库、已发出的事件和数据目录中的 ledger/checkpoints.jsonl；"
            "--witness 另加别处保存的副本。退出码 0 完好，1 有问题。",
            "Look at every opinion and its seal: what was altered, removed, inserted, exchanged or cut off "
            "is said with its position.\n\n"
            "Signed checkpoints are taken from the database, from the events that were announced and from "
            "ledger/checkpoints.jsonl in the data folder; --witness adds a copy kept elsewhere. Exit code 0 "
            "when whole, 1 when not.",
        ),
        epilog=example("gongkai audit verify", "gongkai audit verify --since 12000 --json"),
    )(verify)
    app.add_typer(group, name="audit")


def verify(
    data: Data,
    since: Annotated[
        int, typer.Option(min=1, metavar="POSITION", help=both("从这一位置起。", "From this position on."))
    ] = 1,
    witness: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help=both("另存的检查点文件。", "Checkpoints kept elsewhere.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    files = [checkpoints(data), *(witness or [])]
    with screen.progress() as progress:
        task = progress.add_task(both("核验台账", "Verifying"), total=None)
        found = asyncio.run(
            verified(data, files, since, lambda done, of: progress.update(task, completed=done, total=of))
        )
    if as_json:
        screen.show_json(_as_json(found))
    else:
        _show(found)
    raise typer.Exit(0 if found.whole else 1)


def _as_json(found: "Verified") -> dict[str, Any]:
    from dataclasses import asdict

    return {"whole": found.whole, **asdict(found)}


def _show(found: "Verified") -> None:
    out = screen.out()
    for fault in found.faults[:SHOWN]:
        out.print(f"✗ {sentence(fault)}", style="red")
    if (more := len(found.faults) - SHOWN) > 0:
        out.print(both(f"…… 另有 {more} 处。", f"… and {more} more."))
    kept = "  ".join(f"{_place(name)} {count}" for name, count in found.checkpoints.items())
    head, waiting = f"{found.head[:16]}…", found.waiting
    zh = f"{found.rows} 条，至第 {found.position} 位，链值 {head}；检查点：{kept}；待记入 {waiting}"
    en = f"{found.rows} records up to position {found.position}, head {head}; checkpoints: {kept}"
    out.print(both(zh, f"{en}; waiting {waiting}"), style="dim")
    if found.whole:
        out.print(both("记录完好。", "The record is whole."), style="green")
    else:
        count = len(found.faults)
        out.print(both(f"发现 {count} 处问题。", f"{count} faults."), style="bold red")


def _place(name: str) -> str:
    known = {"ledger_checkpoint": both("数据库", "database"), "outbox": both("事件", "events")}
    return known.get(name, Path(name).name)


SENTENCES = {
    "row-altered": (
        "第 {position} 位：意见 {record} 被改动，记入时为 {expected}，现在为 {found}。",
        "Position {position}: opinion {record} was altered; it was sealed as {expected} and is {found}.",
    ),
    "row-removed": (
        "第 {position} 位：意见 {record} 已不在库中。",
        "Position {position}: opinion {record} was removed.",
    ),
    "row-unsealed": (
        "意见 {record} 未经台账写入：不在链上，也不在待记入之列。",
        "Opinion {record} was written past the ledger: it is neither sealed nor waiting for it.",
    ),
    "seal-removed": (
        "第 {position} 至 {until} 位：台账记录被删除。",
        "Positions {position} to {until}: seals were removed.",
    ),
    "seal-broken": (
        "第 {position} 位：台账记录与前一条不衔接（应为 {expected}，实为 {found}），"
        "该条或前一条被改动、调换或插入。",
        "Position {position}: the seal does not follow from the one before it (it should be {expected} and "
        "is {found}); one of the two was changed, exchanged or inserted.",
    ),
    "tree-broken": (
        "第 {position} 至 {until} 位之上：树的节点（{where}）与其下的内容不符。",
        "Above positions {position} to {until}: a node of the tree ({where}) is not what is below it.",
    ),
    "standing-altered": (
        "信息 {record}：现在公开的状态与台账不符（应为 {expected}，实为 {found}）。",
        "Document {record}: what is shown does not follow from the ledger (it should be {expected} and is "
        "{found}).",
    ),
    "tail-cut": (
        "第 {position} 至 {until} 位：台账尾部被截去；签名的检查点证明它们存在过。",
        "Positions {position} to {until}: the end of the ledger was cut off; a signed checkpoint proves it.",
    ),
    "rewritten": (
        "第 {position} 至 {until} 位之间：台账被整段重写，与签名的检查点不符"
        "（应为 {expected}，实为 {found}）。",
        "Between positions {position} and {until}: the ledger was rewritten; a signed checkpoint says "
        "{expected} and it is {found}.",
    ),
    "checkpoint-forged": (
        "检查点（位置 {position}，{where}）不是审查服务签名的。",
        "A checkpoint (position {position}, {where}) was not signed by review.",
    ),
    "checkpoint-changed": (
        "第 {position} 位的检查点被改动：签名的是 {expected}，写的是 {found}。",
        "The checkpoint at position {position} was changed: {expected} is signed, {found} is written.",
    ),
    "checkpoint-removed": (
        "第 {position} 位的检查点已从数据库中删除；{where} 中还有。",
        "The checkpoint at position {position} was removed from the database; {where} still has it.",
    ),
    "sealing-stopped": (
        "{found} 条意见久未记入台账：审查的工作进程没有运行。",
        "{found} opinions have waited long to be sealed: review's worker is not running.",
    ),
}


def sentence(fault: "Fault") -> str:
    """What is wrong, and where, in the reader's language."""
    said = both(*SENTENCES[fault.wrong])
    return said.format(
        position="?" if fault.position is None else fault.position,
        until=fault.until,
        record=fault.record,
        expected=f"{fault.expected[:16]}…",
        found=fault.found if fault.found.isdigit() and len(fault.found) < 16 else f"{fault.found[:16]}…",
        where=_place(fault.where),
    )
