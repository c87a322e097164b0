"""Templates, style and headers of the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared.clock import BEIJING
from shared.labels import Language

from ...settings import PublishSettings
from ..declared import KEPT, IfNoneMatch, problems
from ..representations import HTML, answered, base, language
from .words import words

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_bytes()
VERSION = sha256(STYLE).hexdigest()[:12]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Reading:
    """Who reads: in which language, by which address of ours, and what stays in every link."""

    language: Language
    base: str
    path: str
    chosen: bool
    """The reader asked for the language in the address: links keep it."""

    @property
    def at(self) -> int:
        """Where its words stand in a label."""
        return int(self.language == "en")

    def link(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        """An address of ours for this reader."""
        said = {**(query or {}), **({"lang": self.language} if self.chosen else {})}
        return path + (f"?{urlencode(said)}" if said else "")

    def other(self, query: Mapping[str, Any]) -> str:
        """The same page in the other language."""
        return f"{self.path}?{urlencode({**query, 'lang': 'zh' if self.language == 'en' else 'en'})}"


class Pages:
    """Makes pages of the templates beside this file."""

    def __init__(self, settings: PublishSettings) -> None:
        self.settings = settings
        self._templates = Environment(
            loader=FileSystemLoader(HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"day": _day, "size": _size}

    def reading(self, request: Request) -> Reading:
        return Reading(
            language(request),
            base(request, self.settings.public_url),
            request.url.path,
            request.query_params.get("lang", "") in ("zh", "en"),
        )

    def answer(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        changed_at: datetime | None = None,
        **shown: Any,
    ) -> Response:
        """The page, in the reader's language."""
        reading: Reading = shown["reading"]
        site = self.settings.site_name if reading.language == "zh" else self.settings.site_name_en
        shown |= {"say": words(reading.language), "settings": self.settings, "site": site, "style": VERSION}
        body = self._templates.get_template(template).render(**shown).encode()
        headers = {**HEADERS, "Content-Language": "en" if reading.language == "en" else "zh-CN"}
        kind = f"{HTML}; charset=utf-8"
        return answered(request, body, kind, changed_at=changed_at, status=status, headers=headers)

    def routes(self) -> APIRouter:
        """What the pages are drawn with."""
        router = APIRouter(tags=["pages"], responses=problems(422) | KEPT)

        @router.get(
            "/pages/style.css",
            response_class=Response,
            responses={200: {"content": {"text/css": {"schema": {"type": "string"}}}}},
        )
        async def style(request: Request, if_none_match: IfNoneMatch = None) -> Response:  # noqa: ARG001
            """The one style of all pages; its address changes with it."""
            kept = {"Cache-Control": "public, max-age=31536000, immutable"}
            return answered(request, STYLE, "text/css", headers=kept)

        return router


def embedded(data: Any) -> Markup:
    """JSON inside a page: nothing in it can end the element it stands in."""
    text = orjson.dumps(data).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _day(at: str | datetime) -> str:
    """The date in Beijing."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(BEIJING).date().isoformat()


def _size(count: int) -> str:
    """As people read it."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"
