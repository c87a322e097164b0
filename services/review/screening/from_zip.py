"""The text of the files in an archive; nothing is ever written under the names it gives."""

from collections.abc import Iterator

from services.review.screening.inside import Inside
from services.review.screening.pieces import Piece, shown, unreadable
from shared import archives


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    with archives.opened(content) as archive:
        for info in archive.infolist():
            name = archives.name_of(info)
            if archives.leaves(info):
                yield unreadable(f"{shown(name)}（名称可疑 suspicious name）")
            if not info.is_dir():
                yield from inside.file(name, inside.budget.inflate(archive, info))
