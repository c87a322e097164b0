"""`gongkai prepare`: schemas, keys and officers, for servers and services that something else starts."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import home, screen
from ..faults import Fault
from ..options import Data, example
from ..words import both


def register(app: typer.Typer) -> None:
    app.command(
        "prepare",
        help=both(
            "为自行部署的服务做准备：建表或升级、缺少的密钥、机关与人员、令牌。可以反复运行，升级前后都用它。",
            "Make ready for services that you start yourself: schemas, missing keys, officers, tokens. "
            "It can be run again, and is, at every upgrade.",
        ),
        epilog=example(
            "gongkai prepare --organisation organisation.yaml",
            "gongkai prepare --organisation organisation.yaml --api intake=http://intake-api:8000",
        ),
    )(prepare)


def prepare(
    data: Data,
    organisation: Annotated[
        Path, typer.Option(help=both("机关与人员的 YAML。", "Departments and officers as YAML."))
    ],
    api: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE=URL",
            help=both(
                "接口的地址，可多次给出；写入数据目录，供其他命令使用。",
                "Where a service answers, once for each; kept in the data folder for the other commands.",
            ),
        ),
    ] = None,
) -> None:
    from .. import up

    running = home.Running(
        database_url=_told("GONGKAI_DATABASE_URL"),
        broker_url=_told("GONGKAI_BROKER_URL"),
        edge_url=_told("GONGKAI_EDGE_URL"),
        services=_addresses(api or []),
    )
    data.mkdir(parents=True, exist_ok=True)
    up.prepare(data, running.database_url, organisation)
    home.write(data, running)
    screen.tell(both(f"已就绪，数据目录 {data}", f"Ready. The data folder is {data}"))


def _told(variable: str) -> str:
    if url := os.environ.get(variable):
        return url
    raise Fault(f"请设置环境变量 {variable}。", f"Set the variable {variable}.")


def _addresses(pairs: Sequence[str]) -> Mapping[str, str]:
    from shared.migrate import SERVICES

    told = dict(pair.partition("=")[::2] for pair in pairs)
    if unknown := sorted(set(told) - set(SERVICES)):
        raise Fault(f"没有这个服务：{'、'.join(unknown)}", f"There is no such service: {', '.join(unknown)}")
    return told
