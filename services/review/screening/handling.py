"""Words about how a document is to be handled: alone or in brackets, unless they can mean nothing else."""

import re
from collections.abc import Iterator
from itertools import product

from services.review.screening.findings import Hit, Proposal, Severity
from services.review.screening.marks import TERM, stands_alone
from services.review.screening.rules import Rule, either, heads

_WHY = "条例第16条；保守国家秘密法第64条（工作秘密）"
_NEAR = 24


def _kept(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span()
    if stands_alone(text, end, text[max(0, start - _NEAR) : start]):
        yield _person(start, end, 0.6)


def _joined(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map("".join, product(*parts)))


_INTERNAL = (
    *("资料", "文件", "使用", "刊物", "传阅", "参考", "材料"),
    *("掌握", "发行", "讨论", "电报", "明电", "通报", "参阅"),
)
_FORBIDDING = ("不得", "不准", "严禁", "禁止", "请勿", "切勿", "勿")
_SPREADING = (
    *("外传", "上网", "公开", "转发", "复制", "翻印", "扩散"),
    *("外泄", "传播", "泄露", "泄密", "摘抄", "转载"),
)
_WORDS = (
    *_joined(("内部",), _INTERNAL),
    *_joined(_FORBIDDING, _SPREADING),
    *_joined(("阅后", "会后", "用后"), ("收回", "退回", "销毁", "即焚", "清退")),
    *("注意保存", "注意保密", "妥善保管", "妥善保存", "严格保密", "保密文件", "机要文件"),
    *("TOP SECRET", "SECRET", "CONFIDENTIAL", "FOR INTERNAL USE ONLY", "INTERNAL USE ONLY"),
    *("内部", "保密", "机要", "密件", "涉密文件", "涉密资料", "涉密件", "涉密", "工作秘密"),
    *("不予公开", "不公开", "依申请公开", "暂不公开"),
)
_INSIDE = r"\s{0,2}内\s{0,2}部"
_ONLY_INSIDE = (
    rf"仅[供限]{_INSIDE}[^\s)）\]】]{{0,6}}|[供限]{_INSIDE}(?:使用|参考|传阅|掌握|人员)[^\s)）\]】]{{0,4}}"
)
_WORD = rf"(?:{either(_WORDS)}|{_ONLY_INSIDE})"
_KEPT = re.compile(rf"{_WORD}(?:[ \t,，、;；·!！。]{{0,4}}{_WORD}){{0,6}}[!！。]?")

_CLOSED = re.compile(
    r"[此本]\s?文?\s?件\s{0,2}(?:不予公开|不公开|不宜公开|暂不公开|不对外公开|依申请公开|限?发至.{1,8}?级"
    r"|[属为系]?于?(?:涉密|内部|密件|工作秘密))"
    r"|(?:阅|会|用)后\s?(?:收回|退回|销毁|即焚|清退)"
    r"|(?:传阅|知悉|发放|阅读)范围\s*[:：]"
    r"|公开(?:属性|方式|选项|形式|类型|类别|范围)\s*[:：|]\s*(?:不予公开|不公开|依申请公开|暂不公开)"
    r"|本(?:资料|材料)[属为系]?于?(?:涉密|内部|密件|工作秘密|不予公开|不公开|不对外公开)"
)
# Marks of enterprises, and stars where the law knows none.
_STARRED = re.compile(
    rf"(?:(?:核心|普通)商密|商\s?密|内\s?部)\s{{0,4}}(?:[★☆]|\*\s?(?={TERM}))(?:\s{{0,4}}{TERM})?"
)


def _plainly(_text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield _person(*found.span(), 0.7)


def _person(start: int, end: int, confidence: float) -> Hit:
    return Hit("mark.handling", Severity.person, start, end, _WHY, confidence, Proposal.decide)


_BEGIN_CLOSED = (
    *_joined(("此件", "本件"), ("不", "依", "发", "限", "属", "为", "系", "涉", "内", "密", "工", "暂", " ")),
    *("此 件", "本 件", "此文件", "本文件"),
    *_joined(("阅后", "会后", "用后"), ("收", "退", "销", "即", "清", " ")),
    *_joined(("传阅", "知悉", "发放", "阅读"), ("范围",)),
    *_joined(("公开",), ("属性", "方式", "选项", "形式", "类型", "类别", "范围")),
    *_joined(("本资料", "本材料"), ("属", "为", "系", "涉", "内", "密", "工", "不")),
)  # fmt: skip

RULES = (
    Rule(_KEPT, _kept, heads((*_WORDS, "仅供", "仅限", "供内", "限内"))),
    Rule(_CLOSED, _plainly, _BEGIN_CLOSED),
    Rule(_STARRED, _plainly, heads(("核心", "普通", "商密", "内部"))),
)
