"""What stands on a page in the order it was drawn, and what of it no eye can see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

COVERED = "（遮盖下 under a box）"
INVISIBLE = "（不可见文字 invisible text）"
WHITE = "（白色文字 white text）"
TINY = "（微小文字 tiny text）"
OUTSIDE = "（页面之外 outside the page）"

SMALLEST = 1.5
"""Letters lower than this, in points, are there for machines."""

MOST = 20_000
"""Things drawn on one page: nobody has to look through more of them."""


class Box(NamedTuple):
    """Left, low, right, high: in units of the page, whichever way its ordinates run."""

    left: float
    low: float
    right: float
    high: float

    def holds(self, other: "Box") -> bool:
        """The middle of the other in width, and most of its height: a line through it does not cover it."""
        middle, quarter = (other.left + other.right) / 2, (other.high - other.low) / 4
        return (
            self.left <= middle <= self.right
            and self.low <= other.low + quarter
            and other.high - quarter <= self.high
        )

    def within(self, other: "Box") -> "Box":
        """What of this box the other lets through."""
        left, low = max(self.left, other.left), max(self.low, other.low)
        return Box(left, low, max(left, min(self.right, other.right)), max(low, min(self.high, other.high)))


@dataclass(frozen=True, slots=True)
class Fill:
    """A surface painted over whatever was drawn before it: `order` counts what is drawn."""

    box: Box
    order: int
    white: bool = False


_BAND = 50.0
_BANDS = 200


@dataclass(slots=True)
class Fills:
    """Found by the band of the page that they cross, as a page may have thousands of both."""

    count: int = 0
    bands: dict[int, list[Fill]] = field(default_factory=dict)

    def add(self, fill: Fill) -> None:
        self.count += 1
        for band in _bands(fill.box):
            self.bands.setdefault(band, []).append(fill)

    def crossing(self, box: Box) -> Iterator[Fill]:
        """Everything that may meet the box, some of it more than once."""
        return (fill for band in _bands(box) for fill in self.bands.get(band, ()))

    def cover(self, box: Box, order: int) -> bool:
        """Whether something drawn later hides what stands in this box."""
        return any(fill.order > order for fill in self._around(box))

    def lie_dark_under(self, box: Box, order: int) -> bool:
        """Whether white letters in this box can be read."""
        return any(fill.order < order and not fill.white for fill in self._around(box))

    def _around(self, box: Box) -> Iterator[Fill]:
        middle = (box.low + box.high) / 2
        return (fill for fill in self.bands.get(_band(middle), ()) if fill.box.holds(box))


def _bands(box: Box) -> range:
    return range(_band(box.low), _band(box.high) + 1)


def _band(height: float) -> int:
    return int(max(-_BANDS, min(_BANDS, height // _BAND)))


@dataclass(frozen=True, slots=True)
class Ink:
    """How a stretch of text was drawn."""

    order: int
    invisible: bool = False
    white: bool = False
    tiny: bool = False


def hidden_by(ink: Ink, box: Box, fills: Fills, page: Box) -> str:
    """Why a letter in this box cannot be seen, nothing if it can."""
    if ink.invisible:
        return INVISIBLE
    if not page.holds(box):
        return OUTSIDE
    if fills.cover(box, ink.order):
        return COVERED
    if ink.white and not fills.lie_dark_under(box, ink.order):
        return WHITE
    return TINY if ink.tiny else ""
