"""Document numbers (文号) and index numbers (索引号), however they are written. Pure."""

import re

from .folding import folded

_DOCUMENT = re.compile(r"([^\d\n]{0,20})((?:19|20)\d\d)年?第?0*(\d{1,5})号")
_INDEX = re.compile(r"[0-9a-z]{7,19}(?:19|20)\d\d(?:\d\d)?\d{5,}")
"""Also those of earlier platforms, which had the month in them: 003111216/201012-00015."""


def document_number(written: str) -> str:
    """`大开管发〔2008〕15号` and its variants in one form; empty when it is none."""
    found = _DOCUMENT.fullmatch(folded(written).strip())
    return f"{found[1].removesuffix('字')}:{found[2]}:{found[3]}" if found else ""


def index_number(written: str) -> str:
    """An index number without its strokes; empty when it is none."""
    plain = folded(written).strip()
    return plain if _INDEX.fullmatch(plain) else ""


def known_by(doc_no: str | None, *index_nos: str | None) -> tuple[str, ...]:
    """Every form under which a document with these numbers is asked for: also without who issued it."""
    number = document_number(doc_no or "")
    without = number[number.index(":") :] if number else ""
    indexed = (index_number(one) for one in index_nos if one)
    return tuple(dict.fromkeys(form for form in (number, without, *indexed) if form))
