"""What the catalogue is told of a document on the command line: by a file for all of it, or by options."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .faults import Fault
from .words import both

About = Annotated[
    Path | None,
    typer.Option(
        "--about",
        exists=True,
        dir_okay=False,
        help=both(
            "元数据文件（YAML 或 JSON）：内容概述、体裁、关联等全部字段；选项优先于文件。",
            "All metadata in a YAML or JSON file; options go before it.",
        ),
    ),
]
Genre = Annotated[str, typer.Option(help=both("体裁，如 notice 或 通知。", "The genre, such as notice."))]
Matter = Annotated[
    str, typer.Option(metavar="CODE", help=both("所属事项，如 2026-ring-road。", "The matter it belongs to."))
]
Stage = Annotated[
    str, typer.Option(help=both("事项的阶段：", "The stage of the matter: ") + "decision, execution, result")
]
Keywords = Annotated[
    list[str] | None, typer.Option("--keyword", help=both("主题词，可多次给出。", "A keyword; repeatable."))
]
PublishAt = Annotated[
    str,
    typer.Option(
        metavar="TIME",
        help=both("定时发布，如 2026-12-01T09:00+08:00。", "Not public before, e.g. 2026-12-01T09:00+08:00."),
    ),
]
NoticeEndsOn = Annotated[
    str, typer.Option(metavar="DATE", help=both("公示期的最后一天。", "The last day on which it is public."))
]
EffectiveOn = Annotated[str, typer.Option(metavar="DATE", help=both("施行日期。", "In force from this day."))]
LapsesOn = Annotated[
    str, typer.Option(metavar="DATE", help=both("失效日期。", "In force until the day before."))
]
Obligations = Annotated[
    list[str] | None,
    typer.Option(
        "--obligation",
        metavar="CODE",
        help=both("所履行的公开事项，可多次给出。", "An obligation that it fulfils; repeatable."),
    ),
]
Summary = Annotated[str, typer.Option(help=both("内容概述。", "A summary."))]
Amendment = Annotated[
    str, typer.Option(help=both("更正说明：新版改了什么。", "What a new edition changes, and why."))
]


def read(path: Path | None) -> dict[str, Any]:
    """What the file says. Raises Fault where it is no mapping."""
    if path is None:
        return {}
    import yaml

    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise Fault(f"看不懂元数据文件 {path}：{wrong}", f"{path} cannot be read: {wrong}") from None
    if not isinstance(said, dict):
        raise Fault(f"元数据文件应为字段和值：{path}", f"{path} must say fields and values.")
    # YAML makes dates of what looks like dates; in JSON they are text again.
    return dict(json.loads(json.dumps(said, default=str)))


def described(**said: Any) -> dict[str, Any]:
    """The options that were given; a genre also by its Chinese name."""
    from shared.labels import GENRES
    from shared.labels import said as meant

    given = {name: value for name, value in said.items() if value}
    if "genre" in given:
        given["genre"] = meant(GENRES, given["genre"]) or given["genre"]
    return given
