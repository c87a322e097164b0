"""The page of one document, and of one that was withdrawn or never was."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response

from shared.contracts import (
    Audience,
    DocumentKind,
    Genre,
    Openness,
    Stage,
    Validity,
    WithdrawalKind,
)
from shared.labels import RELATED_BY, RELATIONS, Language, label
from shared.problems import NotFound
from shared.themes import UnknownTheme, by_code, tree

from .. import catalogue_reading as catalogue
from .. import linked
from ..catalogue_reading import Withdrawn
from ..entries import Relations
from ..reader import Reader
from ..related import relations_of
from .rendered import Pages, Reading, embedded

Entry = Mapping[str, Any]
Row = tuple[str, Sequence[tuple[str, str]]]
"""A line of the table: its name, and what it says, each with its address or none."""


class DocumentPage:
    """Reads what one document's page needs and has it drawn."""

    def __init__(self, pages: Pages, reader: Reader) -> None:
        self._pages = pages
        self._reader = reader

    async def answer(self, request: Request, document_id: UUID) -> Response:
        """The page; 410 with what may still be said, 404 where there never was anything."""
        reading = self._pages.reading(request)
        try:
            said, changed_at = await catalogue.one(self._reader, document_id)
        except Withdrawn as gone:
            return await self._gone(request, reading, gone)
        except NotFound:
            return self._pages.answer(request, "absent.html", status=404, reading=reading)
        entry = orjson.loads(said)
        bodies = await catalogue.names(self._reader, "name_en" if reading.language == "en" else "name")
        chinese = bodies if reading.language == "zh" else await catalogue.names(self._reader)
        others = await relations_of(self._reader, entry)
        return self._pages.answer(
            request,
            "document.html",
            changed_at=changed_at,
            reading=reading,
            entry=entry,
            publisher=chinese.get(entry["department"], entry["department"]),
            facts=list(_facts(entry, bodies, reading)),
            more=list(_more(entry, reading)),
            editions=[one for one in reversed(await catalogue.editions(self._reader, document_id))],
            standing=_standing(entry, reading),
            relations=list(_relations(others, reading)),
            stages=_stages(others, reading),
            theme_name=_theme_path(entry["theme"], "zh"),
            data=embedded(linked.schema_org(reading.base, entry, chinese)),
        )

    async def _gone(self, request: Request, reading: Reading, gone: Withdrawn) -> Response:
        bodies = await catalogue.names(self._reader, "name_en" if reading.language == "en" else "name")
        stone = gone.stone
        return self._pages.answer(
            request,
            "gone.html",
            status=410,
            reading=reading,
            stone=stone,
            body=bodies.get(stone.department or "", stone.department),
            reason=label(stone.reason, reading.language) if stone.reason else "",
            silent=stone.kind is WithdrawalKind.GONE,
        )


def _facts(entry: Entry, bodies: Mapping[str, str], reading: Reading) -> Iterator[Row]:
    """In the order of gov.cn: number, theme, body, date, title, document number, published, keywords."""
    issuing = [entry["department"], *entry["joint_with"]]
    yield "index_no", [(entry["index_no"], "")]
    theme = _theme_path(entry["theme"], reading.language)
    yield "theme", [(theme, reading.link("/documents", {"theme": entry["theme"]}))]
    yield (
        "department",
        [(bodies.get(code, code), reading.link("/documents", {"department": code})) for code in issuing],
    )
    yield "signed_on", [(entry["signed_on"], "")]
    yield "title", [(entry["title"], "")]
    yield "doc_no", [(entry["doc_no"] or "—", "")]
    yield "published_at", [(entry["published_at"], "day")]
    words = [(word, reading.link("/documents", {"keyword": word})) for word in entry["keywords"]]
    yield "keywords", words or [("—", "")]


CODES: Mapping[str, type[StrEnum]] = {
    "kind": DocumentKind,
    "genre": Genre,
    "audience": Audience,
    "openness": Openness,
}
MORE = (
    "kind", "genre", "audience", "office", "source", "former_index_no", "effective_on", "lapses_on",
    "notice_ends_on", "openness", "openness_reason", "obligations", "matter",
)  # fmt: skip
ASKED_AS = {
    "kind": "kind",
    "genre": "genre",
    "audience": "audience",
    "obligations": "obligation",
    "matter": "matter",
}
"""What leads to all the documents of which the same is said."""


def _more(entry: Entry, reading: Reading) -> Iterator[Row]:
    """What else is said, as far as anything is."""
    if entry["validity"]:
        yield "validity", [(label(Validity(entry["validity"]["validity"]), reading.language), "")]
    for name in MORE:
        said = entry[name] if isinstance(entry[name], list) else [entry[name]] if entry[name] else []
        if said:
            yield name, [_value(name, one, reading) for one in said]


def _value(name: str, value: str, reading: Reading) -> tuple[str, str]:
    href = reading.link("/documents", {ASKED_AS[name]: value}) if name in ASKED_AS else ""
    return label(CODES[name](value), reading.language) if name in CODES else value, href


def _standing(entry: Entry, reading: Reading) -> tuple[str, str, str] | None:
    """What has to be said first: that it does not hold, or not as it stands; since when, and why."""
    stands = entry["validity"]
    if stands is None or stands["validity"] == Validity.IN_FORCE:
        return None
    by = reading.link(f"/documents/{stands['by_document']}") if stands["by_document"] else ""
    return label(Validity(stands["validity"]), reading.language), stands["since"], by


def _relations(others: Relations, reading: Reading) -> Iterator[tuple[str, str, str]]:
    """What it is to others and they to it: the word, the title and, where it is public here, the address."""
    for labels, related in ((RELATIONS, others.names), (RELATED_BY, others.named_by)):
        for one in related:
            title = one.title or one.doc_no
            if title:
                yield labels[one.kind][reading.at], title, reading.link(one.href) if one.href else ""


def _stages(others: Relations, reading: Reading) -> list[tuple[str, list[tuple[str, str]]]]:
    """The documents of one matter, by decision, execution and result; empty where it is the only one."""
    found = []
    for stage in (*Stage, None):
        ours = [one for one in others.same_matter if one.stage == stage]
        if ours:
            links = [(one.title, reading.link(one.href)) for one in ours]
            found.append((label(stage, reading.language) if stage else "", links))
    return found if len(others.same_matter) > 1 else []


def _theme_path(code: str, language: Language) -> str:
    """Both names of its place, as gov.cn writes them; the code where the tree does not have it."""
    try:
        theme = by_code(code)
    except UnknownTheme:
        return code
    names = [tree()[theme.top], theme] if theme.code != theme.top else [theme]
    return "\\".join(one.zh for one in names) if language == "zh" else " › ".join(one.en for one in names)
