"""The data folder of a running platform, and how commands find the services."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class NotRunning(Exception):
    """No running platform was found: start one with `gongkai up`, or name it with GONGKAI_DATA.
    没有找到正在运行的平台：请先运行 gongkai up，或用 GONGKAI_DATA 指明数据目录。"""


@dataclass(frozen=True)
class Running:
    """Where everything is: written by `gongkai up`, read by every other command."""

    database_url: str
    broker_url: str
    edge_url: str
    services: Mapping[str, str]
    """The HTTP address of each service's API."""
    workers: Mapping[str, str] = field(default_factory=dict)
    """The HTTP address of each worker's health."""


def data_folder() -> Path:
    """GONGKAI_DATA, or .gongkai/data below the folder one stands in."""
    return Path(os.environ.get("GONGKAI_DATA", ".gongkai/data")).resolve()


def write(data: Path, running: Running) -> None:
    """Say where everything is; it holds passwords, so only the owner may read it."""
    _secret(data / "running.json", asdict(running))


def read(data: Path) -> Running:
    """Where everything is; raises NotRunning."""
    try:
        return Running(**json.loads((data / "running.json").read_text()))
    except FileNotFoundError:
        raise NotRunning from None


def forget(data: Path) -> None:
    """It runs no more."""
    (data / "running.json").unlink(missing_ok=True)


def tokens(data: Path) -> dict[str, str]:
    """The officers' tokens that this platform was begun with: for the demonstration, the first operator."""
    try:
        return dict(json.loads((data / "tokens.json").read_text()))
    except FileNotFoundError:
        return {}


def keep_tokens(data: Path, issued: Mapping[str, str]) -> None:
    _secret(data / "tokens.json", tokens(data) | dict(issued))


def _secret(path: Path, value: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
    draft.replace(path)
