"""Reads a policy from its YAML file; every fault is named with its line."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .policy import WHO, Policy
from .policy_contradictions import contradictions
from .yaml_file import Fault, apart, complaint, written

SHIPPED = Path(__file__).parent / "policies"
"""The policies that come with the platform, by name."""

WRONG_WHO = (
    "不知道这是谁：{input}；应为 author，或 officer、head、secrecy、leader、principal，可冠以 own、office",
    "nobody is called {input}: say author, or officer, head, secrecy, leader or principal, perhaps with own "
    "or office before it",
)


class BadPolicy(Exception):
    """The review policy cannot be used."""

    zh = "审查制度文件不能使用"

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        super().__init__("\n".join([f"{self.__doc__} ({path.name})", *map(str, faults)]))
        self.path = path
        self.faults = faults


@cache
def load(name_or_path: str) -> Policy:
    """A shipped policy by its name, or any by its path; raises BadPolicy."""
    return read(path_of(name_or_path))


def path_of(name_or_path: str) -> Path:
    """Where it lies."""
    shipped = SHIPPED / f"{name_or_path}.yaml"
    return shipped if shipped.exists() else Path(name_or_path)


def read(path: Path) -> Policy:
    """The policy in the file; raises BadPolicy with every fault."""
    try:
        content = path.read_bytes()
    except OSError as unreadable:
        why = unreadable.strerror
        raise BadPolicy(path, [Fault(1, "", f"文件不能读取：{why}", f"cannot be read: {why}")]) from None
    policy, faults = _read(content)
    if policy is None or faults:
        raise BadPolicy(path, sorted(faults, key=lambda fault: fault.line))
    return policy


def _read(content: bytes) -> tuple[Policy | None, list[Fault]]:
    file = written(content, "a policy")
    if isinstance(file, Fault):
        return None, [file]
    try:
        policy = Policy.model_validate(file.said)
    except ValidationError as wrong:
        found = [file.fault(error["loc"], *_said(error)) for error in apart(wrong.errors())]
        return None, [*file.faults, *found]
    return policy, [*file.faults, *(file.fault(*one) for one in contradictions(policy))]


def _said(error: Any) -> tuple[str, str]:
    """What Pydantic objects to, in Chinese and in English."""
    if error.get("ctx", {}).get("pattern") == WHO:
        return WRONG_WHO[0].format(input=error["input"]), WRONG_WHO[1].format(input=error["input"])
    return complaint(error)
