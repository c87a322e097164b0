"""Typst templates as PDF, with fonts that come along: a paper looks the same everywhere."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_cn
import typst


def pdf(template: Path, said: Mapping[str, Any], at: datetime) -> bytes:
    """PDF/A-2b; the same words at the same moment give the same bytes."""
    made: bytes = typst.compile(
        template,
        root=template.parent,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"said": orjson.dumps(said).decode()},
        pdf_standards="a-2b",
        timestamp=at.replace(microsecond=0),
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    """宋体 and 黑体, read once; none of the machine's."""
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
