"""Bank cards and accounts."""

import re
from collections.abc import Iterator

from services.review.screening.findings import Hit, block, person
from services.review.screening.organisations import uscc_ok
from services.review.screening.persons import named
from services.review.screening.written import (
    GAP,
    LEFT,
    RIGHT,
    before,
    digits,
    in_groups,
    in_one_piece,
    is_alone,
    over_two_lines,
)

_WHY = "条例第15条；个人信息保护法第25、28、34条"
_LABEL = re.compile(r"卡\s?号|[账帐]\s?[号户]|银行|一卡通|社保卡|存折|开户")
_FOURS = ((4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 4, 4, 4), (6, 13), (6, 10), (6, 12))
_CARDS = (
    *(in_one_piece(size, "(?<![A-Za-z])[2-9]") for size in (16, 17, 18, 19)),
    *(in_groups(*sizes, first="[2-9]") for sizes in (*_FOURS, (1,) * 19, (1,) * 16)),
    *(over_two_lines(size, "[2-9]") for size in (16, 17, 18, 19)),
)
_ISSUERS = re.compile(r"6[025]|4|5[1-5]|2[2-7]|35")


def bank_card(text: str, low: int, high: int) -> Iterator[Hit]:
    for pattern in _CARDS:
        for found in pattern.finditer(text, low, high):
            number = digits(found["number"])
            if luhn_ok(number) and not uscc_ok(number):
                yield from _judged(text, *found.span("number"), number)


_SCATTERED = re.compile(rf"{LEFT}(?=(?P<number>[2-9](?:{GAP}?[0-9]){{15,18}}){RIGHT})")


def labelled_card(text: str, low: int, high: int) -> Iterator[Hit]:
    """However its figures are parted."""
    for found in _SCATTERED.finditer(text, low, high):
        start, end = found.span("number")
        number = digits(found["number"])
        if luhn_ok(number) and _LABEL.search(before(text, start)):
            yield block("personal.bank-card", start, end, number, _WHY, 0.8)


def luhn_ok(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(doubled)) % 10 == 0


def _judged(text: str, start: int, end: int, number: str) -> Iterator[Hit]:
    labelled = bool(_LABEL.search(before(text, start)))
    if not (labelled or _customary(text, start, end)):
        return
    if labelled or number.startswith("62"):
        yield block("personal.bank-card", start, end, number, _WHY, 0.95 if labelled else 0.85)
    else:
        yield person("personal.bank-card", start, end, number, _WHY, 0.6 if _ISSUERS.match(number) else 0.3)


def _customary(text: str, start: int, end: int) -> bool:
    """Without a label, figures that only happen to stand side by side in a table do not count."""
    gaps = re.findall(GAP, text[start:end])
    fours = text.startswith("62", start) and text[start + 4] in gaps
    return not gaps or fours or is_alone(text, start, end, gaps[0])


_IN_FOURS = r"[0-9]{4}(?P<gap>[ \-])(?:[0-9]{4}(?P=gap)){2,4}[0-9]{1,4}"
_ACCOUNT = re.compile(rf"{LEFT}(?=(?P<number>[0-9]{{12,21}}|{_IN_FOURS}){RIGHT})")
_ACCOUNT_LABEL = re.compile(r"(?:卡\s?号|[账帐]\s?[号户]|(?P<own>一卡通|社保卡|社会保障卡|存折))\S{0,6}\s?\Z")


def account(text: str, low: int, high: int) -> Iterator[Hit]:
    """Organisations publish their accounts too, so a person looks, unless it can only be a person's."""
    for found in _ACCOUNT.finditer(text, low, high):
        start, end = found.span("number")
        if label := _ACCOUNT_LABEL.search(before(text, start)):
            own = bool(label["own"]) or named(text, start, end)
            hit = block if own else person
            yield hit("personal.account", start, end, digits(found["number"]), _WHY, 0.7 if own else 0.5)
