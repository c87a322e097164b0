"""Citing a document that is not public: its title or number alone gives away that there is one."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, Proposal, Severity
from services.review.screening.rules import Rule

_CLASSIFIED = "条例第14条；保守国家秘密法第35条：不得引用涉密文件的标题、文号"
_CLOSED = "条例第16条；不得引用不公开文件的标题、文号"

_OPEN, _SHUT = r"[〔\[【(（]", r"[〕\]】)）]"
_YEAR = rf"\s?{_OPEN}\s?(?:19|20)[0-9]{{2}}\s?{_SHUT}\s?第?\s?"

# --- a number in a secret series

_NUMBER = re.compile(rf"密[发字电函办传件复通]?{_YEAR}[0-9]{{1,5}}\s?号")
# Miyun, Gaomi and Xinmi are places; the cipher administration publishes its regulations.
_NO_SERIES = re.compile(r"(?:国|国家|商用|高|新)\Z")
_LEVELS = re.compile(r"[绝机秘]\Z")


def _series(text: str, found: re.Match[str]) -> Iterator[Hit]:
    before = text[max(0, found.start() - 3) : found.start()]
    if not _NO_SERIES.search(before):
        start = found.start() - bool(_LEVELS.search(before))
        yield _cited("citation.secret", start, found.end(), 0.7)


# --- a remark in brackets behind a number or a title

_LEVEL = r"(?:绝密|机密|秘密)[级件]?(?:文件|[★☆*].{0,12})?|密|密件|密级文件|涉密(?:文件|件)?|国家秘密"
_NOT_PUBLIC = (
    r"(?:此件|该件|本件|此文|该文)?(?:不予公开|不公开|未公开|尚未公开|非公开|不宜公开|不对外公开|未对外公开)(?:文件|件|发布)?"
    r"|内部(?:文件|资料|通知|传阅|掌握|使用|参考|材料|件)?|(?:此件|该件)?发至.{1,8}级"
)
_REMARK = re.compile(rf"(?:此件|该件|本件|系|属|为)?(?:(?P<level>{_LEVEL})|{_NOT_PUBLIC})")
_BRACKETED = re.compile(rf"\s?{_OPEN}(?P<inside>[^()（）\[\]【】\n]{{1,60}}){_SHUT}")
_BEHIND_TITLE = re.compile(rf"》\s{{0,2}}{_OPEN}(?P<inside>[^()（）\[\]【】\n]{{1,60}}){_SHUT}")
_BEHIND_NUMBER = re.compile(
    rf"号(?:\s?[)）]?\s?{_OPEN}(?P<inside>[^()（）\[\]【】\n]{{1,16}}){_SHUT}|\s?[,，、;；]\s?(?P<also>[^()（）,，。;；\n]{{1,12}})[)）])"
)
_NUMBER_ENDS = re.compile(rf"(?:19|20)[0-9]{{2}}\s?{_SHUT}\s?第?\s?[0-9]{{1,5}}\s?\Z")
_PARTS = re.compile(r"[,，、;；\s]+")


def _behind_title(_text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield from _remarked(found, found["inside"])


def _behind_number(text: str, found: re.Match[str]) -> Iterator[Hit]:
    if _NUMBER_ENDS.search(text, max(0, found.start() - 18), found.start()):
        yield from _remarked(found, found["inside"] or found["also"])


def _remarked(found: re.Match[str], inside: str) -> Iterator[Hit]:
    for part in _PARTS.split(inside):
        if remark := _REMARK.fullmatch(part):
            yield _cited("citation.secret" if remark["level"] else "citation.closed", *found.span(), 0.7)
            return


# --- a word in front of a title or number

_WRITING = r"(?:文件|通知|资料|材料|电报|明电|纪要|刊物|批示|规定|意见|方案|要点|文)"
_UNDISCLOSED = r"(?:不予公开|不公开|未公开|尚未公开|非公开|不对外公开)"
_KIND = (
    rf"(?:(?P<level>绝密|机密|秘密|涉密|机要|密级)级?的?{_WRITING}|{_UNDISCLOSED}的?(?:发布的|印发的)?{_WRITING}"
    rf"|内部{_WRITING})"
)
_BEFORE_TITLE = re.compile(rf"(?:{_KIND}|(?P<bare>绝密|机密|涉密)级?的?|{_UNDISCLOSED}的?)\s?\Z")
_BEFORE_NUMBER = re.compile(rf"{_KIND}\s?[(（]?[^\s,，。;；:：《》()（）]{{0,10}}\Z")
_LEAD = 28
_LEADING = ("密", "公开", "内部", "机要")
# What a lead can end with; most titles have 的 or nothing of the kind before them, and searching takes long.
_LAST = frozenset("件知料报电要刊物示定见案点文级密的开纪 \n")


def _titled(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start = found.start()
    if text[start - 1 : start] not in _LAST:
        return
    if lead := _BEFORE_TITLE.search(text, max(0, start - _LEAD), start):
        level = lead["level"] or lead["bare"]
        yield _cited("citation.secret" if level else "citation.closed", lead.start(), found.end(), 0.6)


def _numbered(text: str, found: re.Match[str]) -> Iterator[Hit]:
    window = text[max(0, found.start() - _LEAD) : found.start()]
    if not any(word in window for word in _LEADING):
        return
    if lead := _BEFORE_NUMBER.search(text, max(0, found.start() - _LEAD), found.start()):
        yield _cited(
            "citation.secret" if lead["level"] else "citation.closed", lead.start(), found.end(), 0.6
        )


def _cited(rule: str, start: int, end: int, confidence: float) -> Hit:
    why = _CLASSIFIED if rule == "citation.secret" else _CLOSED
    return Hit(rule, Severity.person, start, end, why, confidence, Proposal.decide)


RULES = (
    Rule(_NUMBER, _series, ("密",)),
    Rule(_BEHIND_TITLE, _behind_title, ("》",)),
    Rule(_BEHIND_NUMBER, _behind_number, ("号",)),
    Rule(re.compile(r"《[^《》\n]{1,60}》"), _titled, ("《",)),
    Rule(re.compile(r"〔\s?(?:19|20)[0-9]{2}\s?〕\s?第?\s?[0-9]{1,5}\s?号"), _numbered, ("〔",)),
)
