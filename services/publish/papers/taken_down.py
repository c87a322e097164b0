"""The note that takes a withdrawn document's place: its number and date, never what it said."""

from ..channels import Outgoing
from .printing import day, pdf, qr


def note(edition: Outgoing, where: str) -> bytes:
    """On A4; `where` the document was, such as 公告栏."""
    said = {
        "where": where,
        "body": edition.body,
        "phone": edition.phone,
        "index_no": edition.index_no,
        "edition": edition.edition,
        "published_on": day(edition.published_at),
        "url": edition.url,
        "qr": qr(edition.url),
    }
    return pdf("taken-down", said, edition.published_at)
