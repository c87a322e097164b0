"""Papers as files: PDF by Typst, DOCX from templates that an office may edit."""

import io
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_cn
import typst
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2.sandbox import SandboxedEnvironment

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
    made: bytes = typst.compile(
        TEMPLATES / f"{paper}.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"said": orjson.dumps(said).decode()},
        pdf_standards="a-2b",
        timestamp=at.replace(microsecond=0),
    )
    return made


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


@cache
def _fonts() -> typst.Fonts:
    """宋体 and 黑体, read once; none of the machine's, so that a paper looks the same everywhere."""
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
