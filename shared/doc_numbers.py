"""发文字号: read in every way it is written, and brought to the one way by which it is looked up."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

OPEN, SHUT = r"〔【\[［(（﹝〖｛{「", r"〕】\]］)）﹞〗｝}」"
DASH = r"[-－–—‐―−~～至到]"
GAP = r"[^\S\r\n]{0,3}"

DIGITS = rf"[0-9０-９](?:{GAP}[0-9０-９]){{0,5}}"
CHINESE = r"[一二三四五六七八九十百千〇零]{1,8}"
WORD = r"(?:(?![号年第])[\u3400-\u9fffA-Za-zＡ-Ｚａ-ｚ])"
PREFIX = rf"{WORD}(?:{GAP}(?:{WORD}|[(（]{WORD}{{1,4}}[)）])){{0,23}}"

FOUR, TWO = rf"[0-9０-９](?:{GAP}[0-9０-９]){{3}}", r"[0-9０-９]{2}"
YEAR = rf"(?:[{OPEN}]{GAP}(?P<year>{FOUR}|{TWO}){GAP}年?{GAP}[{SHUT}]|(?P<plain>{FOUR}){GAP}年)"
NTH = rf"(?:第|[NnＮｎ][OoＯｏ][.．]?|№|Nº)?{GAP}"
ITEM = rf"{NTH}{DIGITS}(?:{GAP}号?{GAP}{DASH}{GAP}{NTH}{DIGITS})?"

USUAL = rf"(?P<prefix>{PREFIX}){GAP}{YEAR}{GAP}"
LISTED = re.compile(
    rf"{USUAL}(?P<items>{ITEM}(?:{GAP}号?{GAP}[、，,和及]{GAP}{ITEM}(?=[^年\[〔（(]*号))*){GAP}号"
)
ORDER = re.compile(
    rf"(?P<prefix>{PREFIX}{GAP}令){GAP}第{GAP}(?P<serial>{DIGITS}|{CHINESE}){GAP}号"
    rf"|(?P<body>{PREFIX})?{GAP}第{GAP}(?P<nth>{DIGITS}|{CHINESE}){GAP}号{GAP}令"
)
ONE = re.compile(rf"{USUAL}(?P<items>{ITEM}){GAP}号?文?件?")
BARE_ORDER = re.compile(rf"(?P<prefix>令){GAP}第{GAP}(?P<serial>{DIGITS}|{CHINESE}){GAP}号")

# Words that stand before a number in a sentence and are no part of it.
LEADS = re.compile(
    r"^(?:.*(?:根据|按照|依据|依照|遵照|参照|执行|贯彻|落实|转发|印发|废止|详见|参见|代替|替代|修改|修订|以及|下列"
    r"|上述|发文字号|文号|文件|同时|关于|通知|其中|包括|属于|收到|现将|的|了))?[以由与按据见或为是在]*"
)
# These begin some 机关代字 as well (和政办发, 即政发): left out only where a number or title ended before.
JOINED = re.compile(r"^[和及并即原]")
ENDED = "号》）)】〕”、，,（("

# What a number without brackets ends in before its year, so that no sentence about a year is taken for one.
SERIES = re.compile(r"(?:发|函|字|办|告|令|规|电|复|批|决|议|纪|呈|报|公示|政|文|\))$")
NO_ORDER = re.compile(r"(?:责|勒|法|口|指|禁|敕|司)令$")

NAMES = {"国务院令": "国令", "中央军事委员会令": "中央军委令"}
"""Orders that are quoted by the body's name and numbered by its sign."""
NUMERALS = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
UNITS = {"十": 10, "百": 100, "千": 1000}
MOST = 300
"""Numbers of one series that are told one by one."""


class NotADocNumber(ValueError):
    """This is not written as a document number is, such as 大开管发〔2008〕15号."""

    zh = "这不是发文字号的写法，例如：大开管发〔2008〕15号。"


@dataclass(frozen=True)
class DocNumber:
    """机关代字, year (None of orders), serial; `last` where a series is named."""

    prefix: str
    year: int | None
    serial: int
    last: int | None = None

    def __str__(self) -> str:
        """The normal form."""
        series = f"—{self.last}" if self.last else ""
        year = "第" if self.year is None else f"〔{self.year}〕"
        return f"{self.prefix}{year}{self.serial}{series}号"

    def each(self) -> "list[DocNumber]":
        """The numbers of a series one by one."""
        last = min(self.last or self.serial, self.serial + MOST)
        return [DocNumber(self.prefix, self.year, serial) for serial in range(self.serial, last + 1)]


@dataclass(frozen=True)
class Found:
    """A document number in a text, and where it stands."""

    number: DocNumber
    start: int
    end: int


def parse(text: str) -> DocNumber:
    """The number that this text is, and nothing else. Raises NotADocNumber."""
    folded = _folded(text)
    if match := ONE.fullmatch(folded):
        return _series(
            match.group("prefix"), match.group("year") or match.group("plain"), match.group("items")
        )
    if match := BARE_ORDER.fullmatch(folded) or ORDER.fullmatch(folded):
        return _order(match)
    raise NotADocNumber(NotADocNumber.__doc__)


def key_of(text: str) -> str:
    """What it is looked up by: the normal form, or what is no document number itself, without spaces."""
    try:
        return str(parse(text))
    except NotADocNumber:
        return _folded(text)


def find(text: str) -> Iterator[Found]:
    """Every document number in a text, in order; of a list (15号、16号) each."""
    matches = [*LISTED.finditer(text), *ORDER.finditer(text)]
    for match in sorted(matches, key=re.Match.start):
        yield from _listed(text, match) if match.re is LISTED else _ordered(text, match)


def _listed(text: str, match: re.Match[str]) -> Iterator[Found]:
    lead = _lead(text, match.start("prefix"), match.group("prefix"))
    prefix = match.group("prefix")[lead:]
    if not prefix or (match.group("plain") and not SERIES.search(_folded(prefix))):
        return
    start, year = match.start() + lead, match.group("year") or match.group("plain")
    for item in re.finditer(ITEM, match.group("items")):
        try:
            number = _series(prefix, year, item.group())
        except NotADocNumber:
            continue
        yield Found(number, start, match.end())


def _ordered(text: str, match: re.Match[str]) -> Iterator[Found]:
    name = "prefix" if match.group("prefix") else "body"
    body = match.group(name) or ""
    lead = _lead(text, match.start(name), body) if body else 0
    if NO_ORDER.search(_folded(body)) or not _numeral(match.group("serial") or match.group("nth")):
        return
    yield Found(_order(match, lead), match.start() + lead, match.end())


def _lead(text: str, start: int, prefix: str) -> int:
    """How many characters at the beginning belong to the sentence."""
    before = text[start - 1 : start]
    length = 1 if prefix[0] == "日" and before.isdecimal() else 0
    if before and before in ENDED and (joined := JOINED.match(prefix)):
        length = joined.end()
    length += leads.end() if (leads := LEADS.match(prefix[length:])) else 0
    return length + len(prefix[length:]) - len(prefix[length:].lstrip())


def _series(prefix: str, year: str, items: str) -> DocNumber:
    serials = [int(_folded(digits)) for digits in re.findall(DIGITS, items)]
    first, last = serials[0], serials[-1] if len(serials) > 1 else None
    if first == 0 or (last is not None and last <= first) or not 1900 <= _year(year) < 2100:
        raise NotADocNumber(NotADocNumber.__doc__)
    return DocNumber(_name(prefix), _year(year), first, last)


def _order(match: re.Match[str], lead: int = 0) -> DocNumber:
    said = match.groupdict()
    serial = _numeral(said.get("serial") or said.get("nth") or "")
    if not serial:
        raise NotADocNumber(NotADocNumber.__doc__)
    return DocNumber(_name(said["prefix"][lead:] if said["prefix"] else _by_body(said, lead)), None, serial)


def _by_body(said: dict[str, str | None], lead: int) -> str:
    """国务院第711号令: the word for an order stands behind."""
    return f"{(said['body'] or '')[lead:]}令"


def _name(prefix: str) -> str:
    name = _folded(prefix).removeprefix("中华人民共和国") if "令" in prefix else _folded(prefix)
    return NAMES.get(name, name)


def _year(digits: str) -> int:
    """Two digits are of the last century from 50 on."""
    year = int(_folded(digits))
    return year if year >= 100 else year + (1900 if year >= 50 else 2000)


def _numeral(digits: str) -> int:
    """A number in figures or in Chinese: 七十一, 一百零三, 二〇一."""
    folded = _folded(digits)
    if folded.isdecimal():
        return int(folded)
    if not any(unit in folded for unit in UNITS):
        return int("".join(str(NUMERALS[character]) for character in folded) or 0)
    total, digit = 0, 0
    for character in folded:
        if character in UNITS:
            total, digit = total + (digit or 1) * UNITS[character], 0
        else:
            digit = NUMERALS[character]
    return total + digit


def _folded(text: str) -> str:
    """One width, and no spaces; again, as what a space stood between may be one character now."""
    return unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", text).split()))
