"""Plain text, written anew in UTF-8."""

from collections.abc import Sequence

from services.review.redaction.areas import Rewritten
from services.review.redaction.phrases import Phrase, blackened
from shared.files import decoded


def rewritten(content: bytes, phrases: Sequence[Phrase]) -> Rewritten:
    [text] = blackened([decoded(content)], phrases)
    return Rewritten(text.encode())
