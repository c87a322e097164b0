"""One page of an OFD document: its text in the order of reading, and what of it cannot be seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.review.screening import drawn
from services.review.screening.drawn import Box, Fill, Fills, Ink
from services.review.screening.pieces import Layout, Piece, joined, unreadable

_ANYWHERE = Box(-1e9, -1e9, 1e9, 1e9)
_SCAN = 20  # A page with a picture and fewer characters than this is a scan with a stamp on it.
_POINT = 0.353  # In millimetres, the unit of the format.


@dataclass(slots=True)
class Text:
    """One run of glyphs, with the box it takes up."""

    box: Box
    size: float
    ink: Ink
    text: str


@dataclass(slots=True)
class Page:
    """What the parser has seen, of the page and of the templates below it, in the order it is drawn."""

    place: str
    area: str = ""
    remarks: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    fills: Fills = field(default_factory=Fills)
    order: int = 0
    pictures: int = 0
    paths: int = 0
    within: list[dict[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    white: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.kinds.append(name)
        self.within.append(attributes)
        if name in _OBJECTS:
            self.order += 1
            self.white = False
        elif name == "FillColor":
            self.white = _is_white(attributes.get("Value", ""))
        elif name == "TextCode":
            self.code, self.written = attributes, []

    def end(self, name: str) -> None:
        self.kinds.pop()
        attributes = self.within.pop()
        if name == "TextCode":
            self._text()
        elif name == "ImageObject":
            self.pictures += 1
            self._fill(attributes)
        elif name == "PathObject":
            self.paths += 1
            if attributes.get("Fill") == "true":
                self._fill(attributes)

    def text(self, text: str) -> None:
        if self.kinds[-1:] == ["TextCode"]:
            self.written.append(text)
        elif self.kinds[-1:] == ["PhysicalBox"]:
            self.area = text
        elif self.kinds[-1:] in (["Remark"], ["Parameter"]):
            self.remarks.append(text)

    def _text(self) -> None:
        given = next((a for a, kind in zip(self.within[::-1], self.kinds[::-1], strict=True)
                      if kind == "TextObject"), {})  # fmt: skip
        boundary, size, text = (
            _box(given.get("Boundary", "")),
            _float(given.get("Size")),
            "".join(self.written),
        )
        left, top, _, _ = boundary or Box(0, 0, 0, 0)
        left, low = left + _float(self.code.get("X")), top + _float(self.code.get("Y"))
        width = sum(_deltas(self.code.get("DeltaX", ""), len(text) - 1)) or size * (len(text) - 1)
        hidden = given.get("Visible") == "false" or given.get("Alpha") == "0"
        ink = Ink(self.order, hidden, self.white, 0 < size < drawn.SMALLEST * _POINT)
        self.texts.append(Text(Box(left, low - size, left + width + size, low), size, ink, text))

    def _fill(self, attributes: dict[str, str]) -> None:
        box, alpha = _box(attributes.get("Boundary", "")), attributes.get("Alpha", "255")
        if box and alpha == "255" and attributes.get("Visible") != "false" and self.fills.count < drawn.MOST:
            self.fills.add(Fill(box, self.order, self.white))

    def pieces(self) -> Iterator[Piece]:
        layout, hidden, area = Layout(self.place), set(), _box(self.area) or _ANYWHERE
        for line in _lines(self.texts):
            for before, text in line:
                layout.add(before)
                for letter, box in _letters(text):
                    why = drawn.hidden_by(text.ink, box, self.fills, area)
                    layout.add(letter, why)
                    hidden.add(why)
            layout.add("\n")
        letters = len("".join("".join(layout.parts).split()))
        drawn_only = letters < _SCAN and (self.pictures > 0 or (letters == 0 and self.paths > 0))
        yield layout.piece(drawn_only)
        yield from joined(self.remarks, f"{self.place}（说明 remarks）")
        for why in sorted(hidden - {""}):
            yield unreadable(self.place + why)


_OBJECTS = frozenset(("TextObject", "PathObject", "ImageObject", "CompositeObject"))


def _lines(texts: list[Text]) -> Iterator[list[tuple[str, Text]]]:
    """From the top down and from left to right, each run with the gap before it."""
    line: list[Text] = []
    for text in sorted(texts, key=lambda text: (text.box.high, text.box.left)):
        if line and text.box.high - line[0].box.high > 0.5 * max(line[0].size, 0.1):
            yield list(_in_line(line))
            line = []
        line.append(text)
    if line:
        yield list(_in_line(line))


def _in_line(line: list[Text]) -> Iterator[tuple[str, Text]]:
    end = None
    for text in sorted(line, key=lambda text: text.box.left):
        far = end is not None and text.box.left - end > text.size
        yield ("\t" if far else ""), text
        end = text.box.right


def _letters(text: Text) -> Iterator[tuple[str, Box]]:
    box, count = text.box, len(text.text)
    step = (box.right - box.left) / max(count, 1)
    for number, letter in enumerate(text.text):
        left = box.left + number * step
        yield letter, Box(left, box.low, left + step, box.high)


def _box(written: str) -> Box | None:
    """An ST_Box: left, top, width, height."""
    numbers = [_float(number) for number in written.split()]
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    return Box(left, top, left + width, top + height)


def _float(written: str | None) -> float:
    try:
        number = float(written or 0)
    except ValueError:
        return 0.0
    return number if abs(number) < 1e9 else 0.0


def _deltas(written: str, most: int) -> list[float]:
    """Distances from letter to letter, where `g 3 2.5` stands for three of 2.5."""
    distances: list[float] = []
    words = iter(written.split())
    for word in words:
        if word == "g":
            count = int(_float(next(words, "0")))
            distances += [_float(next(words, "0"))] * max(0, min(count, most - len(distances)))
        else:
            distances.append(_float(word))
    return distances[: max(0, most)]


def _is_white(value: str) -> bool:
    levels = value.split()
    return bool(levels) and all(level.isdigit() and int(level) >= 250 for level in levels)
