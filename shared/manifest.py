"""What exactly is submitted, approved and published: the metadata, and each file by its hash."""

from datetime import date
from typing import Annotated, Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field

from .contracts.description import UNSAID, Description
from .contracts.vocabulary import BodyCode, Digest, DocumentKind, OfficerId, Sensitivity, ThemeCode

LATER = {"confirm_with": [], "sensitivity": "ordinary", **UNSAID}
"""What could not be said at first stands in the bytes only where it says something: old hashes stay true."""


class ManifestFile(BaseModel):
    """One file; its bytes lie in the store under `sha256`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255)]
    media_type: str
    size: Annotated[int, Field(ge=1)]
    sha256: Digest


class Manifest(Description):
    """One edition of a document. The hash of its bytes stands for all of it; an approval signs that hash."""

    title: Annotated[str, Field(min_length=1, max_length=300)]
    kind: DocumentKind
    department: BodyCode
    author: OfficerId
    theme: ThemeCode
    created_on: date
    doc_no: Annotated[str, Field(max_length=100)] | None = None
    joint_with: tuple[BodyCode, ...] = ()
    confirm_with: tuple[BodyCode, ...] = ()
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    files: Annotated[tuple[ManifestFile, ...], Field(min_length=1, max_length=20)]

    def to_bytes(self) -> bytes:
        """The bytes that are kept and hashed; the same manifest always gives the same."""
        said = self.model_dump(mode="json")
        kept = {name: value for name, value in said.items() if LATER.get(name, ...) != value}
        return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)

    def about(self) -> dict[str, Any]:
        """What the catalogue says beside title, kind and theme, as far as it says anything."""
        said = self.model_dump(mode="json", include=set(UNSAID))
        return {name: value for name, value in said.items() if UNSAID[name] != value}

    def words(self) -> list[str]:
        """Every text in it that people will read: it is examined like the files."""
        named = [word for relation in self.relations for word in (relation.doc_no, relation.title)]
        said = [self.title, self.doc_no, self.summary, *self.keywords, self.office, self.source]
        return [word for word in (*said, self.amendment, self.openness_reason, *named) if word]

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        return cls.model_validate_json(content)
