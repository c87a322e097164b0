"""The whole platform, as it runs: four services in their own processes on real servers."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gongkai.up import Platform, platform

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def up() -> Iterator[Platform]:
    """One platform for all acceptance tests."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        Path(folder).chmod(0o711)
        quick = {"GONGKAI_RECLAIM_IDLE": "3", "GONGKAI_RECLAIM_EVERY": "1"}
        with platform(
            Path(folder) / "data", ROOT / "samples" / "organisation.yaml", durable=False, extra=quick
        ) as running:
            yield running


class Somebody:
    """An officer at the keyboard: requests to any service, with the own token."""

    def __init__(self, up: Platform, officer: str) -> None:
        self.up = up
        self.officer = officer
        self.headers = {"Authorization": f"Bearer {up.tokens[officer]}", "Accept-Language": "en"}

    async def ask(self, method: str, service: str, path: str, **request: Any) -> httpx.Response:
        headers = {**self.headers, **request.pop("headers", {})}
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.request(
                method, self.up.running.services[service] + path, headers=headers, **request
            )


@pytest.fixture(scope="session")
def somebody(up: Platform) -> Callable[[str], Somebody]:
    return lambda officer: Somebody(up, officer)


async def eventually(what: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """The first true answer; fails when none comes in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := await what():
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")
