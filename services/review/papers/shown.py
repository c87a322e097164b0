"""A review sheet as it is read: codes as words, moments as Beijing's, boxes ticked or empty. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from shared.clock import BEIJING

from .sheet import Check, Confirmed, Publication, Referred, Said, Sheet
from .words import (
    ABOUT,
    ACTS,
    ANSWERS,
    ATTRIBUTES,
    AUTHORITIES,
    CHECKS,
    CONFIRMATIONS,
    GROUNDS,
    KINDS,
    OCCASIONS,
    REFERRALS,
    RESULTS,
    ROLES,
    WAYS,
    Names,
    Pair,
    say,
)

Shown = dict[str, Any]
Box = tuple[str, bool]
"""A word and whether its box is ticked."""

SEALED: Pair = ("已封存", "Locked away")
GONE: Pair = ("（内容不在库中）", "(not in the store)")


def sheet_shown(sheet: Sheet, steps: Mapping[str, Pair], english: bool = False) -> Shown:
    """All that the sheet's templates put down; `steps` are the names of the policy's steps."""
    words = _Words(steps, english)
    return {
        "number": str(sheet.case_id),
        "filled_on": day(sheet.filled_on),
        "department": sheet.department,
        "author": sheet.author,
        "title": sheet.title or (SEALED if sheet.sealed else GONE)[english],
        "kind": say(KINDS, sheet.kind, english),
        "doc_no": sheet.doc_no or "—",
        "edition": str(sheet.edition),
        "carriers": words.carriers(sheet.official),
        "ways": boxes(WAYS, sheet.ways, english),
        "due_on": day(sheet.due_on),
        "declassified": words.declassified(sheet),
        "attributes": boxes(ATTRIBUTES, [sheet.attribute], english),
        "checks": [words.check(one) for one in sheet.checks],
        "confirmations": [words.confirmed(one) for one in sheet.confirmations],
        "referrals": [words.referred(one) for one in sheet.referrals],
        "opinions": [words.said(one) for one in sheet.opinions],
        "results": boxes(RESULTS, [sheet.result], english),
        "basis": "；".join(say(GROUNDS, one, english) for one in sheet.basis) or "—",
        "reason": sheet.reason or "—",
        "publication": words.publication(sheet.publication),
        "proof": words.proof(sheet.opinions),
        "head": next((one.hash for one in reversed(_sealed(sheet.opinions))), ""),
        "printed_at": moment(sheet.printed_at),
    }


class _Words:
    """How the parts of the sheet are said, in one language."""

    def __init__(self, steps: Mapping[str, Pair], english: bool) -> None:
        self.steps = steps
        self.english = english

    def both(self, zh: str, en: str) -> str:
        return en if self.english else zh

    def carriers(self, official: bool | None) -> list[Box]:
        return [
            (self.both("公文类", "Official document"), official is True),
            (self.both("非公文类", "Other"), official is False),
        ]

    def declassified(self, sheet: Sheet) -> str:
        marks = sheet.declassified
        found = [self.both(f"有解密标志 {marks} 处", f"{marks} marks of declassification")] if marks else []
        opened = [one.answer_no for one in sheet.referrals if one.answer == "not-secret"]
        found += [f"{say(ANSWERS, 'not-secret', self.english)}（{number}）" for number in opened]
        return "；".join(found) or "—"

    def check(self, one: Check) -> Shown:
        return {
            "question": say(CHECKS, one.question, self.english),
            "yes": one.answer is True,
            "no": one.answer is False,
            "why": self._why(one),
        }

    def _why(self, one: Check) -> str:
        if one.answer is None:
            return ""
        if one.answer is False:
            return self.both("机器筛查未发现", "nothing found by screening")
        found = [self.both(f"机器筛查 {one.findings} 处", f"{one.findings} found")] if one.findings else []
        return "；".join([*found, *(say(GROUNDS, ground, self.english) for ground in one.grounds)])

    def confirmed(self, one: Confirmed) -> Shown:
        return {
            "department": one.department,
            "state": say(CONFIRMATIONS, one.state, self.english),
            "asked_on": short(one.asked_at),
            "answered_on": short(one.answered_at),
            "who": one.answered_by or "—",
            "text": "；".join(text for text in (one.reasons, one.resolution) if text) or "—",
        }

    def referred(self, one: Referred) -> Shown:
        answer = " ".join(text for text in (say(ANSWERS, one.answer, self.english), one.answer_no) if text)
        return {
            "kind": say(REFERRALS, one.kind, self.english),
            "authority": say(AUTHORITIES, one.authority, self.english),
            "asked_on": short(one.asked_at),
            "due_on": short(one.due_on),
            "answer": answer or "—",
            "answered_on": short(one.answered_at),
        }

    def said(self, one: Said) -> Shown:
        act = say(ACTS, one.act, self.english)
        about = say(ABOUT.get(one.act, {}), one.about, self.english)
        return {
            "step": self.steps.get(one.step, OCCASIONS.get(one.act, (act, act)))[self.english],
            "name": one.name,
            "role": say(ROLES, one.role, self.english) or "—",
            "department": one.department,
            "at": f"{short(one.at)} {clock(one.at)}",
            "act": f"{act}（{about}）" if about else act,
            "note": one.note,
            "basis": "；".join(say(GROUNDS, ground, self.english) for ground in one.grounds) or "—",
            "position": "—" if one.position is None else str(one.position),
        }

    def publication(self, one: Publication | None) -> Shown:
        if one is None:
            return dict.fromkeys(("on", "title", "number", "made_by", "reviewed_by", "approved_by"), "—")
        return {
            "on": moment(one.published_at),
            "title": one.title or "—",
            "number": one.index_no or "—",
            "made_by": one.made_by,
            "reviewed_by": "、".join(one.reviewed_by) or "—",
            "approved_by": one.approved_by or "—",
        }

    def proof(self, opinions: Sequence[Said]) -> str:
        sealed = _sealed(opinions)
        places = spans(one.position for one in sealed if one.position is not None)
        waiting = len(opinions) - len(sealed)
        zh = (
            f"本表 {len(sealed)} 条意见已记入审查台账，位置 {places}"
            if sealed
            else "本表意见尚未记入审查台账"
        )
        en = f"{len(sealed)} opinions are in the ledger at {places}" if sealed else "No opinion is sealed yet"
        zh += f"；另有 {waiting} 条待记入" if sealed and waiting else ""
        en += f"; {waiting} wait to be sealed" if sealed and waiting else ""
        return self.both(zh + "。", en + ".")


def _sealed(opinions: Sequence[Said]) -> list[Said]:
    return sorted((one for one in opinions if one.position is not None), key=lambda one: one.position or 0)


def boxes(names: Names, ticked: Iterable[str | None], english: bool) -> list[Box]:
    """All that could be ticked, in their order."""
    ticked = set(ticked)
    return [(pair[english], code in ticked) for code, pair in names.items()]


def spans(numbers: Iterable[int]) -> str:
    """1、3-5: runs of numbers that follow each other, joined."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return "、".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def day(on: date | datetime | None) -> str:
    """A Beijing date as papers write it."""
    on = _beijing(on)
    return f"{on.year}年{on.month}月{on.day}日" if on else "—"


def short(on: date | datetime | None) -> str:
    """The same for a narrow column."""
    on = _beijing(on)
    return f"{on:%Y.%m.%d}" if on else "—"


def clock(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%H:%M}"


def moment(at: datetime) -> str:
    """A Beijing date and time."""
    return f"{day(at)} {clock(at)}"


def _beijing(on: date | datetime | None) -> date | None:
    return on.astimezone(BEIJING).date() if isinstance(on, datetime) else on
