"""Passports, travel permits and the older card of foreign residents: their numbers need a label."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, block, person
from services.review.screening.rules import Rule, either, heads
from services.review.screening.written import before

_WHY = "条例第15条；个人信息保护法第25、28、34条"

_LABELS = ("护照", "通行证", "回乡证", "台胞证", "旅行证", "海员证", "出入境证件")
_LETTERED = r"(?:[EeGgDdSsPpHhMm][0-9]{8,10}|[EeCc][A-Za-z][0-9]{7})"
_BEHIND = re.compile(
    r"[^0-9A-Za-z\n。]{0,12}(?:Passport\s?(?:No\.?)?|No\.?)?[^0-9A-Za-z。]{0,6}"
    rf"(?P<number>{_LETTERED}|[A-Za-z]{{0,2}}[0-9]{{7,10}})(?![0-9A-Za-z])"
)
_BELOW = re.compile(
    r"(?P<number>[EeGgDdSsPpHhMmCc](?<![0-9A-Za-z].)(?:[0-9]{8,10}|[A-Za-z][0-9]{7}))(?![0-9A-Za-z])"
)
_COLUMN = 400


def _travel(text: str, label: re.Match[str]) -> Iterator[Hit]:
    """The number behind the label, or the first of the column that it heads."""
    behind = _BEHIND.match(text, label.end())
    if found := behind or _BELOW.search(text, label.end(), label.end() + _COLUMN):
        confidence = 0.7 if behind else 0.5
        yield person("personal.travel-document", *found.span("number"), found["number"], _WHY, confidence)


RULES = (Rule(re.compile(either(_LABELS)), _travel, heads(_LABELS)),)


# --- the foreigner's card of before 2023: three letters of a state, then twelve digits with the date of birth

_RESIDENCE = re.compile(r"(?<=[A-Z]{3})(?<![A-Z]{4})(?P<number>[0-9]{12})(?![0-9A-Za-z])")
_RESIDENCE_LABEL = re.compile(r"永久居留|居留|证件号|证号|身\s?份\s?证|\bID\b", re.I)
_BORN = re.compile(r"[0-9]{6}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def foreigner(text: str, low: int, high: int) -> Iterator[Hit]:
    for found in _RESIDENCE.finditer(text, low, high):
        start, end = found.start() - 3, found.end()
        if _RESIDENCE_LABEL.search(before(text, start)):
            yield block("personal.foreigner-id", start, end, text[start:end], _WHY, 0.9)
        elif _BORN.match(found["number"]):
            yield person("personal.foreigner-id", start, end, text[start:end], _WHY, 0.4)
