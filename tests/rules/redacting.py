"""What the tests of redaction ask for."""

from services.review.redaction import Redacted, Span, redact
from services.review.screening.extract import extract
from shared.contracts import RefusalGround
from shared.files import FileType

ID, PHONE = "11010519491231002X", "13800138000"
PRIVACY, TRADE = RefusalGround.PERSONAL_PRIVACY, RefusalGround.TRADE_SECRET


def spans(filetype: FileType, content: bytes, *words: str) -> list[Span]:
    """Where each of these words first stands."""
    pieces = extract(filetype, content)
    found = []
    for word in words:
        piece = next(piece for piece in pieces if word in piece.text)
        start = piece.text.index(word)
        found.append(Span(piece.place, start, start + len(word), PRIVACY))
    return found


def redacted(filetype: FileType, content: bytes, *words: str) -> Redacted:
    return redact(filetype, content, [], spans(filetype, content, *words))
