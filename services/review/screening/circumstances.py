"""Health, need and birth: what a person's circumstances are, said beside a label or in a column."""

import re
from collections.abc import Iterator
from itertools import product

from services.review.screening.findings import Hit, Severity, block, person
from services.review.screening.persons import listed, named
from services.review.screening.rules import Rule, either, heads
from shared.clock import now

_HEALTH_WHY = "条例第15条；个人信息保护法第25、28、34条（医疗健康）"
_BIRTH_WHY = "条例第15条；个人信息保护法第25、34条"
_CHILD_WHY = "条例第15条；个人信息保护法第28、31条（不满十四周岁未成年人）"

_SEPARATED = r"\s{0,2}[:：|\t]\s{0,2}"
_DISABILITY = ("残疾等级", "残疾类别", "残疾类型", "残疾级别", "伤残等级")
_ILLNESS = (
    "病种",
    "病情",
    "诊断结果",
    "诊断结论",
    "诊断",
    "临床诊断",
    "所患疾病",
    "患病名称",
    "患病情况",
    "疾病名称",
    "疾病诊断",
    "既往病史",
)
_REASONS = (
    "低保原因",
    "致贫原因",
    "救助原因",
    "困难原因",
    "申请原因",
    "致困原因",
    "救助理由",
    "健康状况",
    "身体状况",
)
_LABELS = (*_DISABILITY, *_ILLNESS, *_REASONS)
_ILL = (
    "病|残|癌|瘤|症|伤|障碍|中风|偏瘫|瘫痪|透析|艾滋|HIV|精神|肢体|视力|听力|言语|智力|多重|骨折|手术|梗|炎"
)
_STATED = re.compile(rf"(?P<label>{either(_LABELS)}){_SEPARATED}(?P<value>[^\s,，。;；|]{{1,20}})")
_GRADE = re.compile(r"(?:[一二三四1-4]\s?级|[一二三四五六七八九十]{1,2}级|极?[重中轻]度)")
_ILL_VALUE = re.compile(_ILL)


def _stated(text: str, found: re.Match[str]) -> Iterator[Hit]:
    """A value behind its label."""
    if not (_ILL_VALUE.search(found["value"]) or _GRADE.match(found["value"])):
        return
    start, end = found.span()
    grave = named(text, start, end) or listed(text, start, end)
    hit = block if grave else person
    yield hit("personal.health", start, end, text[start:end], _HEALTH_WHY, 0.8 if grave else 0.4)


_SUFFERS = ("身患", "罹患", "患有", "确诊", "因患", "诊断为", "现患")
_SAID = re.compile(rf"{either(_SUFFERS)}(?:为|患)?(?P<value>[^\s,，。;；、的]{{2,15}})")


def _said(text: str, found: re.Match[str]) -> Iterator[Hit]:
    """Statutes speak of illness as well, but name nobody who has it."""
    start, end = found.span()
    if _ILL_VALUE.search(found["value"]) and named(text, start, end):
        yield block("personal.health", start, end, text[start:end], _HEALTH_WHY, 0.7)


# --- a column of a list, where each cell may stand on a line of its own

_COLUMNS = (*_LABELS, "班级", "年级")
_COLUMN = re.compile(rf"(?:(?P<health>{either(_LABELS)})|班级|年级)(?=[\s|,]|\Z)")
_ILL_CELL = re.compile(
    rf"(?:^|[\s|,、])(?:[^\s|,、]{{0,12}}(?:{_ILL})[^\s|,、]{{0,12}}|[一二三四1-4]级)(?=[\s|,、]|$)"
)
_CLASS_CELL = re.compile(
    r"(?:^|[\s|,、])(?:[一二三四五六1-6]年级|[一二三四五六]\s?[(（]\d{1,2}[)）]\s?班|[大中小托]\d?班|学前)"
)
_ROWS = 320


def _column(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span()
    if not _CELL_BEGINS.search(text, max(0, start - 1), start) or not listed(text, start, end):
        return
    rows = text[end : end + _ROWS]
    if found["health"] and _ILL_CELL.search(rows):
        yield block("personal.health", start, end, found[0], _HEALTH_WHY, 0.8)
    elif not found["health"] and _CLASS_CELL.search(rows):
        yield block("personal.child", start, end, found[0], _CHILD_WHY, 0.6)


_CELL_BEGINS = re.compile(r"(?:\A|[\s|,、])\Z")


# --- birth

_DATE = (
    r"(?P<year>(?:19|20)[0-9]{2})(?:\s?[年.\-/]\s?)?(?P<month>1[0-2]|0?[1-9])"
    r"(?:(?:\s?[月.\-/]\s?)?(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])\s?日?)?月?"
)
_BIRTHS = ("出生日期", "出生年月", "出生时间", "生日", "出生于", "生于")
_BORN = re.compile(rf"{either(_BIRTHS)}日?\s{{0,2}}[:：|]?\s{{0,2}}{_DATE}")
_OFFICIAL = re.compile(
    r"现任|拟任|任前公示|拟提[名拔]|拟任职务|党组|任职"
)  # Their lives are published before they take office.
_GROWN_UP = 14


def _born(text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield from _birth(text, found, *found.span())


_LIVED = re.compile(r"[日月]\s?(?:出\s?生|生(?![一-龥]))")
_LIVED_DATE = re.compile(rf"{_DATE}\s?(?:出\s?生|生)\Z")


def _lived(text: str, found: re.Match[str]) -> Iterator[Hit]:
    """A date before 出生, where somebody is named."""
    born = _LIVED_DATE.search(text, max(0, found.start() - 16), found.end())
    if born and named(text, *born.span()):
        yield from _birth(text, born, *born.span())


def _birth(text: str, born: re.Match[str], start: int, end: int) -> Iterator[Hit]:
    if _age(born) < _GROWN_UP:
        yield block("personal.child", start, end, born[0], _CHILD_WHY, 0.8)
    elif not _OFFICIAL.search(text, max(0, start - 120), end + 120):
        yield person("personal.birth", start, end, born[0], _BIRTH_WHY, 0.5)


def _age(born: re.Match[str]) -> int:
    """In whole years, and rather less than more where the day is not told."""
    year, month, day = (int(part or 31) for part in born.group("year", "month", "day"))
    today = now().date()
    return today.year - year - ((today.month, today.day) < (month, day))


RULES = (
    Rule(_STATED, _stated, heads(_LABELS), Severity.block),
    Rule(_SAID, _said, heads(_SUFFERS), Severity.block),
    Rule(_COLUMN, _column, heads(_COLUMNS), Severity.block),
    Rule(_BORN, _born, heads(_BIRTHS), Severity.block),
    Rule(_LIVED, _lived, tuple(map("".join, product("日月", ("", " "), "出生"))), Severity.block),
)
