"""The notice board (信息公告栏): a sheet to print, in A4 and A3, and a note to hang in its place."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import anyio.to_thread

from shared.objects import digest

from ...papers.printing import day, pdf, qr
from ...papers.taken_down import note
from ...papers.text import CUT, paragraphs
from .. import Around, ChannelOptions, Outgoing, Proof

PAPERS = ("a4", "a3")

HEADING = re.compile("[一二三四五六七八九十]{1,3}、")
DATE = re.compile("20[0-9]{2} ?年 ?[0-9]{1,2} ?月 ?[0-9]{1,2} ?日")


class Kind:
    """Printed and hung by people, so only people can say that it is gone."""

    Options = ChannelOptions
    by_person = True
    replaces = False

    def __init__(self, code: str, options: ChannelOptions, around: Around) -> None:  # noqa: ARG002 the protocol's.
        self.code = code

    async def release(self, edition: Outgoing) -> Proof:
        text, more = await _text(edition)
        said = sheet(edition, text, more=more)
        papers = {
            f"{paper.upper()}.pdf": await anyio.to_thread.run_sync(
                pdf, "bulletin", {**said, "paper": paper}, edition.published_at
            )
            for paper in PAPERS
        }
        return Proof({"sheets": {name: digest(content) for name, content in papers.items()}}, papers)

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the protocol's.
        paper = await anyio.to_thread.run_sync(note, edition, "公告栏")
        return Proof({"note_sha256": digest(paper)}, {"已撤下.pdf": paper})


async def _text(edition: Outgoing) -> tuple[list[str], bool]:
    """The first file that can be read, and whether there is more than that."""
    for file in edition.files:
        content = await edition.read(file)
        if found := await anyio.to_thread.run_sync(paragraphs, content, file.media_type):
            return _bounded(found), len(edition.files) > 1
    return [str(edition.about["summary"])] if edition.about.get("summary") else [], True


def _bounded(texts: list[str]) -> list[str]:
    """Two pages hold a few thousand characters; measuring a book would take long."""
    held, room = [], CUT // 10
    for words in texts:
        held.append(words[:room])
        room -= len(words)
        if room <= 0:
            return [*held, "……"]
    return held


def sheet(edition: Outgoing, text: list[str], *, more: bool) -> dict[str, Any]:
    """All that the sheet's template puts down."""
    about = edition.about
    facts = [
        ("发布机构", edition.body),
        ("公开日期", day(edition.published_at)),
        ("成文日期", day(edition.created_on)),
        ("施行日期", _date(about.get("effective_on"))),
        ("失效日期", _date(about.get("lapses_on"))),
        ("公示截止", _date(about.get("notice_ends_on"))),
        ("版　　次", f"第{edition.edition}版" if edition.edition > 1 else ""),
        ("更正说明", about.get("amendment", "")),
    ]
    return {
        "title": edition.title,
        "doc_no": edition.doc_no or "",
        "body": edition.body,
        "phone": edition.phone,
        "index_no": edition.index_no,
        "posted": day(edition.published_at),
        "sha256": edition.content_sha256,
        "url": edition.url,
        "qr": qr(edition.url),
        "facts": [fact for fact in facts if fact[1]],
        "text": _styled(_without_heading(edition, text)),
        "more": more,
    }


def _date(said: str | None) -> str:
    return day(date.fromisoformat(said)) if said else ""


def _without_heading(edition: Outgoing, text: list[str]) -> list[str]:
    """Title and number stand above already."""
    above = {edition.title.replace(" ", ""), (edition.doc_no or "").replace(" ", "")}
    while text and text[0].replace(" ", "") in above:
        text = text[1:]
    return text


def _styled(text: list[str]) -> list[tuple[str, str]]:
    """Headings, and the body and date at the end, as official papers set them."""
    styled = [("head" if HEADING.match(words) and len(words) < 30 else "", words) for words in text]
    if len(styled) > 2 and DATE.fullmatch(text[-1]):
        styled[-2:] = [("end" if len(text[-2]) < 40 else "", text[-2]), ("end", text[-1])]
    return styled
