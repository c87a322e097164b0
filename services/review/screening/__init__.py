"""Screening: what rules can say about a text before people review it for secrets and for privacy.

Review owns it. `screen` is the pure story; `reader.read` does the same for files, in a process of its own.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from services.review.screening import citations, handling, marks, personal
from services.review.screening.findings import Finding, Hit, Proposal, Screening, Severity, Where
from services.review.screening.lexicon import KeywordList, Lexicon
from services.review.screening.normalise import normalise
from services.review.screening.persons import beside_other_data
from services.review.screening.pieces import Piece
from services.review.screening.rules import MOST, Rule
from services.review.screening.spots import Lookout

__all__ = [
    "MOST", "RULES", "RULESET", "Finding", "KeywordList", "Lexicon", "Piece", "Proposal", "Screening",
    "Severity", "Where", "screen", "unread",
]  # fmt: skip

# Raised with every change of a rule: what was screened under an older one is screened again.
RULESET = "2026.2"

RULES: tuple[Rule, ...] = (*marks.RULES, *handling.RULES, *citations.RULES, *personal.RULES)
_NO_LISTS = Lexicon()
_FIRST_TO_SCREEN = "保密法实施条例第42条：先审查、后公开"


def screen(pieces: Iterable[Piece], file: int = 0, lexicon: Lexicon = _NO_LISTS) -> Screening:
    """Every finding of every rule and keyword list; offsets and places are those of the pieces as given."""
    pieces = tuple(pieces)
    prepared = _prepared(lexicon)
    findings = tuple(finding for piece in pieces for finding in _findings(piece, file, *prepared))
    return Screening(RULESET, findings, sum(len(piece.text) for piece in pieces), lexicon.version)


@lru_cache(maxsize=4)
def _prepared(lexicon: Lexicon) -> tuple[Lookout, Lexicon]:
    """Built once for equal lists, however often they are handed over."""
    return Lookout(RULES, lexicon.words), lexicon


def unread(file: int, reason: str) -> Screening:
    """The outcome for a file that nothing could be read from: not clean, but for a person to read."""
    return Screening(RULESET, (_unreadable(file, "全文 whole file", reason),))


def _findings(piece: Piece, file: int, lookout: Lookout, lexicon: Lexicon) -> Iterator[Finding]:
    if piece.unreadable:
        yield _unreadable(file, piece.place, "no-text")
    normal = normalise(piece.text)
    for rule, severity, start, end, why, confidence, proposal, masked in _hits(normal.text, lookout, lexicon):
        start, end = normal.span(start, end)
        where = Where(file, piece.place_at(start), start, end)
        yield Finding(rule, severity, where, masked, why, confidence, proposal)


def _hits(text: str, lookout: Lookout, lexicon: Lexicon) -> list[Hit]:
    spots = lookout.look(text)
    rules = zip(RULES, spots.of_rules, strict=True)
    begun = ((rule, starts) for rule, starts in rules if starts or not rule.heads)
    hits = [hit for rule, starts in begun for hit in rule.hits(text, starts)]
    return [*_apart(beside_other_data(hits)), *lexicon.hits_at(spots.of_words)]


def _apart(hits: Iterable[Hit]) -> Iterator[Hit]:
    """In the order of the text, without what only repeats a part of another."""
    reached: dict[tuple[str, Severity], int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        kind = (hit.rule, hit.severity)
        if hit.end > reached.get(kind, 0):
            reached[kind] = hit.end
            yield hit


def _unreadable(file: int, place: str, reason: str) -> Finding:
    where = Where(file, place, 0, 0)
    return Finding(f"unreadable.{reason}", Severity.person, where, "", _FIRST_TO_SCREEN, 1.0, Proposal.read)
