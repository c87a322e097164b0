"""The story of a rendition: read by its kind, cleaned, put in order, cleaned again. Pure."""

from collections.abc import Callable

from shared.files import FileType, UnacceptableFile, ZipBomb

from . import from_docx, from_html, from_txt, from_xlsx
from .clean import cleaned, sealed
from .draft import Draft
from .rendition import Note, NotRendered, Rendition
from .structure import structured

MAX_SOURCE = 20 * 1024 * 1024
MAX_MARKUP = 8_000_000
MAX_TAGS = 200_000


def render(content: bytes, media_type: str) -> Rendition:
    """The file as HTML that runs nothing and fetches nothing; raises NotRendered with its reason."""
    read = _READERS.get(media_type)
    if read is None:
        raise NotRendered("download-only")
    if len(content) > MAX_SOURCE:
        raise NotRendered("too-large")
    try:
        return _finished(read(content))
    except ZipBomb:
        raise NotRendered("too-large") from None
    except UnacceptableFile:
        raise NotRendered("damaged") from None


def _finished(draft: Draft) -> Rendition:
    """Cleaned first, so that all see one tree; cleaned last, so that nothing slips in after."""
    html, counted = cleaned(draft.html)
    if len(html) > MAX_MARKUP or html.count("<") > MAX_TAGS:
        raise NotRendered("too-large")
    ordered = structured(html)
    return Rendition(
        html=sealed(ordered.html),
        title=ordered.title or draft.title,
        headings=ordered.headings,
        notes=tuple(Note(*one) for one in sorted((draft.notes + counted + ordered.notes).items())),
        lang=draft.lang,
    )


_READERS: dict[str, Callable[[bytes], Draft]] = {
    FileType.TXT.media_type: from_txt.read,
    FileType.HTML.media_type: from_html.read,
    FileType.DOCX.media_type: from_docx.read,
    FileType.XLSX.media_type: from_xlsx.read,
}
