"""Which other bodies a document concerns: those that issue it too, and those whose documents it cites."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.review.screening.normalise import normalise
from services.review.screening.pieces import Piece

_ARTICLE = "条例第11条：涉及其他机关的，应当协商、确认"
JOINT_HEAD = f"标题或发文机关中列名（{_ARTICLE}）"
JOINT_SIGNATURE = f"落款中列名（{_ARTICLE}）"
JOINT_WORDS = f"文中称联合印发、会同制定或者会签（{_ARTICLE}）"
CITED = f"引用其文件（{_ARTICLE}）"


@dataclass(frozen=True)
class Body:
    """`prefixes` are those of its document numbers, as 大开发改 in 大开发改〔2026〕5号."""

    name: str
    short_names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def concerned(pieces: Iterable[Piece], bodies: Mapping[str, Body]) -> dict[str, str]:
    """Codes of bodies with the reason, the strongest where there are several; a body merely mentioned is not
    among them. The issuer itself is: the caller knows who that is."""
    found: dict[str, str] = {}
    for piece in pieces:
        for code, why in _in(normalise(piece.text).text, bodies):
            found.setdefault(code, why)
    return found


def _in(text: str, bodies: Mapping[str, Body]) -> Iterator[tuple[str, str]]:
    lines = [line.strip(_ORNAMENT) for line in text.splitlines() if line.strip(_ORNAMENT)]
    head, signature = _issuers(lines[:_HEAD]), _signatures(lines)
    clauses = [clause for line in lines for clause in _clauses(line)]
    for code, body in bodies.items():
        if _is_named(body, signature):
            yield code, JOINT_SIGNATURE
        elif _is_named(body, head):
            yield code, JOINT_HEAD
        elif any(_names(body, clause) for clause in clauses):
            yield code, JOINT_WORDS
    for code in _cited(text, bodies):
        yield code, CITED


_ORNAMENT = " \t#=<>*@^"
_HEAD = 8  # Lines in which a document's issuers and title stand.


# --- the issuers: before 关于 in the title, and lines of names in the head or above the date


def _issuers(lines: Iterable[str]) -> list[str]:
    lines = list(lines)
    titles = [title[1] for line in lines if (title := _TITLE.match(line))]
    return [*(part for title in titles for part in _parts(title)), *_lines_of_names(lines)]


_TITLE = re.compile(r"([^关,。;:《]{2,80})关于[^。;]{2,80}$")
_BETWEEN = (re.compile(r"[\s、,]+"), re.compile(r"[\s、,及和与]+"))


def _signatures(lines: list[str]) -> list[str]:
    """Lines of names right above a date, read upwards."""
    names: list[str] = []
    for at, line in enumerate(lines):
        if _DATE.fullmatch(line):
            names += _upwards(lines[max(0, at - _SIGNATURES) : at])
    return names


_DATE = re.compile(r"(?:[0-9]{4}|[〇零一二三四五六七八九○0]{4})\s*年.{1,3}月.{1,3}日")
_SIGNATURES = 12


def _upwards(lines: list[str]) -> list[str]:
    names: list[str] = []
    for line in reversed(lines):
        if not (parts := _lines_of_names([line])):
            break
        names += parts
    return names


def _lines_of_names(lines: Iterable[str]) -> list[str]:
    return [part for line in lines if _NAMES.fullmatch(line) for part in _parts(line)]


_NAMES = re.compile(r"[一-龥()、\s]{2,120}(?:文件)?")


def _parts(line: str) -> list[str]:
    """A line may hold one name or several, and a name may itself hold 和 or 与."""
    names = line.removesuffix("文件").strip()
    return [part for between in _BETWEEN for part in between.split(names)]


def _is_named(body: Body, parts: Iterable[str]) -> bool:
    return any(_is(name, part) for part in parts for name in (body.name, *body.short_names))


def _is(name: str, part: str) -> bool:
    """The name itself, or behind the place's: 滨海经济技术开发区 + 发展改革局."""
    return part.endswith(name) and (part == name or bool(_PLACE.fullmatch(part.removesuffix(name))))


_PLACE = re.compile(r"[一-龥]{1,20}(?:[省市区县旗州镇乡]|街道|新区|开发区|委员会|管委会)")


# --- words of doing it together


def _clauses(line: str) -> Iterator[str]:
    for found in _TOGETHER.finditer(line):
        yield found[0]


_BY = r"(?:联合|共同)(?:印发|发文|发布|下发|出台|制定|起草|行文|通知|签发|转发)"
_MAKING = r"(?:研究)?(?:制定|印发|起草|拟定|拟订|出台|发布|修订|编制|形成|提出)"
_TOGETHER = re.compile(
    rf"[^。;]{{0,80}}{_BY}|会同[^。;,]{{1,80}}(?:,[^。;,]{{0,12}})?{_MAKING}|会签(?:单位|部门|意见)?\s?:[^。;]{{1,80}}"
    r"|[^。;,]{1,60}会签"
)


def _names(body: Body, clause: str) -> bool:
    return any(name in clause for name in (body.name, *body.short_names))


# --- documents of their series


def _cited(text: str, bodies: Mapping[str, Body]) -> Iterator[str]:
    """By the longest prefix before the year, lest one series be taken for another that ends like it."""
    owners = {prefix: code for code, body in bodies.items() for prefix in body.prefixes}
    longest_first = sorted(owners, key=len, reverse=True)
    for number in _NUMBER.finditer(text):
        before = text[max(0, number.start() - _LONGEST) : number.start()]
        written = next((prefix for prefix in longest_first if before.endswith(prefix)), None)
        if written:
            yield owners[written]


_NUMBER = re.compile(r"\s?[〔\[(【]\s?(?:19|20)[0-9]{2}\s?[〕\])】]\s?第?[0-9]{1,5}号")
_LONGEST = 20
