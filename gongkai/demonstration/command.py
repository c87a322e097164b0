"""`gongkai demo`: the whole story on the real platform, told and checked."""

import json
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import screen
from ..faults import Fault
from ..options import example
from ..words import both

if TYPE_CHECKING:
    from .stage import Stage

FOLDER = Path(".gongkai/demo")


def register(app: typer.Typer) -> None:
    app.command(
        "demo",
        help=both(
            "演示：启动平台，各机关提交样本信息，筛查、审批、发布、投递、撤回，逐项核对结果。",
            "The demonstration: sample documents handed in, screened, approved, published, received, "
            "withdrawn; and checked.",
        ),
        epilog=example("gongkai demo", "gongkai demo --once --data /tmp/demo"),
    )(demo)


def demo(
    once: Annotated[
        bool,
        typer.Option(
            "--once", help=both("演完即停，最后一行是 JSON。", "Stop at the end; the last line is JSON.")
        ),
    ] = False,
    data: Annotated[
        Path,
        typer.Option(help=both("演示的数据目录；可以反复演示。", "Its data folder; it can be played again.")),
    ] = FOLDER,
) -> None:
    from ..stopping import orderly
    from . import script
    from .shown import Narrator
    from .stage import stage

    _needs_the_kit()
    narrator = Narrator(screen.out())
    said = script.read()
    ended = False
    with orderly():
        narrator.opening(data)
        narrator.act(both("启动平台", "The platform starts"))
        with stage(data, said, narrator) as playing:
            summary = _play(playing)
            if not once:
                _stay(playing)
        ended = True
    if not ended:
        screen.tell(both("已停止。", "Stopped."))
    elif once:
        print(summary, flush=True)


def _play(stage: "Stage") -> str:
    """All acts, and the verdict as one line of JSON; raises Fault where anything is not as it should be."""
    from . import acts, approving, looking, verdict

    stage.narrator.act(
        both("部门订阅，各自运行接收程序", "Departments subscribe, each with its own programme")
    )
    stage.subscribe()
    played = acts.hand_in(stage)
    acts.screened(stage, played)
    refused = approving.refuse_self_approval(stage, played)
    approving.confirm(stage, played)
    approving.decide(stage, played)
    acts.correct(stage, played)
    acts.nowhere(stage, played)
    acts.publish(stage, played)
    acts.take_back(stage, played)
    looked = looking.look(stage, played)
    sealed = acts.audit(stage)
    told = verdict.rows(stage, played)
    found = verdict.judge(stage, played, told, refused, sealed, looked)
    stage.narrator.act(both("结果", "The outcome"))
    stage.narrator.outcome(told)
    summary = json.dumps(found.as_json(), ensure_ascii=False)
    if wrong := verdict.faults(stage, found, told):
        print(summary, flush=True)
        raise Fault(f"演示与预期不符：{'；'.join(wrong)}", f"It did not go as it should: {'; '.join(wrong)}")
    _conclude(stage, found.seconds)
    return summary


def _conclude(stage: "Stage", seconds: float) -> None:
    stage.narrator.did(
        both("全部核对无误", "All is as it should be"),
        both(f"无遗漏、无重复，用时 {seconds:.1f} 秒", f"nothing lost, nothing twice, {seconds:.1f} s"),
    )


def _stay(stage: "Stage") -> None:
    """Until Ctrl-C; what departments receive goes on being shown."""
    narrator = stage.narrator
    narrator.act(both("可以打开看看", "To look at"))
    narrator.addresses(dict(stage.platform.running.services))
    data = f"GONGKAI_DATA={stage.platform.data}"
    narrator.noted(
        both(f"另开终端可用：{data} gongkai trace …", f"In another terminal: {data} gongkai trace …")
    )
    narrator.noted(both("按 Ctrl-C 停止。", "Ctrl-C stops it."))
    while True:
        time.sleep(0.5)
        stage.platform.processes.mend()
        stage.listen()


def _needs_the_kit() -> None:
    if find_spec("gongkai_kit") is None:
        raise Fault(
            "演示要用部门工具包 gongkai-kit，这里没有安装：请在源码目录中运行 scripts/demo。",
            "The demonstration needs gongkai-kit, which is not installed: run scripts/demo in a checkout.",
        )
