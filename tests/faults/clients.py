"""Clients that repeat every request until it is answered, and write down what they were told."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .house import House


class Unanswered(Exception):
    """A request was not answered in all the time that was given."""


@dataclass
class Log:
    """What the platform told its clients; the checker holds it to that."""

    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By idempotency key."""
    other_receipts: list[str] = field(default_factory=list)
    """A repeated request was given another receipt."""
    ways: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    """By document and edition: the least that it must go through before it may be public, or redacted."""
    said: set[tuple[str, str, str]] = field(default_factory=set)
    """Case, officer and act, where that was answered."""
    second_steps: int = 0
    """Attempts at a second step, or at a step of what one redacted oneself, that were refused."""
    withdrawn: dict[str, int] = field(default_factory=dict)
    """By document: the edition up to which it was said to be withdrawn."""
    seen_after_withdrawal: list[str] = field(default_factory=list)
    approved_by_author: list[str] = field(default_factory=list)
    repeats: int = 0
    """Requests that had to be made again."""
    unanswered: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """Answers that nobody expects."""


@dataclass
class Client:
    house: House
    log: Log
    session: aiohttp.ClientSession
    patience: float = 60.0

    async def ask(
        self,
        officer: str,
        method: str,
        service: str,
        path: str,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The answer, after as many attempts as it takes; what is temporary is no answer."""
        token = {"Authorization": f"Bearer {self.house.tokens[officer]}"} if officer else {}
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            answer = await self._once(method, service, path, json, {**token, **(headers or {})})
            if answer:
                return answer
            self.log.repeats += 1
            await asyncio.sleep(0.15)
        self.log.unanswered.append(f"{method} {service}{path}")
        raise Unanswered(f"{method} {service}{path}")

    async def _once(
        self, method: str, service: str, path: str, json: Any, headers: Mapping[str, str]
    ) -> tuple[int, Any] | None:
        try:
            url = self.house.url(service) + path
            async with self.session.request(method, url, json=json, headers=headers) as answer:
                if answer.status >= 500:
                    self._wonder(answer.status, f"{method} {service}{path}", await answer.text())
                    return None
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None

    def _wonder(self, status: int, request: str, text: str) -> None:
        if status != 503:
            self.log.strange.append(f"{status} to {request}: {text[:200]}")
