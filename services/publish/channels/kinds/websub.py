"""WebSub: tells a hub that the feeds have changed; the hub fetches them and tells its subscribers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import field_validator

from .. import Around, ChannelOptions, Outgoing, Proof
from ..outside import Outside, judge, origin
from .portal import NoAddress

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class WebsubOptions(ChannelOptions):
    hub: str
    feeds: tuple[str, ...] = ("/feed.json",)
    """Paths of the feeds below the public address."""

    @field_validator("hub")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        origin(url)
        return url


class Kind:
    """Keeps no copy anywhere, so a withdrawal is one more change to tell of."""

    Options = WebsubOptions
    by_person = False
    replaces = True

    def __init__(self, code: str, options: WebsubOptions, around: Around) -> None:
        self.code = code
        self.options = options
        self.base = around.public_url.rstrip("/")
        if not self.base:
            raise NoAddress

    async def release(self, edition: Outgoing) -> Proof:  # noqa: ARG002 the hub is told of the feed.
        return await self._ping()

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the same.
        return await self._ping()

    async def _ping(self) -> Proof:
        topics = [self.base + feed for feed in self.options.feeds]
        asked = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]
        body = urlencode(asked).encode()
        answer = await Outside(self.options.hub).ask("POST", self.options.hub, headers=FORM, body=body)
        judge(answer)
        return Proof({**answer.said(), "topics": topics})
