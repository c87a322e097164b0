"""The words to be redacted, and every place of a text where they stand, however they are disguised."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

from services.review.redaction.areas import Span
from services.review.redaction.refused import NoSuchSpan, SpanTooShort
from services.review.screening import Piece
from services.review.screening.normalise import normalise
from shared.contracts import RefusalGround

BLACK = "█"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bare of blanks, width and case; with its ground. Its words are kept out of every message."""

    letters: str = field(repr=False)
    ground: RefusalGround
    pattern: re.Pattern[str] = field(repr=False)


def asked(spans: Sequence[Span], pieces: Sequence[Piece]) -> list[Phrase]:
    """The phrases that the spans point at, the longest first."""
    found = {phrase.letters: phrase for span in spans for phrase in _phrases(span, pieces)}
    return sorted(found.values(), key=lambda phrase: (-len(phrase.letters), phrase.letters))


def phrase(text: str, ground: RefusalGround) -> Phrase | None:
    """Nothing if there are not two characters to look for."""
    letters = _BLANKS.sub("", _caseless(normalise(text).text))
    gap, number = r"\s*+", _NUMBER.sub("", letters)
    if _is_number(number):
        letters, gap = number, rf"[\s{_DASHES}]*+"
    if len(letters) < _SHORTEST:
        return None
    return Phrase(letters, ground, re.compile(gap.join(map(re.escape, letters))))


_SHORTEST = 2
_BLANKS = re.compile(r"\s+")
_DASHES = "\\-‐‑‒–—―−_·•"  # Put between the groups of a number.
_NUMBER = re.compile(f"[{_DASHES}]")


def _is_number(letters: str) -> bool:
    return letters.isascii() and letters.isalnum() and sum(map(str.isdigit, letters)) >= _MANY


_MANY = 6


def _phrases(span: Span, pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """Two parts of a file may bear one name; then both are meant."""
    texts = [piece.text for piece in pieces if _points_at(span, piece)]
    if not texts:
        raise NoSuchSpan(place=span.place)
    phrases = [phrase(text[span.start : span.end], span.ground) for text in texts]
    if not any(phrases):
        raise SpanTooShort(place=span.place)
    yield from filter(None, phrases)


def _points_at(span: Span, piece: Piece) -> bool:
    if not 0 <= span.start < span.end <= len(piece.text):
        return False
    return span.place in (piece.place, piece.place_at(span.start))


class Stretch(NamedTuple):
    start: int
    end: int
    ground: RefusalGround


def stretches(text: str, phrases: Iterable[Phrase]) -> list[Stretch]:
    """Where in the text, as it is written, the phrases stand, in order; they may overlap."""
    normal = normalise(text)
    plain = _caseless(normal.text)
    found = (
        Stretch(*normal.span(*span), phrase.ground) for phrase in phrases for span in _all(phrase, plain)
    )
    return sorted(set(found))


def has(text: str, phrases: Iterable[Phrase]) -> bool:
    plain = _caseless(normalise(text).text)
    return any(phrase.pattern.search(plain) for phrase in phrases)


def blackened(texts: Sequence[str], phrases: Sequence[Phrase]) -> list[str]:
    """Texts that follow one another, each of its old length, with every phrase gone, also the split ones."""
    whole = "".join(texts)
    found = stretches(whole, phrases)
    if not found:
        return list(texts)
    black = "".join(_black(whole, found))
    bounds = pairwise(accumulate(map(len, texts), initial=0))
    return [black[start:end] for start, end in bounds]


def _black(whole: str, found: Iterable[Stretch]) -> Iterator[str]:
    """Line breaks stay, so that nothing moves."""
    done = 0
    for start, end, _ in found:
        yield whole[done:start]
        yield _NOT_A_BREAK.sub(BLACK, whole[max(done, start) : end])
        done = max(done, end)
    yield whole[done:]


_NOT_A_BREAK = re.compile(r"[^\r\n]")


def _all(phrase: Phrase, plain: str) -> Iterator[tuple[int, int]]:
    """Overlapping ones too: in 1212121 the number 12121 stands twice."""
    found = phrase.pattern.search(plain)
    while found:
        yield found.span()
        found = phrase.pattern.search(plain, found.start() + 1)


def _caseless(text: str) -> str:
    """Of the same length always."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(fold if len(fold := character.casefold()) == 1 else character for character in text)
