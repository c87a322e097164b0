"""`gongkai keys`: the services' signing keys, made and replaced without an interruption."""

from typing import Annotated

import typer

from .. import screen
from ..options import AsJson, Data, example
from ..words import both, columns

Service = Annotated[str, typer.Argument(metavar="SERVICE", help="review, intake, ledger, publish-ledger")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=both("签名密钥。", "Signing keys."), no_args_is_help=True)
    group.command(
        "make",
        help=both("补齐缺少的密钥；已有的不动。", "Make what is missing; what is there stays."),
        epilog=example("gongkai keys make --data ./keys-made-here"),
    )(make)
    group.command(
        "list",
        help=both("哪些密钥被信任，哪一把在用。", "Which keys are believed, and which one signs."),
        epilog=example("gongkai keys list"),
    )(list_)
    group.command(
        "next",
        help=both(
            "生成下一把密钥：从此被信任，但还不用它签名。随后重启 publish 的工作进程。",
            "Make the next key: believed from now on, not used yet. Then restart publish's workers.",
        ),
        epilog=example("gongkai keys next review"),
    )(next_)
    group.command(
        "use",
        help=both(
            "改用下一把密钥签名。随后重启该服务的接口。",
            "Sign with the next key. Then restart the service's API.",
        ),
        epilog=example("gongkai keys use review"),
    )(use)
    group.command(
        "retire",
        help=both(
            "不再信任旧密钥，只留在用的一把。泄露时立即做；平时等 30 天，让旧批准用完。",
            "Believe the one in use alone. At once after a leak; otherwise after 30 days.",
        ),
        epilog=example("gongkai keys retire review"),
    )(retire)
    app.add_typer(group, name="keys")


def make(data: Data) -> None:
    from ..keyring import make

    make(data / "keys")
    screen.out().print(both(f"密钥在 {data / 'keys'}", f"The keys are in {data / 'keys'}"))


def list_(data: Data, as_json: AsJson = False) -> None:
    from ..keyring import believed

    found = believed(data / "keys")
    if as_json:
        screen.show_json(found)
        return
    head = columns("服务|密钥|在用", "Service|Key|Signs")
    screen.table("", head, [(one["service"], one["kid"], "✓" if one["signs"] else "") for one in found])


def next_(service: Service, data: Data) -> None:
    from ..keyring import add

    _said(add(data / "keys", service), both("已被信任，还未使用", "is believed, and not used yet"))


def use(service: Service, data: Data) -> None:
    from ..keyring import use

    _said(use(data / "keys", service), both("重启后用它签名", "signs after the restart"))


def retire(service: Service, data: Data) -> None:
    from ..keyring import retire

    _said(retire(data / "keys", service), both("是唯一被信任的", "is the only one believed"))


def _said(kid: str, words: str) -> None:
    screen.out().print(f"{kid}  {words}")
