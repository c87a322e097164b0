"""The hand-over list and the monthly summary as they are read. Pure."""

from .hand_over import HandOver, Sealed
from .monthly import Line, Monthly
from .shown import Shown, clock, moment, short
from .words import AUTHORITIES, GROUNDS, SECRECY, say


def hand_over_shown(listed: HandOver, english: bool = False) -> Shown:
    """All that the hand-over list's templates put down: numbers, hashes and dates."""
    return {
        "cases": [_sealed(one, english) for one in listed.cases],
        "count": str(len(listed.cases)),
        "files": str(sum(one.files for one in listed.cases)),
        "printed_at": moment(listed.printed_at),
    }


def _sealed(one: Sealed, english: bool) -> Shown:
    return {
        "number": str(one.number),
        "case_id": str(one.case_id),
        "department": one.department,
        "files": str(one.files),
        "sha256": [[address[:32], address[32:]] for address in one.sha256],
        "addresses": "\n".join(one.sha256),
        "sealed_at": f"{short(one.sealed_at)} {clock(one.sealed_at)}",
        "level": say(SECRECY, one.level, english) or ("to be proposed" if english else "待拟定"),
        "authority": say(AUTHORITIES, one.authority, english),
        "report_by": short(one.report_by) + _estimated(one),
        "reported_on": short(one.reported_on),
        "decide_by": short(one.decide_by) + _estimated(one),
        "handed_over": " ".join([short(one.handed_over_at), one.handed_over_to or ""])
        if one.handed_over_at
        else "",
    }


def _estimated(one: Sealed) -> str:
    return "（暂定）" if one.provisional else ""


def monthly_shown(summary: Monthly, english: bool = False) -> Shown:
    """All that the monthly summary's templates put down."""
    year, month = summary.month.split("-")
    return {
        "month": summary.month if english else f"{year}年{int(month)}月",
        "lines": [_line(one, english) for one in summary.lines],
        "total": {**_line(summary.total, english), "name": "Total" if english else "合计"},
        "nil": str(sum(one.nil for one in summary.lines)),
        "printed_at": moment(summary.printed_at),
    }


def _line(one: Line, english: bool) -> Shown:
    numbers = ("submitted", "approved", "returned", "rejected", "quarantined", "referred", "confirmations")
    grounds = (f"{say(GROUNDS, ground, english)} ×{many}" for ground, many in one.rejected_by_ground.items())
    return {
        "name": one.name,
        **{number: str(getattr(one, number)) for number in numbers},
        "grounds": list(grounds),
        "days": "—" if one.mean_working_days is None else f"{one.mean_working_days:.1f}",
        "remark": ("nil return" if english else "零报告") if one.nil else "",
    }
