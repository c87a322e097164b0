"""Asks one origin over HTTP, and no other: no redirects, little read, every answer judged."""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from shared.clock import now
from shared.objects import digest

from . import Later, Never

TIMEOUT = aiohttp.ClientTimeout(total=30.0, connect=5.0, sock_read=20.0)
READ = 65_536
"""Bytes of an answer that are read at most."""

AGENT = "Gongkai/1 (+urn:gongkai)"

TRY_AGAIN = frozenset({401, 403, 408, 421, 423, 425, 429})
"""Of the client's errors those that pass: a key that is being changed, a limit."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def said(self) -> dict[str, object]:
        """For a proof: nothing of what it says, only what it was."""
        return {"status": self.status, "answer_sha256": digest(self.body), "answered_at": now().isoformat()}


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise ValueError(
            "应为 http(s):// 开头的地址，不含用户名 / an http(s) address without user or fragment"
        )
    return parts.scheme, parts.hostname, parts.port


@dataclass(frozen=True)
class Outside:
    """One origin, said in the register by whoever runs the platform."""

    base: str

    async def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """The answer, whatever its status; raises Later when none came, Never for another origin."""
        if origin(url) != origin(self.base):
            raise Never(f"{url} is not under {self.base}")
        fixed = {"User-Agent": AGENT, "Accept-Encoding": "identity", **(headers or {})}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
                session.request(method, url, headers=fixed, data=body, allow_redirects=False) as response,
            ):
                return Answer(response.status, response.headers.copy(), await _read(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise Later(f"{method} {url}: {type(trouble).__name__}: {trouble}"[:300]) from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Its beginning: whoever sends more than a receipt is not listened to."""
    content = b""
    async for chunk in response.content.iter_chunked(8_192):
        content += chunk
        if len(content) > READ:
            raise Later(f"the answer has more than {READ} bytes")
    return content


def judge(answer: Answer, *fine: int) -> None:
    """Nothing for a 2xx or what is named; else raises Later, with the time it asks for, or Never."""
    if 200 <= answer.status < 300 or answer.status in fine:
        return
    why = f"HTTP {answer.status}"
    if answer.status >= 500 or answer.status in TRY_AGAIN:
        raise Later(why, retry_after(answer.headers.get("Retry-After", "")))
    raise Never(why)


def retry_after(said: str) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3); None for anything else."""
    if said.strip().isascii() and said.strip().isdigit():
        return float(said.strip()[:9])
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(said) - now()).total_seconds())
    except (TypeError, ValueError):
        return None
