"""Marks of secrecy on a document; the law's ordinary words about secrets are none."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, Proposal, Severity

_STATE = "条例第14条；保守国家秘密法第22、31、35条；保密法实施条例第21、42条"
_MISUSED = "保守国家秘密法第22条第3款：非国家秘密不得作国家秘密标志"
_INTERNAL = "条例第16条；保守国家秘密法第64条（工作秘密）"


def marks(text: str) -> Iterator[Hit]:
    """The marks in normalised text."""
    for level in _LEVEL.finditer(text):
        yield from _level(text, *level.span())
    for words in _KEPT.finditer(text):
        if _stands_alone(text, *words.span()):
            yield _person("mark.handling", *words.span(), _INTERNAL, 0.6)
    for words in _CLOSED.finditer(text):
        yield _person("mark.handling", *words.span(), _INTERNAL, 0.7)


# --- a level: with a star or a term it is the state's mark, alone on its line it may be one

_LEVEL = re.compile(r"[绝絕絶机機秘祕]\s{0,4}密")
_STAR = "[\u2605\u2606\u2729-\u2730\u2b50\u2b51\u272f\u22c6\u2736-\u2739\u2726\u2727\U0001f31f]"
_ASTERISK = "[*\u2217\u204e\u2731-\u2735\u273a-\u273d]"
_COUNT = r"(?:[0-9]\s?){1,2}|[一二三四五六七八九十两]{1,3}"
_DATE = r"[0-9]{4}\s?[年.\-/]\s?[0-9]{1,2}\s?[月.\-/]\s?[0-9]{1,2}\s?日?"
_TERM = rf"(?:[长長]\s?期|永\s?久|(?:{_COUNT})\s?(?:年|[个個]\s?月|月|天|日)|{_DATE})"
# A condition ends its line; otherwise a footnote's asterisk and some 前 further on would make a mark.
_CONDITION = r"[^\s,，。;；:：、*]{1,12}[前后後](?=\s*$)"
_STARRED = re.compile(
    rf"\s{{0,8}}(?:(?P<star>{_STAR})+(?:\s{{0,8}}{_TERM})?|{_ASTERISK}{{1,2}}\s{{0,8}}(?:{_TERM}|{_CONDITION}))",
    re.M,
)
_NOT_THE_STATES = re.compile(r"(?:商业|工作|技术|业务|个人|通信|经营)\s*$")
_LABEL = re.compile(r"(?:密\s?级|密别|保密等级|涉密等级|秘密等级)\s*[:：]?\s*$")
_COPY_NUMBER = r"(?:(?:№|No\.?|份号[:：]?|编号[:：]?)?\s*[0-9]{6}\s+)"
_LINE_BEGINS = re.compile(rf"(?:\A|\n)[\s#>*【\[\(（〔《\"“]*{_COPY_NUMBER}?\Z")
_LINE_ENDS = re.compile(
    rf"[ \t]{{0,4}}(?:[级級件]|文件|资料)?[ \t]*[(（·•\-—]?[ \t]*(?:{_TERM})?"
    r"[ \t*】\])）〕》\"”]*(?=\r?\n|\Z)"
)
_NEAR = 24  # Looking further back would make one endless line cost its square.


def _level(text: str, start: int, end: int) -> Iterator[Hit]:
    before = text[max(0, start - _NEAR) : start]
    starred = _STARRED.match(text, end)
    if starred and _NOT_THE_STATES.search(before):
        yield _person("mark.misused", start, starred.end(), _MISUSED, 0.8)
    elif starred:
        yield _stop("mark.secret", start, starred.end(), 0.99 if starred["star"] else 0.9)
    elif _LABEL.search(before):
        yield _person("mark.level", start, end, _STATE, 0.8)
    elif _LINE_BEGINS.search(before) and (rest := _LINE_ENDS.match(text, end)):
        yield _person("mark.level", start, rest.end(), _STATE, 0.7)


# --- words about handling: between brackets or on a line of their own, unless they can mean nothing else

_WORDS = (
    r"(?:内部(?:资料|文件|使用|刊物|传阅|参考|材料)|注意保[存密]|妥善保管|密件|涉密(?:文件|资料|件)?|工作秘密"
    r"|(?:不得|不准|严禁|禁止|请勿|切勿)(?:外传|上网|公开|转发|复制|翻印|扩散|外泄)"
    r"|阅后(?:收回|退回|销毁|即焚)|仅供内部[^\s)）\]】]{0,6})"
)
_KEPT = re.compile(rf"{_WORDS}(?:[ \t,，、;；·!！。]{{0,4}}{_WORDS}){{0,6}}[!！。]?")
_CLOSED = re.compile(
    r"此件(?:不予公开|不公开|依申请公开|限?发至.{1,8}?级)|阅后(?:收回|退回|销毁|即焚)"
    r"|(?:传阅|知悉|发放)范围\s*[:：]"
    r"|公开(?:属性|方式|选项|形式)\s*[:：]\s*(?:不予公开|不公开|依申请公开)"
    r"|(?:本文件|本资料|本件)属?(?:涉密|内部|密件|工作秘密)"
)
_BRACKET_OPENS = re.compile(r"[【\[(（〔]\s*\Z")
_BRACKET_CLOSES = re.compile(r"\s*[】\])）〕]")


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEAR) : start]
    if _BRACKET_OPENS.search(before) and _BRACKET_CLOSES.match(text, end):
        return True
    return bool(_LINE_BEGINS.search(before) and _LINE_ENDS.match(text, end))


def _stop(rule: str, start: int, end: int, confidence: float) -> Hit:
    return Hit(rule, Severity.stop, start, end, _STATE, confidence, Proposal.quarantine)


def _person(rule: str, start: int, end: int, why: str, confidence: float) -> Hit:
    return Hit(rule, Severity.person, start, end, why, confidence, Proposal.decide)
