"""Papers as files: PDF by Typst, DOCX from templates that an office may edit."""

import io
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2.sandbox import SandboxedEnvironment

from shared import typesetting

from .labels import HAND_OVER, MONTHLY, SHEET
from .words import Pair

TEMPLATES = Path(__file__).parent / "templates"


class Paper(StrEnum):
    """Each is a template's name."""

    SHEET = "sheet"
    HAND_OVER = "hand-over"
    MONTHLY = "monthly"


LABELS: Mapping[Paper, Mapping[str, Pair]] = {
    Paper.SHEET: SHEET,
    Paper.HAND_OVER: HAND_OVER,
    Paper.MONTHLY: MONTHLY,
}


def pdf(paper: Paper, shown: Mapping[str, Any], at: datetime, *, english: bool = False) -> bytes:
    """PDF/A-2b on A4; the same words at the same moment give the same bytes."""
    said = {"shown": shown, "labels": LABELS[paper], "english": english}
    return typesetting.pdf(TEMPLATES / f"{paper}.typ", said, at)


def docx(
    paper: Paper, shown: Mapping[str, Any], *, english: bool = False, templates: Path | None = None
) -> bytes:
    """From the office's own template if `templates` has one of this name, else from ours.

    A template can be edited by anybody in the office, so what it says runs in Jinja's sandbox.
    """
    labels = {name: f"{zh} {en}" if english else zh for name, (zh, en) in LABELS[paper].items()}
    template = DocxTemplate(_template(paper, templates))
    template.render({**shown, "label": labels}, SandboxedEnvironment(autoescape=True), autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _template(paper: Paper, templates: Path | None) -> Path:
    own = templates / f"{paper}.docx" if templates else None
    return own if own and own.exists() else TEMPLATES / f"{paper}.docx"
