"""Files within files: so deep, all of them within one budget, and no further."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from services.review.screening.pieces import Piece, shown, unreadable
from shared import files
from shared.archives import Budget
from shared.files import EmptyFile, FileType, UnacceptableFile, UnknownFileType

MAX_DEPTH = 2

Extractor = Callable[[FileType, bytes, "Inside"], Iterator[Piece]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What the file being read carries. One budget is shared by everything inside it."""

    read: Extractor
    budget: Budget = field(default_factory=Budget)
    depth: int = 0

    def file(self, name: str, content: bytes) -> Iterator[Piece]:
        """The pieces of a carried file; what cannot be read is said to be so, for the others to be read."""
        place = shown(name)
        try:
            yield from self._pieces(name, content, place)
        except EmptyFile:
            return
        except MemoryError:
            raise
        except Exception as error:  # One bad file must not hide what the others say.
            reason = error.code if isinstance(error, UnacceptableFile) else "failed"
            yield unreadable(f"{place}（不能读取 {reason}）")

    def _pieces(self, name: str, content: bytes, place: str) -> Iterator[Piece]:
        kind = files.kind_of(content)
        if kind is None:
            raise UnknownFileType
        if not files.agrees(name, kind):
            yield unreadable(f"{place}（扩展名不符 extension-disagrees）")
        depth = self.depth + 1
        if depth > MAX_DEPTH or (kind is FileType.ZIP and depth == MAX_DEPTH):
            yield unreadable(f"{place}（不再展开 too deep）")
            return
        for piece in self.read(kind, content, replace(self, depth=depth)):
            yield replace(piece, place=f"{place} › {piece.place}")
