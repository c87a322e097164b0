"""Options that many commands have, said once."""

from pathlib import Path
from typing import Annotated

import typer

from .home import data_folder
from .words import both

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        default_factory=data_folder,
        show_default="GONGKAI_DATA, .gongkai/data",
        help=both("平台的数据目录。", "The platform's data folder."),
    ),
]

AsJson = Annotated[
    bool, typer.Option("--json", help=both("输出 JSON，供程序读取。", "Answer in JSON, for programmes."))
]

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="OFFICER",
        help=both(
            "由谁办理；令牌取自数据目录的 tokens.json，否则取 GONGKAI_TOKEN。",
            "Who acts; the token is in the data folder's tokens.json, else in GONGKAI_TOKEN.",
        ),
    ),
]


def example(*lines: str) -> str:
    """An epilog that shows how it is used."""
    return "\n\n".join([both("例：", "Example:"), *(f"`{line}`" for line in lines)])
