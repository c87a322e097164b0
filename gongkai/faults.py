"""What went wrong, as one sentence in the reader's language; never a traceback."""

import os
from typing import Any

from .words import both

DEBUG = "GONGKAI_DEBUG"


class Fault(Exception):
    """Something that the person at the keyboard can understand, and mostly put right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(both(zh, en))


class Refused(Fault):
    """A service answered with a problem (RFC 9457)."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        said = "\n".join([_headline(problem), *_faults(problem), *_members(problem)])
        super().__init__(said, said)


KNOWN = {
    "NotRunning": (
        "没有找到正在运行的平台：请先运行 gongkai up，或用 --data、GONGKAI_DATA 指明数据目录。",
        "No running platform was found: start one with `gongkai up`, or name its data folder with --data or "
        "GONGKAI_DATA.",
    ),
    "DataFolderInUse": (
        "这个数据目录正由另一个公开平台使用。",
        "Another Gongkai is running over this data folder.",
    ),
    "NoAccount": (
        "PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户。",
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor a user `nobody`.",
    ),
    "NoSuchDeadLetter": ("没有可以这样处理的死信。", "There is no dead letter with which this can be done."),
    "PortTaken": (
        "这个端口已被别的程序占用，请换一个 --port。",
        "Another programme listens on this port; choose another --port.",
    ),
    "NoKey": ("签名密钥不在数据目录中。", "The signing key is not in the data folder."),
    "ConnectError": (
        "连接不上服务：平台可能正在启动或已经停止。",
        "The service cannot be reached: the platform is starting, or it has stopped.",
    ),
    "TimeoutException": (
        "服务没有按时答复，请稍后再试。",
        "The service did not answer in time; please try again.",
    ),
    "HTTPError": ("与服务的连接中断，请再试一次。", "The connection to the service broke; please try again."),
    "OperationalError": ("连接不上数据库。", "The database cannot be reached."),
    "ConnectionError": ("连接不上消息服务器。", "The broker cannot be reached."),
    "FileNotFoundError": ("没有这个文件：{file}", "There is no such file: {file}"),
    "IsADirectoryError": ("这是目录，不是文件：{file}", "This is a folder, not a file: {file}"),
    "PermissionError": ("没有权限：{file}", "Permission denied: {file}"),
    "YAMLError": ("这个文件不是有效的 YAML。", "This file is no valid YAML."),
}
"""By the names of classes, so that nothing heavy is imported for the sake of an error."""

WITH_THEIR_WORDS = {
    "ServerDidNotStart": ("数据库或消息服务器没有启动：", "A server did not start:"),
    "ClusterNotMade": ("数据库没有建成：", "The database cluster could not be made:"),
    "NotReady": ("服务没有就绪：", "A service did not become ready:"),
    "BrokerAhead": ("消息服务器超前于数据库：", "The broker is ahead of the database:"),
}
"""What they say helps; it is shown below a sentence."""


def sentence(trouble: BaseException) -> str:
    """What to tell the person at the keyboard."""
    if isinstance(trouble, Fault):
        return str(trouble)
    names = [one.__name__ for one in type(trouble).__mro__]
    for name in names:
        if name in WITH_THEIR_WORDS:
            return f"{both(*WITH_THEIR_WORDS[name])}\n{trouble}"
        if name == "ValidationError":
            return "\n".join([both("内容不符合要求：", "It is not as it must be:"), *_wrong(trouble)])
        if name in KNOWN:
            return both(*KNOWN[name]).format(file=getattr(trouble, "filename", "") or trouble)
    unforeseen = both("意外错误", "Unforeseen error")
    advice = both(f"设 {DEBUG}=1 可看细节", f"{DEBUG}=1 shows the details")
    return f"{unforeseen}: {names[0]}: {' '.join(str(trouble).split())[:300]} ({advice})"


def _wrong(trouble: Any) -> list[str]:
    """Pydantic's faults: where, and what."""
    return [f"  - {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in trouble.errors()]


def wants_details() -> bool:
    return bool(os.environ.get(DEBUG))


def _headline(problem: dict[str, Any]) -> str:
    detail = problem.get("detail", "")
    return f"{problem.get('title', '')}{f' ({detail})' if detail else ''}"


def _faults(problem: dict[str, Any]) -> list[str]:
    faults = problem.get("faults") or []
    return [f"  - {fault.get('at', '')}: {fault.get('message') or fault.get('code', '')}" for fault in faults]


def _members(problem: dict[str, Any]) -> list[str]:
    """What else the service says, such as the receipt that stands."""
    known = {"type", "title", "status", "detail", "code", "faults", "instance"}
    return [f"  {name}: {_plain(value)}" for name, value in problem.items() if name not in known]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
