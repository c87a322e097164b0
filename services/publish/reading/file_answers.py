"""A public file over HTTP: whole, in part, or unchanged; never to be run, and never as something else."""

import re
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

FRESH = "public, no-cache"
"""May be kept, and must be asked about before every use: what was withdrawn is shown by no cache."""

_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller has this already (RFC 9110, 13.1.2)."""
    said = request.headers.get("if-none-match", "")
    return said.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in said.split(","))


def answered(request: Request, described: dict[str, Any], content: bytes) -> Response:
    """The bytes that the caller asked for; a range that nobody can serve is 416, an odd one the whole."""
    headers, media_type = safe_headers(described), served_as(described["media_type"], content)
    asked = _asked(request, headers["ETag"])
    if asked is None:
        return Response(content, media_type=media_type, headers=headers)
    first, last = _bounds(asked, len(content))
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(content)}"})
    part = {**headers, "Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return Response(content[first : last + 1], 206, media_type=media_type, headers=part)


def safe_headers(described: dict[str, Any]) -> dict[str, str]:
    """An upload never runs in the reader's browser as if it were ours."""
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": FRESH,
        "Content-Disposition": _disposition(described["name"]),
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": f'"{described["sha256"]}"',
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def served_as(media_type: str, content: bytes) -> str:
    """A text with the encoding it is in; told nothing, a browser guesses."""
    if not media_type.startswith("text/"):
        return media_type
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{media_type}; charset=utf-16"
    try:
        content.decode()
    except UnicodeDecodeError:
        return f"{media_type}; charset=gb18030"
    return f"{media_type}; charset=utf-8"


def _disposition(name: str) -> str:
    """RFC 6266: a plain name for old programmes, the true one for all others."""
    plain, dot, ending = name.rpartition(".")
    plain = _PLAIN.sub("_", plain if dot else name).strip("._-") or "document"
    fallback = f"{plain[:100]}.{_PLAIN.sub('', ending)[:10]}" if dot else plain[:100]
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def _asked(request: Request, tag: str) -> tuple[str, str] | None:
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not (found[1] or found[2]) or request.method != "GET":
        return None
    if request.headers.get("if-range", tag) != tag or (
        found[1] and found[2] and int(found[1]) > int(found[2])
    ):
        return None
    return found[1], found[2]


def _bounds(asked: tuple[str, str], size: int) -> tuple[int, int]:
    first, last = asked
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (1, 0)
    return int(first), min(int(last or size - 1), size - 1)
