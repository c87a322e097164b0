"""A value of a workbook as its format shows it: figures, shares, dates. Pure."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
_PADDED = re.compile(r"0+")
_LONGEST = 5_000


def shown(value: Any, form: str) -> str:
    """What a reader of the workbook sees, cut off after 5,000 characters."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _figure(value, form.partition(";")[0])
    return str(value)[:_LONGEST]


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")


def _figure(value: int | float, form: str) -> str:
    bare = _QUOTED.sub("", form).strip()
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return str(value)
    share = bare.endswith("%")
    number = number * 100 if share else number
    if bare not in ("", "General", "@"):
        number = _rounded(number, bare)
    written = f"{number:,f}" if "," in bare else f"{number:f}"
    if _PADDED.fullmatch(bare):
        written = written.zfill(len(bare))
    return f"{written}%" if share else written


def _rounded(number: Decimal, bare: str) -> Decimal:
    """To as many places as the format has; those it does not insist on fall away."""
    found = _PLACES.search(bare)
    places = found[1] if found else ""
    rounded = number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    least = places.count("0")
    while -int(rounded.as_tuple().exponent) > least and rounded.as_tuple().digits[-1] == 0:
        rounded = rounded.quantize(Decimal(1).scaleb(int(rounded.as_tuple().exponent) + 1))
    return rounded
