"""Parts of office packages: XML from strangers, parsed as a stream and without entities."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat


class Reader(Protocol):
    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class UnreadableMarkup(ValueError):
    """The part is no well-formed XML, or declares a document type, which no office programme does."""


def parse(body: bytes, reader: Reader) -> None:
    """Tells the reader what the part holds, names without their prefixes. Raises UnreadableMarkup."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: reader.start(local(tag), attributes)
    parser.EndElementHandler = lambda tag: reader.end(local(tag))
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise UnreadableMarkup from None


def local(name: str) -> str:
    return name.rpartition(":")[2]


def locals_of(attributes: dict[str, str]) -> dict[str, str]:
    return {local(name): value for name, value in attributes.items()}


def words(body: bytes) -> str:
    """Everything an unfamiliar part may say: its text, and the attributes that people fill in."""
    gathered = _Words()
    parse(body, gathered)
    return "\n".join((*filter(None, "".join(gathered.parts).split("\n")), *gathered.said))


def _refuse(*_: object) -> None:
    raise UnreadableMarkup


_INLINE = frozenset(("t", "r", "rPr", "span"))
_SAID = frozenset((
    "caption", "descr", "display", "displayname", "error", "name", "prompt", "text", "title", "tooltip", "v",
))  # fmt: skip
_DRAWINGS = frozenset(("AbbreviatedData", "Glyphs", "CheckValue"))  # Figures that nobody reads.
_TELLING = re.compile(r"[^\x00-\x7f]|[0-9]{6}")


@dataclass(slots=True)
class _Words:
    parts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    drawing: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        said = (value for key, value in attributes.items() if local(key).lower() in _SAID)
        self.said += filter(_TELLING.search, said)
        self.drawing = name in _DRAWINGS

    def end(self, name: str) -> None:
        self.drawing = False
        if name not in _INLINE:
            self.parts.append("\n")

    def text(self, text: str) -> None:
        if not self.drawing and text.strip():
            self.parts.append(text)


Each = Callable[[str, dict[str, str]], None]


@dataclass(slots=True)
class Elements:
    """A reader that only looks at elements and their attributes."""

    each: Each

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.each(name, locals_of(attributes))

    def end(self, _name: str) -> None:
        pass

    def text(self, _text: str) -> None:
        pass


def elements(body: bytes, *wanted: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of these names, in order, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parse(body, Elements(lambda *element: found.append(element) if element[0] in wanted else None))
    return found
