"""Papers as files: PDF by Typst, with fonts that come along, so that they look the same everywhere."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno

from shared import typesetting
from shared.clock import BEIJING

TEMPLATES = Path(__file__).parent / "templates"


def pdf(template: str, said: Mapping[str, Any], at: datetime) -> bytes:
    """PDF/A-2b; the same words at the same moment give the same bytes."""
    return typesetting.pdf(TEMPLATES / f"{template}.typ", said, at)


def qr(url: str) -> str:
    """The address as a QR code, an SVG of any size; empty where the public address was not said."""
    if "://" not in url:
        return ""
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def day(on: date | datetime | None) -> str:
    """A Beijing date as papers write it; empty for none."""
    if isinstance(on, datetime):
        on = on.astimezone(BEIJING).date()
    return f"{on.year}年{on.month}月{on.day}日" if on else ""
