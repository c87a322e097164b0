"""Where the words stand in a hit, marked for a page; everything else is escaped. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import islice

from .folding import SKIPPED, aligned

AROUND = 40
"""Characters shown on either side of what was found."""

FRAGMENTS = 3
AT_ONCE = 8_000
"""Characters looked through at a time: nearly always the first few are enough."""

MOST = 400_000
"""Characters looked through at all: beyond them a hit is shown without its place."""


def marked(text: str, words: tuple[str, ...]) -> str:
    """The whole text as HTML, every word of it in <mark>."""
    pattern = _pattern(words)
    return _html(text, [one.span() for one in pattern.finditer(aligned(text))] if pattern else [])


def fragments(text: str, words: tuple[str, ...]) -> list[str]:
    """What stands around the words, as HTML; where none stands in the text, its beginning."""
    pattern = _pattern(words)
    places = list(islice(_apart(_places(text, pattern)), FRAGMENTS)) if pattern else []
    if not places:
        return [_html(text[: 3 * AROUND].strip(), [])] if text.strip() else []
    return [_fragment(text, at, pattern) for at in places if pattern]


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The longer first, so that a word within another does not cut it short."""
    ordered = sorted((word for word in words if word), key=len, reverse=True)
    gap = f"{SKIPPED}*"
    return re.compile("|".join(gap.join(map(re.escape, word)) for word in ordered)) if ordered else None


def _places(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    reach = 2 * len(pattern.pattern)
    for start in range(0, min(len(text), MOST), AT_ONCE):
        for one in pattern.finditer(aligned(text[start : start + AT_ONCE + reach])):
            if one.start() < AT_ONCE:
                yield start + one.start(), start + one.end()


def _apart(places: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """One of those that stand close together: a fragment shows them all."""
    shown = -1
    for start, end in places:
        if start > shown:
            shown = end + AROUND
            yield start, end


def _fragment(text: str, at: tuple[int, int], pattern: re.Pattern[str]) -> str:
    start, end = max(0, at[0] - AROUND), min(len(text), at[1] + AROUND)
    part = text[start:end]
    html = _html(part, [one.span() for one in pattern.finditer(aligned(part))])
    return f"{'…' if start else ''}{html}{'…' if end < len(text) else ''}"


def _html(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, read = [], 0
    for start, end in spans:
        parts += [_shown(text[read:start]), f"<mark>{_shown(text[start:end])}</mark>"]
        read = end
    return "".join((*parts, _shown(text[read:])))


_UNFIT = re.compile("[\0-\x1f\ud800-\udfff]")


def _shown(text: str) -> str:
    """Escaped, and without what a page may not hold."""
    return escape(_UNFIT.sub(" ", text))
