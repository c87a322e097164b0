"""Mobile numbers; an office's telephone is there to be published."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, block, person
from services.review.screening.written import (
    GAP,
    LEFT,
    RIGHT,
    before,
    digits,
    in_groups,
    is_alone,
    over_two_lines,
    sizes,
)

_WHY = "条例第15条；个人信息保护法第25、34条"
_LABEL = re.compile(r"手机|电话|联系|移动|mobile|phone|tel", re.I)
_OFFICE = re.compile(
    r"(?:(?:咨询|联系|值班|服务|监督|举报|办公|投诉|受理|公开|报名|办理)\s?(?:电话|热线)|热线)(?:号码)?"
    r"[\s:：0-9\-‐–—、,，/;；转+()（）]*\Z"
)
_SIZES = ((3, 4, 4), (3, 3, 5), (4, 4, 3), (3, 8), (7, 4), (5, 6), (1,) * 11)
_PLAIN = re.compile(rf"{LEFT}(?=(?:(?:\+|00)?86[\s\-]?)?(?P<number>1[3-9][0-9]{{9}}){RIGHT})")
_GROUPED = tuple(
    in_groups(*groups, first="1(?=[3-9])" if groups[0] > 1 else "1(?=.[3-9])") for groups in _SIZES
)
_SCATTERED = re.compile(rf"{LEFT}(?=(?P<number>1{GAP}?[3-9](?:{GAP}?[0-9]){{9}}){RIGHT})")
_BEGINS = re.compile(rf"(?<![0-9])(?:86{GAP}{{0,3}})?1{GAP}{{0,3}}[3-9]")
_BROKEN = over_two_lines(11, "1(?=\n?[3-9])")


def mobile(text: str, low: int, high: int) -> Iterator[Hit]:
    if not _BEGINS.search(text, low, high):
        return
    for found in _PLAIN.finditer(text, low, high):
        yield _judged(text, *found.span("number"), 0.9)
    for pattern in _GROUPED:
        for found in pattern.finditer(text, low, high):
            yield from _grouped(text, found)
    for found in _BROKEN.finditer(text, low, high):
        yield from _broken(text, found)
    for found in _SCATTERED.finditer(text, low, high):
        if _LABEL.search(before(text, found.start(), 8)):
            yield _judged(text, *found.span("number"), 0.6)


def _judged(text: str, start: int, end: int, confidence: float) -> Hit:
    number = digits(text[start:end])
    if _OFFICE.search(before(text, start)):
        return person("personal.mobile", start, end, number, _WHY, 0.5)
    return block("personal.mobile", start, end, number, _WHY, confidence)


def _grouped(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span("number")
    gap = found["gap"]
    if gap == "." and found["number"].count(gap) == 1:
        return  # An amount.
    if _LABEL.search(before(text, start)) or (gap != "\n" and is_alone(text, start, end, gap)):
        yield _judged(text, start, end, 0.7)
    elif gap != "\n" and sizes(found["number"]) == [3, 4, 4]:  # Rows of numbers, or of other figures.
        yield person("personal.mobile", start, end, digits(found["number"]), _WHY, 0.3)


def _broken(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span("number")
    labelled = bool(_LABEL.search(before(text, start)))
    if found["number"].count("\n") == 1 and (labelled or is_alone(text, start, end, "\n")):
        yield person("personal.mobile", start, end, digits(found["number"]), _WHY, 0.6 if labelled else 0.3)
