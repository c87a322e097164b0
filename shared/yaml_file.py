"""YAML files that people write: what is wrong in one is named with its line, in Chinese and in English."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Place = tuple[str | int, ...]
"""The names and numbers that lead to an entry."""

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


@dataclass(frozen=True)
class Written:
    """What the file says, and its lines."""

    said: Any
    root: yaml.Node
    faults: tuple[Fault, ...]
    """Names that are said twice."""

    def fault(self, place: Place, zh: str, what: str) -> Fault:
        """What is wrong with the entry at this place."""
        names = [str(name) for name in place if not str(name).startswith("[")]
        return Fault(_line(self.root, place), ".".join(names), zh, what)


def written(content: bytes, what: str) -> Written | Fault:
    """The file as names and what they mean, or why it is none; `what` it should be, in English."""
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            return Fault(1, "", "文件应为“名称: 内容”", f"{what} says names and what they mean")
        twice = tuple(Fault(line, name, "重复出现", "is said twice") for line, name in _twice(root))
        return Written(yaml.SafeLoader("").construct_document(root), root, twice)
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        return _broken(content, broken)


def apart(errors: Sequence[Any]) -> Iterator[Any]:
    """Without a list's complaint that it is too short for want of the entries that are wrong themselves."""
    places = [error["loc"] for error in errors]
    for error in errors:
        inside = [place for place in places if place[:-1] == error["loc"]]
        if error["type"] != "too_short" or not inside:
            yield error


def complaint(error: Any) -> tuple[str, str]:
    """What Pydantic objects to, in Chinese and in English."""
    about = {**error.get("ctx", {}), "input": error["input"]}
    said = WRONG.get(error["type"])
    if said is None:
        return f"不符合要求：{error['msg']}", error["msg"]
    return said[0].format_map(about), said[1].format_map(about)


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
