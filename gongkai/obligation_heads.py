"""The head of a register of obligations: which column says what, in one row or in two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.publish.obligations.register_entries import Carrier, For, Manner, Tier

from .obligation_grid import Grid
from .obligation_words import AUDIENCES, MANNERS, SPOKEN, TIERS

Sense = str | Carrier | For | Manner | Tier
"""A column of words by the field's name; a column of ticks by what its ticks mean."""

FIELDS: Sequence[tuple[str, str]] = (
    ("编码|代码", "code"),
    ("序号", "no"),
    ("一级事项", "matter"),
    ("二级事项", "second_matter"),
    ("三级事项", "third_matter"),
    ("时限", "time"),
    ("依据", "basis"),
    ("主体|责任单位|责任部门", "body"),
    ("渠道|载体", "channels"),
    ("对象", "audience"),
    ("方式", "manner"),
    ("层级", "levels"),
    ("内容|要素", "content"),
    ("公开事项|事项名称", "matter"),
)
"""The first that fits: 公开事项 alone is its first level."""

TICKS: Mapping[str, Sequence[tuple[str, Sense]]] = {
    "channels": SPOKEN,
    "audience": tuple(AUDIENCES.items()),
    "manner": tuple(MANNERS.items()),
    "levels": tuple(TIERS.items()),
}

NEEDED = {"matter": "公开事项（一级事项）", "time": "公开时限"}


@dataclass(frozen=True)
class Head:
    """Which column says what, and the first row below."""

    columns: Mapping[int, frozenset[Sense]]
    names: Mapping[int, str]
    below: int

    def of(self, field: str) -> int | None:
        """The column of words for this field."""
        return next((column for column, senses in self.columns.items() if field in senses), None)

    def missing(self) -> list[str]:
        return [name for field, name in NEEDED.items() if self.of(field) is None]


def find(grid: Grid) -> Head | None:
    """The head, wherever it stands; None where there is none, as on a cover."""
    for number, row in enumerate(grid.cells):
        if sum(bool(sense(cell)) for cell in {cell for cell in row if len(cell) <= 30}) >= 3:
            return _head(grid, number)
    return None


def _head(grid: Grid, number: int) -> Head:
    """A second row belongs to it if it only says more closely what stands above."""
    upper = grid.cells[number]
    lower = grid.cells[number + 1] if number + 1 < len(grid.cells) else []
    two = any((number + 1, column) in grid.spread for column in range(len(lower))) or _says_more(lower)
    columns, names, group = {}, {}, ""
    for column in range(max(len(upper), len(lower) if two else 0)):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if two and column < len(lower) else ""
        group = above or (group if below else "")  # A CSV shows a merged head in its first column only.
        if senses := _senses(group, below):
            columns[column], names[column] = senses, below or above
    return Head(columns, names, number + 1 + two)


def _says_more(lower: Sequence[str]) -> bool:
    """In a CSV nothing is merged: a row of heads has no number and names at least two columns again."""
    again = [cell for cell in lower if cell and len(cell) <= 12 and (sense(cell) or _of_ticks(cell))]
    return len(again) >= 2 and len(again) == sum(map(bool, lower))


def _senses(above: str, below: str) -> frozenset[Sense]:
    field = sense(below) or sense(above)
    if below and below != above and (group := sense(above)) in TICKS:
        found = [meant for words, meant in TICKS[group or ""] if re.search(words, below)]
        if group == "channels":
            found = found[:1] or [Carrier.OTHER]
        if found:
            return frozenset(found)
    return frozenset([field]) if field else frozenset()


def sense(cell: str) -> str | None:
    """The field that a head names."""
    words = re.sub(r"\s+", "", cell)
    return next((field for pattern, field in FIELDS if words and re.search(pattern, words)), None)


def _of_ticks(cell: str) -> bool:
    return any(re.search(words, cell) for senses in TICKS.values() for words, _ in senses)
