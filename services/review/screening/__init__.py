"""Screening: what rules can say about a text before people review it for secrets and for privacy.

Review owns it. `screen` is the pure story; `reader.read` does the same for files, in a process of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from services.review.screening.findings import Finding, Hit, Proposal, Screening, Severity, Where
from services.review.screening.marks import marks
from services.review.screening.normalise import Normal, normalise
from services.review.screening.personal import personal
from services.review.screening.pieces import Piece

__all__ = ["RULESET", "Finding", "Piece", "Proposal", "Screening", "Severity", "Where", "screen", "unread"]

# Raised with every change of a rule: what was screened under an older one is screened again.
RULESET = "2026.1"

_RULES = (marks, personal)
_FIRST_TO_SCREEN = "保密法实施条例第42条：先审查、后公开"


def screen(pieces: Iterable[Piece], file: int = 0) -> Screening:
    pieces = tuple(pieces)
    findings = tuple(finding for piece in pieces for finding in _findings(piece, file))
    return Screening(RULESET, findings, sum(len(piece.text) for piece in pieces))


def unread(file: int, reason: str) -> Screening:
    """The outcome for a file that nothing could be read from: not clean, but for a person to read."""
    return Screening(RULESET, (_unreadable(file, "全文 whole file", reason),))


def _findings(piece: Piece, file: int) -> Iterator[Finding]:
    if piece.unreadable:
        yield _unreadable(file, piece.place, "no-text")
    normal = normalise(piece.text)
    for rule in _RULES:
        yield from (_finding(hit, normal, piece, file) for hit in _enough(rule(normal.text)))


# Of one severity, per rule and piece: nobody reads more, and no hostile text shall fill the record.
MOST = 1_000


def _enough(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first of each severity; after enough grave ones nothing that follows can change the outcome."""
    seen: Counter[Severity] = Counter()
    for hit in hits:
        seen[hit.severity] += 1
        if seen[hit.severity] <= MOST:
            yield hit
        elif hit.severity is not Severity.person:
            return


def _finding(hit: Hit, normal: Normal, piece: Piece, file: int) -> Finding:
    where = Where(file, piece.place, *normal.span(hit.start, hit.end))
    return Finding(hit.rule, hit.severity, where, hit.excerpt_masked, hit.why, hit.confidence, hit.proposal)


def _unreadable(file: int, place: str, reason: str) -> Finding:
    where = Where(file, place, 0, 0)
    return Finding(f"unreadable.{reason}", Severity.person, where, "", _FIRST_TO_SCREEN, 1.0, Proposal.read)
