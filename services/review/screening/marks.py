"""Levels of secrecy marked on a document; the law's ordinary words about secrets are no marks."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, Proposal, Severity
from services.review.screening.rules import Rule, heads

_STATE = "条例第14条；保守国家秘密法第22、31、35条；保密法实施条例第21、42条"
_DECLASSIFIED = "保守国家秘密法第20、24条；保密法实施条例第42条：解密须有依据，先审查、后公开"
_MISUSED = "保守国家秘密法第22条第3款：非国家秘密不得作国家秘密标志"

_NEAR = 24  # Looking further back would make one endless line cost its square.


def _level(text: str, found: re.Match[str]) -> Iterator[Hit]:
    """With a star or a term it is the state's mark; labelled, in brackets or alone it may be one."""
    opens = _OPENS.search(text, max(0, found.start() - _GAP - 1), found.start())
    if not opens:
        return
    start, end = opens.start(), found.end()
    before = text[max(0, start - _NEAR) : start]
    starred = _STARRED.match(text, end)
    if starred and (not _BREAK.search(starred["gap"]) or _OPENS_LINE.search(before)):
        yield _starred(text, start, starred, before)
    elif _LABEL.search(before) or _LABEL_BOXES.search(before):
        yield _person("mark.level", start, end, _STATE, 0.8)
    elif stands_alone(text, end, before):
        yield _person("mark.level", start, end, _STATE, 0.7)


_GAP = 12
_OPENS = re.compile(rf"[绝机秘][\s·.\-_]{{0,{_GAP}}}\Z")
_STAR = (
    "[\u2605\u2606\u2729-\u2730\u2b50\u2b51\u272f\u22c6\u066d\u269d\u26e4-\u26e7\u2726\u2727\u2736-\u2739"
    "\U0001f31f\U0001f7ca]"
)
# Signs that stand where a star should: a mark only with a term or a condition.
_ASTERISK = "[*\u2217\u204e\u2731-\u2735\u273a-\u273d▲△◆◇●○◎※]"
_COUNT = r"(?:[0-9]\s?){1,2}|[一二三四五六七八九十两]{1,3}"
_DATE = r"[0-9]{4}\s?[年.\-/]\s?[0-9]{1,2}\s?[月.\-/]\s?[0-9]{1,2}\s?日?"
TERM = rf"(?:长\s?期|永\s?久|(?:{_COUNT})\s?(?:年|个\s?月|月|天|日)|{_DATE})"
# A condition ends its line; otherwise a footnote's asterisk and some 前 further on would make a mark.
_CONDITION = r"[^\s,，。;；:：、*]{1,12}[前后](?=\s*$)"
_STARRED = re.compile(
    rf"(?:\s?[级件])?[】\])）〕》\"”]?(?P<gap>\s{{0,12}})[\[(（【〔]?"
    rf"(?:(?P<star>{_STAR})(?:\s?{_STAR}){{0,8}}[】\])）〕]?(?:\s{{0,8}}(?:{TERM}|{_CONDITION}))?"
    rf"|{_ASTERISK}{{1,2}}\s{{0,8}}(?:{TERM}|{_CONDITION}))",
    re.M,
)
# A sign on the next line belongs to a level that opens its own; else it may be the bullet of what follows.
_BREAK = re.compile(r"[\r\n]")
_COPY_NUMBER = r"(?:(?:№|No\.?|份号[:：]?|编号[:：]?)?\s*[0-9]{6}\s+)"
_OPENS_LINE = re.compile(rf"(?:\A|[\n|\t:：])[ \t【\[(（〔]*{_COPY_NUMBER}?\Z")
_LABEL = re.compile(
    r"(?<!最高)(?:密\s?级|密\s?别|保密等级|涉密等级|秘密等级)\s*(?:确定为|定为|为)?\s*[:：|]?\s*[\[(（【]?\s*\Z"
    r"|(?:本|此|该)(?:文件|件|资料|报告|材料|图|册)(?:属|为|系)于?\s?\Z"
)
_LABEL_BOXES = re.compile(r"密\s?[级别][^\n。]{0,18}[☑☒√✓✔■●]\s?\Z")


def _starred(text: str, start: int, starred: re.Match[str], before: str) -> Hit:
    if _NOT_THE_STATES.search(before):
        return _person("mark.misused", start, starred.end(), _MISUSED, 0.8)
    if _DECLASSIFIED_AFTER.match(text, starred.end()) or _DECLASSIFIED_BEFORE.search(before):
        return _person("mark.declassified", start, starred.end(), _DECLASSIFIED, 0.8)
    confidence = 0.99 if starred["star"] else 0.9
    return Hit("mark.secret", Severity.stop, start, starred.end(), _STATE, confidence, Proposal.quarantine)


# On the same line only: 工作 at the end of the line above says nothing about the mark below it.
_NOT_THE_STATES = re.compile(r"(?:商业|工作|技术|业务|个人|通信|经营)[ \t]*\Z")
_YET_TO_BE = r"(?!\s?(?:时间|日期|条件|期限|前|后|时))"
_DECLASSIFIED_AFTER = re.compile(
    rf"[ \t]*(?:\n[ \t]*)?[\[(（【〔]?\s?(?:已于?[0-9年月日.\-]{{0,11}}|现已|业已)?\s?解\s?密{_YET_TO_BE}"
)
_DECLASSIFIED_BEFORE = re.compile(
    rf"(?:\A|\n|[\[(（【〔]|已)[ \t]*解\s?密{_YET_TO_BE}[】\])）〕]?\s*[\[(（【〔]?\Z"
)


# --- a line of its own, or brackets

_LINE_BEGINS = re.compile(rf"(?:\A|\n)[\s#<>*★☆■●▲|【\[\(（〔《〈「『〖\"“]*{_COPY_NUMBER}?[【\[(（〔]?\Z")
_URGENCY = r"特\s?急|加\s?急|平\s?急|特\s?提|急\s?件"
_NUMBER = r"[^\s，。,;；]{1,12}[〔\[(（][0-9]{4}[〕\])）][0-9]{1,5}号"
_LINE_ENDS = re.compile(
    rf"[ \t]{{0,4}}(?:[级件]|文件|资料)?[ \t]*[(（·•\-—?\ufffd□]?[ \t]*(?:{TERM})?"
    rf"[ \t*】\])）〕》〉」』〗>\"”|]*(?:{_URGENCY}|{_NUMBER})?[ \t|]*(?=\r?\n|\Z)"
)
_BRACKET_OPENS = re.compile(r"[【\[(（〔〈「『〖<]\s*\Z")
_BRACKET_CLOSES = re.compile(r"\s*(?:[级件]|文件|资料)?\s*[】\])）〕〉」』〗>]")


def stands_alone(text: str, end: int, before: str) -> bool:
    if _BRACKET_OPENS.search(before) and _BRACKET_CLOSES.match(text, end):
        return True
    return bool(_LINE_BEGINS.search(before) and _LINE_ENDS.match(text, end))


# --- what speaks of a level without naming one

_BOX = r"国\s{0,8}家\s{0,8}秘\s{0,8}密"
_CLAIM = re.compile(rf"(?:(?P<box>{_BOX})|保\s?密\s?[期时]\s?限\s{{0,2}}[:：|\t ]\s{{0,2}}{TERM})")
_DOCUMENT_IS = re.compile(r"(?:本|此|该)(?:文件|件|资料|报告|材料|图|册)(?:内容)?(?:属|为|系|涉及)于?\s?\Z")


def _claim(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span()
    before = text[max(0, start - _NEAR) : start]
    claims = _DOCUMENT_IS.search(before) or stands_alone(text, end, before)
    if not found["box"] or (claims and not _STARRED.match(text, end)):
        yield _person("mark.level", start, end, _STATE, 0.7)


def _person(rule: str, start: int, end: int, why: str, confidence: float) -> Hit:
    return Hit(rule, Severity.person, start, end, why, confidence, Proposal.decide)


RULES = (
    Rule(re.compile("密"), _level, ("密",), Severity.stop),
    Rule(_CLAIM, _claim, heads(("国家秘密", "保密期限", "保密时限"))),
)
