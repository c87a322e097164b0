"""`gongkai up`: the whole platform on this machine, until Ctrl-C."""

import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import screen
from ..faults import Fault
from ..options import Data, example
from ..words import both

if TYPE_CHECKING:
    from ..up import Platform

SAMPLE = Path(__file__).parents[2] / "samples" / "organisation.yaml"
LOOK_EVERY = 1.0


def register(app: typer.Typer) -> None:
    app.command(
        "up",
        help=both(
            "在本机启动整个平台：数据库、消息服务器和四个服务；再次启动沿用原有数据。",
            "Start the whole platform here: database, brokers, four services; a second start finds its data.",
        ),
        epilog=example(
            "gongkai up",
            "gongkai up --data /srv/gongkai --organisation organisation.yaml --workers 2 --port 8100",
        ),
    )(up)


def up(
    data: Data,
    organisation: Annotated[
        Path | None,
        typer.Option(
            help=both(
                "机关与人员的 YAML；首次启动后保存在数据目录中，以后可以省略。",
                "Departments and officers as YAML; kept in the data folder for later starts.",
            )
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            min=0,
            max=32,
            help=both(
                "每个服务的工作进程数；0 表示接口与工作合用一个进程。",
                "Worker processes of each service; 0 puts API and work into one process.",
            ),
        ),
    ] = 0,
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65000,
            help=both(
                "第一个端口，其余依次递增；0 表示任选。", "The first port, others follow; 0 takes any."
            ),
        ),
    ] = 0,
) -> None:
    from ..organisation import read
    from ..stopping import orderly
    from ..up import platform

    began = time.monotonic()
    with orderly():
        who = organisation or kept(data)
        read(who)
        with platform(data.resolve(), who, workers=workers, first_port=port, say=_say) as running:
            _keep(running.data, who)
            _show(running, time.monotonic() - began)
            watch(running)
    screen.tell(both("已停止。", "Stopped."))


def kept(data: Path) -> Path:
    """The organisation that this data folder was begun with, else the sample one of a checkout."""
    for candidate in (data / "organisation.yaml", SAMPLE):
        if candidate.exists():
            return candidate
    raise Fault(
        "请用 --organisation 给出机关与人员的 YAML 文件。",
        "Give the departments and officers as a YAML file with --organisation.",
    )


def watch(running: "Platform") -> None:
    """Start again what ends, for ever."""
    while True:
        time.sleep(LOOK_EVERY)
        for name in running.processes.mend():
            words = both("已结束，现已重新启动", "has ended and was started again")
            screen.tell(
                f"{screen.moment(datetime.now())}  {name} {words} ({running.data / 'logs' / name}.log)"
            )


def _keep(data: Path, who: Path) -> None:
    target = data / "organisation.yaml"
    if not (target.exists() and target.samefile(who)):
        shutil.copyfile(who, target)


def _say(stage: str) -> None:
    zh = {
        "servers": "启动数据库和消息服务器 …",
        "schemas": "核对表结构、密钥和人员 …",
        "services": "启动服务 …",
    }
    en = {
        "servers": "Starting database and brokers …",
        "schemas": "Schemas, keys, officers …",
        "services": "Starting …",
    }
    screen.tell(both(zh[stage], en[stage]))


def _show(running: "Platform", seconds: float) -> None:
    screen.table(
        both(f"平台已启动，用时 {seconds:.1f} 秒", f"Up after {seconds:.1f} s"),
        [both("进程", "Process"), "PID", both("地址", "Address")],
        [
            (
                one.name,
                one.child.pid if one.child else None,
                one.url + ("" if one.part == "worker" else "/docs"),
            )
            for one in running.processes.all
        ],
    )
    screen.tell(f"{both('数据目录', 'Data folder')}  {running.data}")
    screen.tell(f"{both('人员令牌', 'Tokens')}  {running.data / 'tokens.json'}")
    screen.tell(f"{both('运行日志', 'Logs')}  {running.data / 'logs'}")
    screen.tell(both("按 Ctrl-C 停止。", "Ctrl-C stops it."))
