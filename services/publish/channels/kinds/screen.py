"""The electronic screen (电子信息屏): a playlist of what is new, rebuilt whole from the record every time."""

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
from pydantic import Field

from shared.clock import BEIJING, today
from shared.objects import digest

from ...papers.printing import qr
from .. import Around, ChannelOptions, Later, Outgoing, Proof

SCHEMA = 1
"""Raised when an entry changes its meaning; what is added does not raise it."""


class ScreenOptions(ChannelOptions):
    days: Annotated[int, Field(ge=1, le=366)] = 30
    """For so long an edition is shown."""
    seconds: Annotated[int, Field(ge=3, le=600)] = 15
    """For so long each one stands."""
    most: Annotated[int, Field(ge=1, le=500)] = 50


class Kind:
    """Screens that read a file have it in the channel's folder; those that ask get it from the record."""

    Options = ScreenOptions
    by_person = False
    replaces = True

    def __init__(self, code: str, options: ScreenOptions, around: Around) -> None:
        self.code = code
        self.options = options
        self.around = around

    async def release(self, edition: Outgoing) -> Proof:  # noqa: ARG002 it writes all there is.
        written = await self.write()
        return Proof({"playlist_sha256": digest(written)})

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the protocol's.
        written = await self.write()
        if f'"{edition.document_id}/{edition.edition}"'.encode() in written:
            raise Later("the playlist still has it")
        return Proof({"playlist_sha256": digest(written)})

    async def write(self) -> bytes:
        """The playlist as the record has it now, in one stroke."""
        content = await self.playlist()
        replace(self.around.folder / "playlist.json", content)
        return content

    async def playlist(self) -> bytes:
        news = await self.around.news(today() - timedelta(days=self.options.days))
        return playlist(news[: self.options.most], self.options.seconds)


def playlist(news: Sequence[Outgoing], seconds: int) -> bytes:
    """The newest first; the same record gives the same bytes."""
    items = [_item(order, edition, seconds) for order, edition in enumerate(news, 1)]
    return orjson.dumps({"schema": "gongkai.screen", "version": SCHEMA, "items": items})


def _item(order: int, edition: Outgoing, seconds: int) -> dict[str, Any]:
    return {
        "id": f"{edition.document_id}/{edition.edition}",
        "order": order,
        "seconds": seconds,
        "title": edition.title,
        "body": edition.body,
        "phone": edition.phone,
        "date": edition.published_at.astimezone(BEIJING).date().isoformat(),
        "index_no": edition.index_no,
        "doc_no": edition.doc_no,
        "kind": edition.kind,
        "summary": edition.about.get("summary", ""),
        "url": edition.url,
        "qr_svg": qr(edition.url),
    }


def replace(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    beside.write_bytes(content)
    os.replace(beside, path)
