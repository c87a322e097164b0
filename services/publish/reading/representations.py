"""One representation of a resource: which is wanted, its tag, and nothing again to who has it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from shared.labels import Language

ASK_AGAIN = "public, no-cache"
"""May be kept, and must be asked about before every use: what was withdrawn is shown by no cache."""

JSON, HTML, LINKED = "application/json", "text/html", "application/ld+json"

HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:]{2,45}\](:[0-9]{1,5})?")


@dataclass(frozen=True)
class Made:
    """A representation, ready to be given to whoever wants it."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]
    status: int = 200


def made(
    body: bytes,
    media_type: str,
    *,
    changed_at: datetime | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Made:
    """The bytes with their tag, and how long they may be kept."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    said = {"ETag": tag, "Cache-Control": ASK_AGAIN, "Vary": "Accept, Accept-Language", **(headers or {})}
    if changed_at:
        said["Last-Modified"] = format_datetime(changed_at, usegmt=True)
    return Made(body, media_type, said, status)


def given(request: Request, one: Made) -> Response:
    """The representation, or 304 to one who has exactly it."""
    if one.status == 200 and has(request, one.headers["ETag"]):
        return Response(status_code=304, headers=one.headers)
    return Response(one.body, one.status, one.headers, one.media_type)


def answered(request: Request, body: bytes, media_type: str, **said: Any) -> Response:
    """Both at once."""
    return given(request, made(body, media_type, **said))


def has(request: Request, tag: str) -> bool:
    """Whether the caller says that it has this representation (RFC 9110, 13.1.2)."""
    asked = request.headers.get("if-none-match")
    if not asked:
        return False
    return asked.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in asked.split(","))


def wanted(request: Request, offered: Sequence[str]) -> str:
    """The media type that the caller prefers; the first one offered where it does not say."""
    accept = request.headers.get("accept", "")
    if not accept or accept == "*/*":
        return offered[0]
    if accept in offered:
        return accept
    ranges = [_range(part) for part in accept.lower().split(",")]
    shares = {kind: _share(kind, ranges) for kind in offered}
    return max(offered, key=lambda kind: shares[kind])


def _range(part: str) -> tuple[str, float]:
    kind, *more = (word.strip() for word in part.split(";"))
    weight = next((word[2:] for word in more if word.startswith("q=")), "1")
    return kind, float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0


def _share(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The most exact range that covers it decides."""
    for pattern in (kind, kind.partition("/")[0] + "/*", "*/*"):
        for one, weight in ranges:
            if one == pattern:
                return weight
    return 0.0


def language(request: Request) -> Language:
    """zh or en: as the address says, else as the reader prefers; Chinese first."""
    said = request.query_params.get("lang", "")
    if said in ("zh", "en"):
        return "en" if said == "en" else "zh"
    ranges = [_range(part) for part in request.headers.get("accept-language", "").lower().split(",")]
    weights = {
        name: max((w for one, w in ranges if one.startswith(name)), default=0.0) for name in ("zh", "en")
    }
    return "en" if weights["en"] > weights["zh"] else "zh"


def base(request: Request, public_url: str) -> str:
    """What absolute addresses begin with: as we were told, else as the caller reached us."""
    if public_url:
        return public_url.rstrip("/")
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host if HOST.fullmatch(host) else 'localhost'}"
