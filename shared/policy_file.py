"""Reads a policy from its YAML file; every fault is named with its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .policy import WHO, Policy
from .policy_contradictions import Place, contradictions

SHIPPED = Path(__file__).parent / "policies"
"""The policies that come with the platform, by name."""

WRONG: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少这一项", "is missing"),
    "extra_forbidden": ("没有这样的项目", "there is no such entry"),
    "enum": ("只能是 {expected}", "must be {expected}"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "string_type": ("应为文字；数字请加引号", "must be text; put a number in quotes"),
    "string_pattern_mismatch": ("写法不对：{input}", "is not written as it must be: {input}"),
    "string_too_long": ("最多 {max_length} 字", "has more than {max_length} characters"),
    "string_too_short": ("不能为空", "must not be empty"),
    "int_type": ("应为整数", "must be a whole number"),
    "int_parsing": ("应为整数", "must be a whole number"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "greater_than_equal": ("至少为 {ge}", "must be at least {ge}"),
    "less_than_equal": ("至多为 {le}", "must be at most {le}"),
    "tuple_type": ("应为列表，例如 [own head, leader]", "must be a list, such as [own head, leader]"),
    "too_short": ("至少须有 {min_length} 项", "must have at least {min_length}"),
    "too_long": ("至多 {max_length} 项", "must have at most {max_length}"),
    "mapping_type": ("应为“名称: 内容”", "must say names and what they mean"),
    "dict_type": ("应为“名称: 内容”", "must say names and what they mean"),
    "model_type": ("应为“名称: 内容”", "must say names and what they mean"),
}
"""Pydantic's kinds of errors as an office says them."""

WRONG_WHO = (
    "不知道这是谁：{input}；应为 author，或 officer、head、secrecy、leader、principal，可冠以 own、office",
    "nobody is called {input}: say author, or officer, head, secrecy, leader or principal, perhaps with own "
    "or office before it",
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, the line where it stands, and what is wrong in Chinese and in English."""

    line: int
    where: str
    zh: str
    what: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.where}: {self.what}" if self.where else f"line {self.line}: {self.what}"
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
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            return None, [Fault(1, "", "文件应为“名称: 内容”", "a policy says names and what they mean")]
        twice = [Fault(line, name, "重复出现", "is said twice") for line, name in _twice(root)]
        said = yaml.SafeLoader("").construct_document(root)
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        return None, [_broken(content, broken)]
    policy, faults = _validated(root, said)
    return policy, [*twice, *faults]


def _broken(content: bytes, trouble: Exception) -> Fault:
    """It is no YAML, or none that has a meaning."""
    if isinstance(trouble, UnicodeDecodeError):
        line = content.count(b"\n", 0, trouble.start) + 1
        return Fault(line, "", "文件应为 UTF-8 编码", "the file must be UTF-8")
    if isinstance(trouble, yaml.reader.ReaderError):
        line = content.decode("utf-8-sig").count("\n", 0, trouble.position) + 1
        return Fault(line, "", "含有不允许的字符", "there is a character that may not be there")
    if isinstance(trouble, RecursionError):
        return Fault(1, "", "嵌套过深", "is nested too deeply")
    if not isinstance(trouble, yaml.MarkedYAMLError):
        return Fault(1, "", f"YAML 写法有误：{trouble}", f"is no YAML: {trouble}")
    line = trouble.problem_mark.line + 1 if trouble.problem_mark else 1
    problem = ", ".join(filter(None, [trouble.context, trouble.problem]))
    return Fault(line, "", f"YAML 写法有误：{problem}", f"is no YAML: {problem}")


def _validated(root: yaml.MappingNode, said: Any) -> tuple[Policy | None, list[Fault]]:
    try:
        policy = Policy.model_validate(said)
    except ValidationError as wrong:
        return None, [_fault(root, error["loc"], *_said(error)) for error in _apart(wrong.errors())]
    return policy, [_fault(root, *contradiction) for contradiction in contradictions(policy)]


def _apart(errors: Sequence[Any]) -> Iterator[Any]:
    """Without a list's complaint that it is too short for want of the entries that are wrong themselves."""
    places = [error["loc"] for error in errors]
    for error in errors:
        inside = [place for place in places if place[:-1] == error["loc"]]
        if error["type"] != "too_short" or not inside:
            yield error


def _said(error: Any) -> tuple[str, str]:
    """What Pydantic objects to, in Chinese and in English."""
    about = {**error.get("ctx", {}), "input": error["input"]}
    if about.get("pattern") == WHO:
        said = WRONG_WHO
    elif error["type"] in WRONG:
        said = WRONG[error["type"]]
    else:
        return f"不符合要求：{error['msg']}", error["msg"]
    return said[0].format_map(about), said[1].format_map(about)


def _fault(root: yaml.Node, place: Place, zh: str, what: str) -> Fault:
    names = [str(name) for name in place if not str(name).startswith("[")]
    return Fault(_line(root, place), ".".join(names), zh, what)


def _line(node: yaml.Node, place: Place) -> int:
    """The line of what stands at the place, or of the nearest thing around it."""
    line = node.start_mark.line + 1
    for name in place:
        child = _child(node, name)
        if child is None:
            break
        key, node = child
        line = key.start_mark.line + 1
    return line


def _child(node: yaml.Node, name: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(name)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return node.value[name], node.value[name]
    return None


def _twice(root: yaml.Node) -> Iterator[tuple[int, str]]:
    """YAML takes the last of two equal names without a word; what an alias names again is looked at once."""
    waiting, met = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in met:
            continue
        met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield from _names_said_twice(node)
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _names_said_twice(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value in seen:
            yield key.start_mark.line + 1, key.value
        seen.add(str(key.value))
