"""Numbers of identity cards and of permits numbered like them (GB 11643)."""

import re
from collections.abc import Iterator
from datetime import date

from services.review.screening.findings import Hit, block, person
from services.review.screening.organisations import uscc_ok
from services.review.screening.written import GAP, before, digits, in_one_piece, sizes

_WHY = "条例第15条；个人信息保护法第25、28、34条"
_LABEL = re.compile(r"身\s?份\s?证|身份號|身份号|公民身份|证件号|证号|居住证|居留|\bID\b", re.I)
_ANY = rf"{GAP}{{0,3}}"
_YEAR = rf"(?:1{_ANY}[89]|2{_ANY}0){_ANY}[0-9]{_ANY}[0-9]"
_DAY = rf"(?:0{_ANY}[1-9]|1{_ANY}[0-2]){_ANY}(?:0{_ANY}[1-9]|[12]{_ANY}[0-9]|3{_ANY}[01])"
_ID18 = re.compile(
    rf"(?<![0-9])(?=(?P<number>[1-9](?:{_ANY}[0-9]){{5}}{_ANY}{_YEAR}{_ANY}{_DAY}(?:{_ANY}[0-9]){{3}}{_ANY}[0-9Xx])"
    r"(?![0-9Xx]))"
)
_ID15 = in_one_piece(15, "[1-9]")
_PERMITS = ("81", "82", "83")  # Hong Kong, Macao, Taiwan residents.


def id18(text: str, low: int, high: int) -> Iterator[Hit]:
    for found in _ID18.finditer(text, low, high):
        start, end = found.span("number")
        labelled = bool(_LABEL.search(before(text, start)))
        number = digits(found["number"])
        if labelled or _customary(found["number"]):
            yield from _judged(number, start, end, labelled)
        elif id18_ok(number):
            yield person(_rule(number), start, end, number, _WHY, 0.3)


def _customary(written: str) -> bool:
    """Without a label, figures that only happen to stand side by side in a table count for little."""
    groups = sizes(written)
    return len(groups) <= 4 or len(set(groups[:-1])) == 1


def _judged(number: str, start: int, end: int, labelled: bool) -> Iterator[Hit]:
    rule = _rule(number)
    if id18_ok(number):
        yield block(rule, start, end, number, _WHY, 0.99 if labelled else 0.9)
    elif not uscc_ok(number) and _is_date(number[6:14]):
        hit = block if labelled else person
        yield hit(rule, start, end, number, _WHY, 0.6 if labelled else 0.3)


def _rule(number: str) -> str:
    if number.startswith("9"):
        return "personal.foreigner-id"
    return "personal.residence-permit" if number.startswith(_PERMITS) else "personal.id18"


def id18_ok(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17] and _is_date(number[6:14])


_DISABILITY_CARD = re.compile(r"(?<![0-9])(?P<number>[1-9][0-9]{16}[0-9Xx])[1-7][1-4](?![0-9])")


def disability_card(text: str, low: int, high: int) -> Iterator[Hit]:
    """The card's number is the person's, then the kind and the grade of the disability."""
    for found in _DISABILITY_CARD.finditer(text, low, high):
        if id18_ok(found["number"].upper()):
            yield block("personal.disability-card", *found.span(), found[0], _WHY, 0.9)


def _is_date(written: str) -> bool:
    try:
        return bool(date(int(written[:4]), int(written[4:6]), int(written[6:])))
    except ValueError:
        return False


def id15(text: str, low: int, high: int) -> Iterator[Hit]:
    """The number of before 1999 has no check digit: a label has to say what it is."""
    for found in _ID15.finditer(text, low, high):
        start, end = found.span("number")
        number = found["number"]
        if not _is_date("19" + number[6:12]):
            continue
        if _LABEL.search(before(text, start)):
            yield block("personal.id15", start, end, number, _WHY, 0.8)
        elif _LABEL.search(before(text, start, _COLUMN)):
            yield person("personal.id15", start, end, number, _WHY, 0.5)


_COLUMN = 2_000  # How far above the heading of a column may stand.
