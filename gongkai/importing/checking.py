"""All rows of a catalogue looked at: which can be handed in, which were before, what is wrong with others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.doc_numbers import key_of

from ..words import both
from .rows import House, Read, Wrong, read
from .sheets import Sheet

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Known:
    """What the platform has already."""

    keys: frozenset[str] = frozenset()
    """Of rows that were handed in before."""
    doc_nos: Mapping[str, str] = field(default_factory=dict)
    """The index number of the public document with this document number, in its normal form."""
    index_nos: frozenset[str] = frozenset()


@dataclass
class Checked:
    """What a look at every row came to."""

    rows: int
    good: list[Read] = field(default_factory=list)
    before: list[Read] = field(default_factory=list)
    bad: list[Read] = field(default_factory=list)

    @property
    def wrong(self) -> list[Wrong]:
        return [wrong for one in self.bad for wrong in one.wrong]


def check(
    sheet: Sheet, house: House, known: Known, folder: Path | None, *, told: Told | None = None
) -> Checked:
    """Every row, in order; without a folder the files are not looked for."""
    checked = Checked(len(sheet.rows))
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(sheet.rows, 1):
        one = read(row, house)
        _twice(one, seen)
        if one.key in known.keys:
            checked.before.append(one)
        else:
            _taken(one, known)
            _files(one, folder)
            (checked.bad if one.wrong else checked.good).append(one)
        if told and number % 100 == 0:
            told(number, len(sheet.rows))
    return checked


def inside(folder: Path, name: str) -> Path | None:
    """The file of this name in the folder; None where it is not there, or not below it."""
    found = (folder / name).resolve()
    return found if found.is_file() and found.is_relative_to(folder.resolve()) else None


def _twice(one: Read, seen: dict[tuple[str, str], int]) -> None:
    """The first row keeps the number."""
    for name, value in _numbers(one).items():
        first = seen.setdefault((name, value), one.row.number)
        if first != one.row.number:
            one.fault(name, f"与第 {first} 行重复。", f"Row {first} has the same.")
    first = seen.setdefault(("key", one.key), one.row.number)
    if first != one.row.number and not one.wrong:
        one.fault("title", f"与第 {first} 行完全相同。", f"Row {first} is wholly the same.")


def _taken(one: Read, known: Known) -> None:
    numbers = _numbers(one)
    if (index_no := known.doc_nos.get(numbers.get("doc_no", ""))) is not None:
        one.fault("doc_no", f"目录中已有：{index_no}。", f"The catalogue has it: {index_no}.")
    if numbers.get("former_index_no", "") in known.index_nos:
        one.fault("former_index_no", "目录中已有这个索引号。", "The catalogue has this index number.")


def _numbers(one: Read) -> dict[str, str]:
    """By which a document is known."""
    doc_no, index_no = one.meant.get("doc_no"), one.meant.get("former_index_no")
    numbers = {"doc_no": key_of(doc_no) if doc_no else "", "former_index_no": index_no or ""}
    return {name: value for name, value in numbers.items() if value}


def _files(one: Read, folder: Path | None) -> None:
    if not one.files:
        one.fault(
            "files", "没有写文件名：没有正文不能提交。", "No file is named: nothing is taken without one."
        )
    elif folder is not None:
        for name in one.files:
            if inside(folder, name) is None:
                one.fault("files", f"目录中没有这个文件：{name}", f"There is no such file: {name}")


def summary(checked: Checked, unknown: Sequence[str]) -> dict[str, Any]:
    """As figures and faults, for programmes."""
    return {
        "rows": checked.rows,
        "good": len(checked.good),
        "handed_in_before": len(checked.before),
        "bad": len(checked.bad),
        "faults": [vars(wrong) for wrong in checked.wrong],
        "columns_not_known": list(unknown),
    }


def reasons(one: Read) -> str:
    """What is wrong with a row, in one cell."""
    instead = both("应为", "write")
    return "；".join(
        f"{wrong.column}: {wrong.message}" + (f"（{instead} {wrong.instead}）" if wrong.instead else "")
        for wrong in one.wrong
    )
