"""What is asked to be redacted, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.review.redaction.refused import NoArea, NoSuchPage
from services.review.screening import Severity
from shared.contracts import RefusalGround
from shared.files import FileType


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a page as it is shown, in fractions of it, origin top left; pages count from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    ground: RefusalGround


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the extracted text, as the `where` of a finding gives it; redacted wherever it occurs."""

    place: str
    start: int
    end: int
    ground: RefusalGround


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A new file, before anybody has checked it."""

    content: bytes
    black: tuple[Area, ...] = ()  # Every rectangle burnt into a page, asked for or found.
    pages: tuple[int, ...] = ()  # Made pictures.
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """Who read the result and found nothing left; what screening still says of it, as counts by severity.

    `unreadable` are the places where only a person can look for the same words.
    """

    readings: tuple[str, ...]
    findings: Mapping[Severity, int]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Redacted:
    """`removed` counts, per ground, areas and stretches of extracted text (条例 arts 14–16, 37).

    `elsewhere` names places that hold the same words, or that no programme can read, and were not touched.
    """

    filetype: FileType
    content: bytes = field(repr=False)
    original_sha256: str
    sha256: str
    pages_rasterised: tuple[int, ...]
    removed: Mapping[RefusalGround, int]
    checked: Checked
    elsewhere: tuple[str, ...] = ()


def must_be_within(area: Area, pages: int) -> None:
    if not 1 <= area.page <= pages:
        raise NoSuchPage(page=area.page, pages=pages)
    if not (0 <= area.left < area.right <= 1 and 0 <= area.top < area.bottom <= 1):
        raise NoArea(page=area.page)
