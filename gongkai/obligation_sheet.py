"""A register of obligations from a sheet: its entries, and every row that cannot be read, with what to do."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from services.publish.obligations.clocks import Every
from services.publish.obligations.register_entries import Carrier, Entry, For, Manner, Tier

from . import obligation_heads as heads
from .faults import Fault
from .obligation_grid import Grid
from .obligation_heads import Head
from .obligation_words import AUDIENCES, MANNERS, TIERS, carriers_of, ticked, time_of
from .words import both

CARRIED_ON = ("matter", "body")
"""Where a CSV leaves them empty, they are as in the row above: there was one merged cell."""


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken in: where, why, and what helps."""

    sheet: str
    row: int
    column: str
    reason: str
    advice: str


@dataclass
class Sheet:
    """What was read; nothing of it is of use while there is a bad row."""

    entries: list[Entry] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the reading needs to know: the bodies by name, and which codes their matters have already."""

    bodies: Mapping[str, str]
    codes: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    body: str = ""
    """Whose the rows are that name no body."""
    prefix: str = "local"


class Unreadable(Exception):
    """A cell cannot be read: which field, why, and what helps."""

    def __init__(self, name: str, reason: str, advice: str) -> None:
        self.field, self.reason, self.advice = name, reason, advice


def read(grids: Sequence[Grid], known: Known) -> Sheet:
    """All entries of all sheets, each under a code of its own; raises Fault where no sheet has a head."""
    sheet, found = Sheet(), [(grid, head) for grid in grids if (head := heads.find(grid))]
    if not found:
        raise Fault(
            "没有找到表头：应有“公开事项”“公开时限”等栏目，可用 gongkai obligation template 生成模板。",
            "There is no head with columns such as 公开事项; `gongkai obligation template` makes one.",
        )
    for grid, head in found:
        if missing := head.missing():
            reason = both(f"缺少栏目：{'、'.join(missing)}", f"Columns are missing: {', '.join(missing)}")
            advice = both("请补充这些栏目", "Add these columns")
            sheet.bad.append(Bad(grid.name, head.below, "", reason, advice))
            continue
        _read(grid, head, known, sheet)
    return sheet


def _read(grid: Grid, head: Head, known: Known, sheet: Sheet) -> None:
    taken = {(entry.body, entry.code) for entry in sheet.entries}
    for row, cells in _rows(grid, head):
        try:
            for entry in _entries(cells, head, known, taken):
                taken.add((entry.body, entry.code))
                sheet.entries.append(entry)
        except Unreadable as wrong:
            column = head.of(wrong.field)
            where = f"{get_column_letter(column + 1)} {head.names[column]}" if column is not None else ""
            sheet.bad.append(Bad(grid.name, row + 1, where, wrong.reason, wrong.advice))


def _rows(grid: Grid, head: Head) -> Iterator[tuple[int, list[str]]]:
    """The rows below the head, without empty ones, notes across the whole sheet, and heads said again."""
    above: dict[int, str] = {}
    for row in range(head.below, len(grid.cells)):
        cells = list(grid.cells[row])
        if _is_no_entry(cells, head):
            continue
        for name in CARRIED_ON:
            column = head.of(name)
            if column is not None and column < len(cells):
                cells[column] = above[column] = cells[column] or above.get(column, "")
        yield row, cells


def _is_no_entry(cells: list[str], head: Head) -> bool:
    """An empty row, a note or a heading from the left or across the sheet, or the head said again."""
    words = {cell for cell in cells if cell}
    if len(words) <= 1:
        return not words or bool(cells[0]) or sum(map(bool, cells)) >= 3
    return sum(cell in head.names.values() for cell in words) >= 3


def _entries(cells: list[str], head: Head, known: Known, taken: set[tuple[str, str]]) -> Iterator[Entry]:
    """One for each body that the row names."""
    said = {name: _cell(cells, head.of(name)) for name in (*heads_of_words(), "third_matter")}
    time = time_of(said["time"])
    if time is None:
        raise Unreadable("time", _read_as(said["time"]), TIME_ADVICE)
    second = "／".join(filter(None, [said["second_matter"], said["third_matter"]]))
    about = {
        "matter": said["matter"],
        "second_matter": second,
        "content": said["content"],
        "basis": said["basis"],
        "within": time[0],
        "repeats": time[1],
        "day": time[2] if time[1] is not Every.NONE else "",
        "channels": _channels(cells, head),
        "audience": _audience(cells, head),
        "manner": _manner(cells, head),
        "levels": _levels(cells, head),
    }
    if not about["matter"]:
        reason = both("没有事项名称", "No matter")
        raise Unreadable("matter", reason, both("请填写一级事项", "Name the matter"))
    for body in _bodies(said["body"], known):
        code = _code(said, known, (body, said["matter"], second), taken)
        try:
            yield Entry(body=body, code=code, **about)
        except ValidationError as wrong:
            raise Unreadable(*_told(wrong)) from None


def heads_of_words() -> list[str]:
    return list(dict.fromkeys(name for _, name in heads.FIELDS))


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


TIME_ADVICE = both(
    "请写明时限，例如：信息形成或者变更之日起20个工作日内、实时、每季度结束后15日内、每年1月31日前",
    "State a time, such as 信息形成或者变更之日起20个工作日内, 实时, 每季度结束后15日内, 每年1月31日前",
)


def _read_as(text: str) -> str:
    if not text:
        return both("没有时限", "No time")
    return both(f"看不懂的时限：{text}", f"No time can be read: {text}")


def _marked(cells: Sequence[str], head: Head, kind: type) -> list[object]:
    """What the ticked columns of this kind mean."""
    return [
        meant
        for column, senses in head.columns.items()
        for meant in senses
        if isinstance(meant, kind) and ticked(_cell(cells, column))
    ]


def _channels(cells: Sequence[str], head: Head) -> tuple[Carrier, ...]:
    found = set(carriers_of(_cell(cells, head.of("channels")))) | set(_marked(cells, head, Carrier))
    return tuple(carrier for carrier in Carrier if carrier in found) or (Carrier.WEBSITE,)


def _audience(cells: Sequence[str], head: Head) -> For:
    """For all, unless only particular groups are ticked or named."""
    found = _marked(cells, head, For) or _named(_cell(cells, head.of("audience")), AUDIENCES)
    return For.PARTICULAR if found and For.ALL not in found else For.ALL


def _manner(cells: Sequence[str], head: Head) -> Manner:
    found = _marked(cells, head, Manner) or _named(_cell(cells, head.of("manner")), MANNERS)
    return Manner.ON_REQUEST if found and Manner.PROACTIVE not in found else Manner.PROACTIVE


def _levels(cells: Sequence[str], head: Head) -> tuple[Tier, ...]:
    found = _marked(cells, head, Tier) or _named(_cell(cells, head.of("levels")), TIERS)
    return tuple(tier for tier in Tier if tier in found) or (Tier.COUNTY,)


def _named(text: str, words: Mapping[str, object]) -> list[object]:
    """What a cell names, or ticks among the boxes it has."""
    ticks = re.findall(r"[■☑✓✔√●]\s*([^■☑✓✔√●□☐○]+)", text)
    return [meant for word, meant in words.items() if word in ("".join(ticks) or text)]


def _bodies(text: str, known: Known) -> list[str]:
    names = [name for name in re.split(r"[、；;，,/\n\s]+", text) if name] or [known.body]
    return list(dict.fromkeys(_body(name, known) for name in names))


def _body(name: str, known: Known) -> str:
    if name in known.bodies.values():
        return name
    like = {code for full, code in known.bodies.items() if name.endswith(full) or full.endswith(name)}
    if name and (code := known.bodies.get(name) or (like.pop() if len(like) == 1 else None)):
        return code
    if not name:
        reason = both("没有公开主体", "No body is named")
        raise Unreadable("body", reason, both("请填写，或用 --body 指明", "Name one, or give --body"))
    near = "、".join(difflib.get_close_matches(name, known.bodies, n=3, cutoff=0.4) or known.bodies)
    reason = both(f"没有这个机关：{name}", f"There is no such body: {name}")
    raise Unreadable("body", reason, both(f"请用机关名称或代码：{near}", f"Use a name or a code: {near}"))


def _code(
    said: Mapping[str, str], known: Known, matter: tuple[str, str, str], taken: set[tuple[str, str]]
) -> str:
    """As written; else what this matter has already, so that a new row above changes no other's; else new."""
    body = matter[0]
    if code := said["code"]:
        if (body, code) in taken:
            reason = both(f"编码重复：{code}", f"This code was used before: {code}")
            raise Unreadable("code", reason, both("每个事项一个编码", "Each entry has its own"))
        return code
    code = known.codes.get(matter, "")
    if code and (body, code) not in taken:
        return code
    theirs = {code for (owner, _, _), code in known.codes.items() if owner == body}
    numbers = (f"{known.prefix}.{number:03}" for number in range(1, 100_000))
    return next(code for code in numbers if (body, code) not in taken and code not in theirs)


def _told(wrong: ValidationError) -> tuple[str, str, str]:
    fault = wrong.errors(include_url=False)[0]
    name = str(fault["loc"][0]) if fault["loc"] else "time"
    advice = both("编码用小写字母、数字、点和横线", "Codes are small letters, digits, dots and hyphens")
    if name != "code":
        advice = both("请缩短或改正", "Shorten or correct it")
    return name, fault["msg"], advice
