"""`gongkai channel list|show|retry`: where documents were put out, with proofs and errors."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import Desk, desk, uuid, with_role
from ..options import As, AsJson, Data, example
from ..words import both, columns

Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help=both("信息编号。", "The document."))]

HELP = {
    "list": (
        "发布渠道：各渠道的发布与收回情况，以及出错的发布。",
        "The channels: how much is out, due and taken back on each, and what is in trouble.",
    ),
    "show": (
        "一件信息在各渠道的发布情况：次数、错误、凭证。",
        "Where a document was put out: attempts, errors, proofs.",
    ),
    "retry": (
        "立即重试：等待中的，或已放弃的发布与收回。",
        "Try again now what waits or was given up, on one channel.",
    ),
}
EXAMPLES = {
    "list": ("gongkai channel list", "gongkai channel list --json"),
    "show": ("gongkai channel show 01a2…", "gongkai channel show 01a2… --json"),
    "retry": ("gongkai channel retry 01a2… municipal --as zhang.tao",),
}


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both(
            "发布渠道：公告栏、电子屏、市级网站等。", "Channels: notice board, screen, municipal site."
        ),
        no_args_is_help=True,
    )
    commands: dict[str, Callable[..., None]] = {"list": list_, "show": show, "retry": retry}
    for name, command in commands.items():
        group.command(name, help=both(*HELP[name]), epilog=example(*EXAMPLES[name]))(command)
    app.add_typer(group, name="channel")


def list_(data: Data, officer: As = None, as_json: AsJson = False) -> None:
    found = _reader(data, officer).ask("GET", "publish", "/channels")
    if as_json:
        screen.show_json(found)
        return
    heads = columns(
        "渠道|已登记|收回须人工确认|发布情况|最早到期", "Channel|Registered|By person|States|Oldest due"
    )
    rows = [
        (
            one["code"],
            _yes(one["registered"]),
            _yes(one["by_person"]),
            "  ".join(f"{state} {many}" for state, many in one["states"].items()),
            screen.moment(one["oldest_due"]),
        )
        for one in found["channels"]
    ]
    screen.table("", heads, rows)
    if found["troubles"]:
        heads = columns("信息|版次|渠道|状态|次数|错误", "Document|Edition|Channel|State|Attempts|Error")
        names = ("document_id", "edition", "channel", "state", "attempts", "error")
        screen.table("", heads, [[one[name] for name in names] for one in found["troubles"]])


def show(document: Document, data: Data, officer: As = None, as_json: AsJson = False) -> None:
    found = _reader(data, officer).ask("GET", "publish", f"/documents/{uuid(document)}/releases")
    if as_json:
        screen.show_json(found)
        return
    heads = columns(
        "版次|渠道|状态|次数|发布|收回|凭证|错误", "Edition|Channel|State|Attempts|Out|Back|Proof|Error"
    )
    screen.table("", heads, [_row(one) for one in found["releases"]], right=(0, 3))


def _row(one: dict[str, Any]) -> list[Any]:
    proof = next(iter(reversed(one["proof_sha256"].values())), "")
    out, back = screen.moment(one["delivered_at"]), screen.moment(one["recalled_at"])
    return [
        one["edition"],
        one["channel"],
        one["state"],
        one["attempts"],
        out,
        back,
        proof[:16],
        one["error"],
    ]


def retry(
    document: Document,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help=both("渠道。", "The channel."))],
    data: Data,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    path = f"/documents/{uuid(document)}/releases/{channel}/retry"
    found = _reader(data, officer).ask("POST", "publish", path)
    if as_json:
        screen.show_json(found)
        return
    editions = ", ".join(map(str, found["editions"]))
    screen.out().print(both(f"将立即重试：第 {editions} 版。", f"To be tried at once: edition {editions}."))


def _reader(data: Path, officer: str | None) -> Desk:
    """Whoever is named, else an operator."""
    return desk(data, officer or with_role(data, "operator"))


def _yes(it_is: bool) -> str:
    return both("是", "yes") if it_is else both("否", "no")
