"""What a healthy platform has: each thing looked at, and the cure where it is missing."""

import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, cast

from redis import Redis

from . import edge_check, home
from .keyring import LEDGERS, SIGNING, secret_of
from .record import SERVICES, Connection, ask, reading
from .words import both

State = Literal["ok", "warn", "fail"]

MIN_PYTHON = (3, 11)
MIN_POSTGRES = 15
MIN_REDIS = (7, 0)
MAX_SKEW = timedelta(seconds=2)
MIN_FREE = 1 << 30
CALENDAR_AHEAD = timedelta(days=60)
WHEELS = (
    "faststream",
    "redis",
    "hiredis",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "uvloop",
    "joserfc",
    "pypdfium2",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    said: str
    cure: str = ""


Look = Callable[[Path, home.Running], Iterator[Finding]]


def look(data: Path) -> Iterator[Finding]:
    """Everything there is to look at; what cannot be looked at fails by itself."""
    yield from _installed()
    yield from _keys(data)
    yield from _disk(data)
    yield from _calendar()
    try:
        running = home.read(data)
    except home.NotRunning:
        yield Finding(
            both("平台", "Platform"),
            "fail",
            both("没有运行", "not running"),
            both("运行 gongkai up", "run `gongkai up`"),
        )
        return
    for name, one in NEED_IT_RUNNING.items():
        try:
            yield from one(data, running)
        except Exception as trouble:
            said = f"{type(trouble).__name__}: {' '.join(str(trouble).split())[:200]}"
            yield Finding(name, "fail", said, both("看它的日志", "see its log"))


def _installed() -> Iterator[Finding]:
    new_enough = sys.version_info >= MIN_PYTHON
    yield Finding(
        "Python",
        "ok" if new_enough else "fail",
        platform.python_version(),
        "" if new_enough else both("需要 3.11 或更高版本", "3.11 or newer is needed"),
    )
    missing = [name for name in WHEELS if not _version(name)]
    yield Finding(
        both("依赖", "Packages"),
        "fail" if missing else "ok",
        both("缺少 ", "missing: ") + ", ".join(missing)
        if missing
        else f"faststream {_version('faststream')}",
        both("重新安装：uv sync --locked", "install again: uv sync --locked") if missing else "",
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _keys(data: Path) -> Iterator[Finding]:
    folder = data / "keys" / "private"
    missing = [name for name in (*SIGNING, *LEDGERS) if not secret_of(data / "keys", name).exists()]
    secrets = [*(data / "keys").glob("*/*.pem"), *(data / "keys").glob("*/keywords.jwk")]
    open_ones = [path.name for path in secrets if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if missing or open_ones:
        said = both(
            f"缺少 {missing}；他人可读 {open_ones}", f"missing {missing}; readable by others {open_ones}"
        )
        cure = both(
            f"gongkai up 会补齐缺少的；chmod 600 {data}/keys/*/*.pem",
            f"`gongkai up` makes them; chmod 600 {data}/keys/*/*.pem",
        )
        yield Finding(both("签名密钥", "Signing keys"), "fail", said, cure)
    else:
        yield Finding(
            both("签名密钥", "Signing keys"),
            "ok",
            both("齐全，仅属主可读", "there, readable by their owner only"),
        )
    if (folder / "quarantine.pem").exists():
        said = both("封存密钥的私钥还在本机", "the private half of the sealing key is on this machine")
        cure = both(
            f"移到离线介质保管：{folder / 'quarantine.pem'}", f"move it off-line: {folder / 'quarantine.pem'}"
        )
        yield Finding(both("封存密钥", "Sealing key"), "warn", said, cure)


def _disk(data: Path) -> Iterator[Finding]:
    there = next(folder for folder in (data, *data.resolve().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    enough = free > MIN_FREE
    yield Finding(
        both("磁盘", "Disk"),
        "ok" if enough else "warn",
        both(f"剩余 {free / 2**30:.1f} GiB", f"{free / 2**30:.1f} GiB free"),
        "" if enough else both("清理或扩容", "make room"),
    )


def _calendar() -> Iterator[Finding]:
    from shared.clock import today
    from shared.workdays import official

    needed = {today().year, (today() + CALENDAR_AHEAD).year}
    missing = needed - official().years
    yield Finding(
        both("工作日历", "Calendar"),
        "warn" if missing else "ok",
        both(f"缺少 {sorted(missing)} 年", f"no notice for {sorted(missing)}")
        if missing
        else both(f"到 {max(official().years)} 年", f"up to {max(official().years)}"),
        both(
            "国务院办公厅发布放假安排后更新本软件；在此之前期限标为暂定",
            "update when the State Council's notice is out; until then dates are provisional",
        )
        if missing
        else "",
    )


def _postgres(data: Path, _running: home.Running) -> Iterator[Finding]:
    with reading(data) as record:
        number = record.info.server_version // 10000
        new_enough = number >= MIN_POSTGRES
        yield Finding("PostgreSQL", "ok" if new_enough else "fail", str(number), "" if new_enough else "≥ 15")
        yield from _locale(record)
        yield from _schemas(record)
        [row] = ask(record, "SELECT clock_timestamp() AS at")
        yield _clock("PostgreSQL", row["at"])


def _locale(record: Connection) -> Iterator[Finding]:
    """Not by its name: what counts is whether it knows that 公 is a letter."""
    [row] = ask(
        record,
        "SELECT '公' ~ '^[[:alpha:]]$' AS knows, datctype AS name FROM pg_database "
        "WHERE datname = current_database()",
    )
    yield Finding(
        both("数据库区域设置", "Database locale"),
        "ok" if row["knows"] else "fail",
        row["name"],
        ""
        if row["knows"]
        else both(
            "以 UTF-8 区域设置（如 C.UTF-8）重建数据库",
            "make the database again with a UTF-8 locale such as C.UTF-8",
        ),
    )


def _schemas(record: Connection) -> Iterator[Finding]:
    from alembic.script import ScriptDirectory

    from shared import migrate

    folders = {"shared": migrate.HERE / "migrations" / "versions"} | {
        service: migrate.HERE.parent / "services" / service / "migrations" for service in SERVICES
    }
    behind = []
    for schema, folder in folders.items():
        wanted = ScriptDirectory.from_config(
            migrate.config(cast(Any, None), schema, folder)
        ).get_current_head()
        found = [row["version_num"] for row in ask(record, f"SELECT version_num FROM {schema}.migration")]  # noqa: S608 our own names.
        if found != [wanted]:
            behind.append(f"{schema}: {', '.join(found)} ≠ {wanted}")
    yield Finding(
        both("表结构", "Schemas"),
        "fail" if behind else "ok",
        "; ".join(behind) or both("都是最新", "up to date"),
        both("重新运行 gongkai up", "run `gongkai up` again") if behind else "",
    )


def _broker(_data: Path, running: home.Running) -> Iterator[Finding]:
    yield from _server(both("消息服务器", "Broker"), running.broker_url)


def _edge(_data: Path, running: home.Running) -> Iterator[Finding]:
    name = both("对外消息服务器", "Edge broker")
    yield from _server(name, running.edge_url)
    leaks = edge_check.leaks(running.edge_url)
    yield Finding(
        both("部门之间的隔离", "Departments apart"),
        "fail" if leaks else "ok",
        both(f"可以越权：{leaks}", f"another's mailbox can be reached: {leaks}")
        if leaks
        else both("别的部门的信箱读不到", "nobody can read another's mailbox"),
        both("更换或升级对外消息服务器", "use another or a newer server as the edge") if leaks else "",
    )


def _server(name: str, url: str) -> Iterator[Finding]:
    with Redis.from_url(url, decode_responses=True, socket_timeout=5, socket_connect_timeout=3) as client:
        info = cast(dict[str, Any], client.info())
        said = str(info.get("valkey_version") or info["redis_version"])
        new_enough = tuple(map(int, said.split(".")[:2])) >= MIN_REDIS
        yield Finding(name, "ok" if new_enough else "fail", said, "" if new_enough else "≥ 7.0")
        config = cast(dict[str, str], client.config_get("appendonly", "maxmemory-policy"))
        wanted = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
        wrong = {key: value for key, value in wanted.items() if config.get(key) != value}
        yield Finding(
            name,
            "fail" if wrong else "ok",
            ", ".join(f"{key} {config.get(key)}" for key in wanted),
            ", ".join(f"CONFIG SET {key} {value}" for key, value in wrong.items()),
        )
        seconds, micros = cast(tuple[int, int], client.time())
        yield _clock(name, datetime.fromtimestamp(seconds + micros / 1e6, UTC))


def _clock(name: str, theirs: datetime) -> Finding:
    skew = abs(datetime.now(UTC) - theirs)
    return Finding(
        both(f"时钟（{name}）", f"Clock ({name})"),
        "ok" if skew < MAX_SKEW else "fail",
        both(f"相差 {skew.total_seconds():.2f} 秒", f"{skew.total_seconds():.2f} s apart"),
        "" if skew < MAX_SKEW else both("用 NTP 校时", "set the clocks by NTP"),
    )


def _services(_data: Path, running: home.Running) -> Iterator[Finding]:
    import httpx

    for name, url in {**running.services, **running.workers}.items():
        try:
            answer = httpx.get(f"{url}/ready", timeout=5)
            said, fine = (
                ("", True) if answer.status_code == 200 else (str(answer.json().get("faults")), False)
            )
        except httpx.HTTPError as trouble:
            said, fine = type(trouble).__name__, False
        yield Finding(
            name,
            "ok" if fine else "fail",
            said or both("就绪", "ready"),
            "" if fine else both("看它的日志", "see its log"),
        )


NEED_IT_RUNNING: dict[str, Look] = {
    "PostgreSQL": _postgres,
    "broker": _broker,
    "edge": _edge,
    "services": _services,
}
