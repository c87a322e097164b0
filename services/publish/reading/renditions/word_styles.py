"""What the styles of a Word document say about paragraphs and runs, through what they are based on."""

from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def value(around: Any, name: str) -> str:
    """The value of a property; nothing if it is not set."""
    found = around.find(f"{W}{name}") if around is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{W}val", "1").lower() not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Style:
    alignment: str = ""
    list_id: str = ""
    list_level: str = "0"
    hides: bool = False


_PLAIN = Style()
_CHAIN = 12


class Styles:
    def __init__(self, root: Any) -> None:
        found = root.iter(f"{W}style") if root is not None else ()
        self._by_id = {style.get(f"{W}styleId", ""): style for style in found}
        self._known: dict[str, Style] = {"": _PLAIN}

    def of(self, style_id: str) -> Style:
        if style_id not in self._known:
            self._known[style_id] = self._read(style_id)
        return self._known[style_id]

    def _read(self, style_id: str) -> Style:
        """The nearest style that says it wins."""
        chain = self._chain(style_id)
        paragraphs = [style.find(f"{W}pPr") for style in chain]
        lists = [part.find(f"{W}numPr") for part in paragraphs if part is not None]
        hiding = [style.find(f"{W}rPr/{W}vanish") for style in chain]
        return Style(
            alignment=_first(value(part, "jc") for part in paragraphs),
            list_id=_first(value(part, "numId") for part in lists),
            list_level=_first(value(part, "ilvl") for part in lists) or "0",
            hides=is_on(next((switch for switch in hiding if switch is not None), None)),
        )

    def _chain(self, style_id: str) -> list[Any]:
        chain: list[Any] = []
        while style_id in self._by_id and len(chain) < _CHAIN:
            chain.append(self._by_id[style_id])
            style_id = value(chain[-1], "basedOn")
        return chain


def _first(values: Any) -> str:
    return next(filter(None, values), "")
