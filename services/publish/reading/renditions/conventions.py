"""The parts of an official document, told by the conventions of 党政机关公文格式 (GB/T 9704). Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """What a line is; headings by their level."""

    TITLE = "h1"
    FIRST = "h2"
    SECOND = "h3"
    THIRD = "h4"
    NUMBER = "number"
    ADDRESSEE = "addressee"
    ITEM = "item"
    DEEP = "deep"
    ATTACHMENT = "attachment"
    SIGNATURE = "signature"
    DATE = "date"
    CENTRED = "centred"
    TEXT = "p"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as its writer set it."""

    text: str
    set_apart: bool = False
    """Centred, to the right, or far indented: no part of the running text."""
    bold: bool = False
    given: Role | None = None
    """What the file itself says that it is."""


_NUMERAL = "[一二三四五六七八九十百〇零]+"
_DOC_NO = re.compile(r"[^\d\s〔\[（(【]{1,20}[〔\[（(【]\d{4}[〕\]）)】]\S{0,4}?\d{1,5}号")
_CHAPTER = re.compile(rf"第{_NUMERAL}[编章](?:[\s　].{{0,40}}|$)")
_SECTION = re.compile(rf"第{_NUMERAL}节(?:[\s　].{{0,40}}|$)")
_FIRST = re.compile(rf"{_NUMERAL}、")
_SECOND = re.compile(rf"[（(]{_NUMERAL}[）)]")
_THIRD = re.compile(r"\d{1,2}(?:[．、]|\.(?!\d))")
_FOURTH = re.compile(r"[（(]\d{1,2}[）)]|[①-⑳]")
_BULLET = re.compile(r"[●•■◆]\s*|[-–—]\s+")
_ATTACHED = re.compile(r"附件[\d一二三四五六七八九十]{0,3}")
_ATTACHMENTS = re.compile(r"附件?\s*[:：]")
_DATE = re.compile(
    r"(?:\d{4}|[一二三四五六七八九〇○零]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_ATTACHED_ALONE = re.compile(rf"{_ATTACHED.pattern}$")
_ADDRESSEE = re.compile(r"(?!.*如下)[^。；]{2,150}[：:]")
_SENTENCE = re.compile(r"[。；！？…]|[，,：:]$")
_GENRE = re.compile(
    r".*(?:通知|公告|通告|通报|决定|决议|意见|办法|规定|规则|条例|细则|方案|规划|计划|报告|公示|名单|指南|批复|函|纪要|命令|令"
    r"|公报|目录|清单|解读|说明|简报|简介|预案|要点|制度|标准|法|表|预算|决算|统计数据|须知|答复)(?:[（(].{1,20}[）)])?"
)
_NOT_A_TITLE = re.compile(
    r"\d+|.{0,4}[绝机秘]密.{0,10}|.*文件|[特加]急|.{1,30}[〔\[（(]\d{4}.*号|[（(].*[）)]|附件.{0,3}"
)
_SHORT = 40
_LOOKED_AT = 12


def told(lines: Sequence[Line]) -> list[Role]:
    """The role of every line; none of them is empty."""
    roles = [line.given or _alone(line) for line in lines]
    begin, end = _title(lines, roles)
    for number in range(begin, end):
        roles[number] = Role.TITLE
    if begin and _ATTACHED.fullmatch(lines[0].text.strip()):
        roles[0] = Role.ATTACHMENT
    _attachments(lines, roles, end)
    _head(lines, roles, end)
    _foot(lines, roles, end)
    return roles


def _alone(line: Line) -> Role:
    """What a line is by its own words."""
    text = line.text.strip()
    return next((role for pattern, role in _OPENINGS if pattern.match(text)), None) or _numbered(line, text)


_OPENINGS = (
    (_CHAPTER, Role.FIRST),
    (_SECTION, Role.SECOND),
    (re.compile(rf"{_ATTACHED.pattern}$"), Role.FIRST),
    (_ATTACHMENTS, Role.ATTACHMENT),
    (re.compile(rf"{_DOC_NO.pattern}$"), Role.NUMBER),
    (_BULLET, Role.ITEM),
)


def _numbered(line: Line, text: str) -> Role:
    """一、 and （一） alone on a line are headings; with a sentence behind them they open a paragraph."""
    is_short = len(text) <= _SHORT and not _SENTENCE.search(text)
    if _FIRST.match(text):
        return Role.FIRST if is_short else Role.TEXT
    if _SECOND.match(text):
        return Role.SECOND if is_short else Role.TEXT
    if _THIRD.match(text):
        return Role.THIRD if is_short and line.bold else Role.ITEM
    if _FOURTH.match(text):
        return Role.DEEP
    return Role.CENTRED if line.set_apart and len(text) <= _SHORT else Role.TEXT


# --- the title stands above all running text


def _title(lines: Sequence[Line], roles: Sequence[Role]) -> tuple[int, int]:
    """From which line to which; the same twice if nothing looks like a title."""
    if Role.TITLE in roles:
        return 0, 0
    if (styled := _styled(lines)) is not None:
        return styled, styled + 1
    candidates = list(_candidates(lines, roles))
    named = [number for number in candidates if _GENRE.fullmatch(lines[number].text.strip())]
    apart = [number for number in candidates if lines[number].set_apart or lines[number].bold]
    last = next(iter(named or apart or candidates[:1]), None)
    if last is None or len(lines) < 2:
        return 0, 0
    first = last
    while first - 1 in candidates and lines[first - 1].set_apart == lines[last].set_apart:
        first -= 1
    return first, last + 1


def _styled(lines: Sequence[Line]) -> int | None:
    """The only heading of the first level, if it stands at the top, names the whole."""
    given = [number for number, line in enumerate(lines) if line.given is Role.FIRST]
    is_title = len(given) == 1 and given[0] < 3 and any(line.given is None for line in lines)
    return given[0] if is_title else None


def _candidates(lines: Sequence[Line], roles: Sequence[Role]) -> Iterator[int]:
    for number, line in enumerate(lines[:_LOOKED_AT]):
        text = line.text.strip()
        if len(text) > 2 * _SHORT or _SENTENCE.search(text) or roles[number] in _BODY:
            if number and roles[number - 1] is not Role.NUMBER:
                return
            continue
        if not _NOT_A_TITLE.fullmatch(text) and not _DATE.match(text):
            yield number


_BODY = frozenset((Role.FIRST, Role.SECOND, Role.THIRD, Role.ITEM, Role.DEEP))


# --- what stands between the title and the text, and under it


def _head(lines: Sequence[Line], roles: list[Role], after: int) -> None:
    for number in range(after, min(after + 4, len(lines))):
        text = lines[number].text.strip()
        if roles[number] is Role.TEXT and _ADDRESSEE.fullmatch(text):
            roles[number] = Role.ADDRESSEE
        if roles[number] in (Role.TEXT, Role.ADDRESSEE):
            return


def _attachments(lines: Sequence[Line], roles: list[Role], after: int) -> None:
    """附件1 and under it the attachment's own title, which is the better heading of the two."""
    for number in range(after, len(lines) - 1):
        if roles[number + 1] is Role.CENTRED and _ATTACHED_ALONE.match(lines[number].text.strip()):
            roles[number], roles[number + 1] = Role.ATTACHMENT, Role.FIRST


def _foot(lines: Sequence[Line], roles: list[Role], after: int) -> None:
    """The date by itself, and above it who signs."""
    text_seen = after
    for number in range(after, len(lines)):
        line = lines[number]
        if not _DATE.fullmatch(line.text.strip()) or roles[number] not in (Role.TEXT, Role.CENTRED):
            text_seen += roles[number] is Role.TEXT
            continue
        if text_seen == after:
            roles[number] = Role.CENTRED
            continue
        roles[number] = Role.DATE
        for above in range(number - 1, max(after, number - 4) - 1, -1):
            if not _signs(lines[above], roles[above]):
                break
            roles[above] = Role.SIGNATURE


_NOT_A_SIGNER = re.compile(r"[。；！？…，,：:]|\d{3}")


def _signs(line: Line, role: Role) -> bool:
    text = line.text.strip()
    return role in (Role.TEXT, Role.CENTRED) and len(text) <= _SHORT and not _NOT_A_SIGNER.search(text)


# --- lines of a plain text


def paragraphs(text: str) -> list[Line]:
    """Lines with words; a line that was broken to fit a page is joined to the next."""
    lines = [line.rstrip() for line in text.splitlines()]
    width = _page_width(lines)
    joined: list[str] = []
    for number, line in enumerate(lines):
        if number and joined and width and _continues(line, lines[number - 1], width):
            joined[-1] += line if _is_wide(joined[-1][-1]) else f" {line}"
        elif line.strip():
            joined.append(line)
    return [_line(line) for line in joined]


_INDENTED = re.compile(r"[　\s]*")
_FAR = 4  # Full-width blanks; a paragraph begins with two.


def _line(written: str) -> Line:
    blanks = _INDENTED.match(written)
    indent = sum(2 if blank == "　" else 4 if blank == "\t" else 1 for blank in blanks[0]) if blanks else 0
    return replace(Line(written.strip()), set_apart=indent >= 2 * _FAR)


def _columns(line: str) -> int:
    return sum(2 if _is_wide(character) else 1 for character in line)


def _is_wide(character: str) -> bool:
    return ord(character) > 0x2E80 or character in "“”‘’—…"


def _page_width(lines: Sequence[str]) -> int:
    """How wide the page was that lines were broken for; 0 if they were not."""
    widths = sorted((_columns(line) for line in lines if line.strip()), reverse=True)
    if len(widths) < 6 or not 40 <= widths[0] <= 120:
        return 0
    full = sum(width >= widths[0] - 4 for width in widths)
    return widths[0] if full >= 3 and full * 4 >= len(widths) else 0


def _continues(line: str, before: str, width: int) -> bool:
    return bool(line) and not line[0].isspace() and _columns(before) >= width - 4
