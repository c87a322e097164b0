"""The page of the list: filters in a form, the newest first, and the feeds of exactly this search."""

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request, Response

from shared.clock import now
from shared.labels import KINDS
from shared.themes import children

from .. import catalogue_reading as catalogue
from ..asked import Paged
from ..reader import Reader
from .rendered import Pages, Reading

IN_FORM = ("department", "theme", "kind", "year")
"""What the form offers; other filters stay as they are."""


class ListPage:
    """Reads a page of the list and has it drawn."""

    def __init__(self, pages: Pages, reader: Reader) -> None:
        self._pages = pages
        self._reader = reader

    async def answer(self, request: Request, asked: Paged) -> Response:
        """The same page of the list as its JSON."""
        reading = self._pages.reading(request)
        page = await catalogue.page(self._reader, asked)
        bodies = await catalogue.names(self._reader, "name_en" if reading.language == "en" else "name")
        said = asked.filters().model_dump(mode="json", exclude_none=True)
        kept = {**said, **asked.size()}
        return self._pages.answer(
            request,
            "list.html",
            changed_at=page.changed_at,
            reading=reading,
            entries=[orjson.loads(entry) for entry in page.entries],
            bodies=bodies,
            kinds={kind.value: words[reading.language == "en"] for kind, words in KINDS.items()},
            choices=list(_choices(bodies, reading, said)),
            said=said,
            hidden={name: value for name, value in said.items() if name not in IN_FORM},
            query=asked.filters().query(),
            older=reading.link("/documents", {**kept, "after": page.next}) if page.next else "",
            newer=reading.link("/documents", {**kept, "before": page.previous}) if page.previous else "",
        )


def _choices(
    bodies: dict[str, str], reading: Reading, said: dict[str, Any]
) -> Iterator[tuple[str, list[tuple[str, str]], str]]:
    """Each field of the form: its name, what can be chosen, and what is."""
    at = reading.language == "en"
    themes = [(theme.code, theme.en if at else theme.zh) for theme in children()]
    if "." in str(said.get("theme", "")):
        themes += [(one.code, one.en if at else one.zh) for one in children(said["theme"][:2])]
    years = [(str(year), str(year)) for year in range(now().year, now().year - 10, -1)]
    offered = {
        "department": list(bodies.items()),
        "theme": themes,
        "kind": [(kind.value, words[at]) for kind, words in KINDS.items()],
        "year": years,
    }
    for name, choices in offered.items():
        yield name, choices, str(said.get(name, ""))
