"""Dates in every way in which catalogues write them. Pure."""

import re
import unicodedata
from datetime import date, timedelta

EXCEL_BEGINS = date(1899, 12, 30)
SERIALS = range(18_264, 73_416)
"""Days from 1950 to 2100 as Excel counts them."""

PARTED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
TENS = re.compile(r"(\d?)十(\d?)")


class NotADate(ValueError):
    """This is no date."""


def day(text: str) -> date:
    """Raises NotADate."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if plain.isdecimal() and len(plain) == 5 and int(plain) in SERIALS:
        return EXCEL_BEGINS + timedelta(days=int(plain))
    compact = TENS.sub(_ten, plain.translate(NUMERALS))
    compact = re.sub(r" ?([-/.年月日]) ?", r"\1", compact)
    match = PARTED.fullmatch(compact) or TOGETHER.fullmatch(compact)
    try:
        year, month, number = map(int, match.groups()) if match else (0, 0, 0)
        return date(year, month, number)
    except ValueError:
        raise NotADate(text) from None


def _ten(match: re.Match[str]) -> str:
    """十 is 10, 十一 is 11, 二十 is 20."""
    return f"{match.group(1) or 1}{match.group(2) or 0}"
