"""The portal: renders nothing itself, but proves that the public address gives out this edition, or 410."""

from collections.abc import Mapping
from typing import Any

import orjson

from .. import Around, ChannelOptions, Later, Outgoing, Proof
from ..outside import Answer, Outside


class NoAddress(ValueError):
    """The channel needs the public address: set GONGKAI_PUBLIC_URL, or `url` in the register of channels."""


class PortalOptions(ChannelOptions):
    url: str = ""
    """Where the public reads, if it is not the platform's public address."""


class Kind:
    """Fetches the page as the public does, past every cache."""

    Options = PortalOptions
    by_person = False
    replaces = True

    def __init__(self, code: str, options: PortalOptions, around: Around) -> None:
        self.code = code
        self.base = (options.url or around.public_url).rstrip("/")
        if not self.base:
            raise NoAddress

    async def release(self, edition: Outgoing) -> Proof:
        answer = await self._fetch(edition)
        if answer.status != 200 or _shown(answer) != edition.content_sha256:
            raise Later(f"{edition.url} answers {answer.status}, not with edition {edition.edition}")
        return Proof({**answer.said(), "url": self._url(edition), "content_sha256": edition.content_sha256})

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the protocol's.
        answer = await self._fetch(edition)
        later = answer.status == 200 and _shown(answer) not in ("", edition.content_sha256)
        if answer.status != 410 and not later:
            raise Later(f"{edition.url} still answers {answer.status}")
        return Proof({**answer.said(), "url": self._url(edition)})

    def _url(self, edition: Outgoing) -> str:
        return f"{self.base}/documents/{edition.document_id}"

    async def _fetch(self, edition: Outgoing) -> Answer:
        fresh = {"Accept": "application/json", "Cache-Control": "no-cache"}
        return await Outside(self.base).ask("GET", self._url(edition), headers=fresh)


def _shown(answer: Answer) -> str:
    """The hash that the page says it has."""
    try:
        return str(orjson.loads(answer.body)["content_sha256"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
