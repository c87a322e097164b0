"""What the catalogue says of a document, as it stands in the record and as the public gets it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts import Audience, DocumentKind, Genre, Openness, Relation, RelationKind, Stage, Validity

from .tombstones import Tombstone


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileEntry(Answer):
    """One file as it was approved."""

    number: Annotated[int, Field(ge=1)]
    name: str
    media_type: str
    size: Annotated[int, Field(ge=1, description="bytes")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    href: Annotated[
        str | None, Field(description="Where it is; null for an edition that is not the current one")
    ]


class Standing(Answer):
    """Whether a document holds (有效性), since when, and which document changed that."""

    validity: Validity
    since: date
    by_document: UUID | None


class Entry(Answer):
    """All that the catalogue says of one edition (政府信息公开目录, core metadata)."""

    document_id: UUID
    href: str
    edition: Annotated[int, Field(ge=1)]
    index_no: Annotated[str, Field(description="索引号")]
    former_index_no: Annotated[str | None, Field(description="原索引号")]
    title: Annotated[str, Field(description="名称")]
    summary: Annotated[str, Field(description="内容概述")]
    doc_no: Annotated[str | None, Field(description="发文字号")]
    department: Annotated[str, Field(description="发布机构: its code, see /bodies")]
    joint_with: Annotated[list[str], Field(description="联合发文机构")]
    office: Annotated[str | None, Field(description="责任处室")]
    kind: Annotated[DocumentKind, Field(description="信息类别")]
    theme: Annotated[str, Field(description="主题分类: its code, see /themes")]
    genre: Annotated[Genre | None, Field(description="体裁")]
    audience: Annotated[list[Audience], Field(description="服务对象")]
    keywords: Annotated[list[str], Field(description="主题词")]
    created_on: Annotated[date, Field(description="生成日期")]
    signed_on: Annotated[date, Field(description="成文日期")]
    published_at: Annotated[AwareDatetime, Field(description="发布日期, of this edition")]
    changed_at: Annotated[AwareDatetime, Field(description="When anything of this last changed")]
    validity: Annotated[Standing | None, Field(description="有效性")]
    effective_on: Annotated[date | None, Field(description="施行日期")]
    lapses_on: Annotated[date | None, Field(description="失效日期")]
    notice_ends_on: Annotated[date | None, Field(description="公示期截止日")]
    language: Annotated[str, Field(description="语种")]
    source: Annotated[str | None, Field(description="信息来源, where it is not the body itself")]
    openness: Annotated[Openness, Field(description="公开属性")]
    openness_reason: str
    obligations: Annotated[list[str], Field(description="公开事项")]
    matter: Annotated[str | None, Field(description="事项; /documents?matter= has all of it")]
    stage: Annotated[Stage | None, Field(description="决策、执行或结果")]
    amendment: Annotated[str, Field(description="更正说明: what this edition changes")]
    relations: list[Relation]
    content_sha256: Annotated[str, Field(description="What the transparency ledger says of this edition")]
    files: list[FileEntry]
    ledger: Annotated[str, Field(description="公开证明: the page of the proof")]


class Neighbour(Answer):
    """Another document of the same matter."""

    document_id: UUID
    title: str
    stage: Stage | None
    href: str


class Related(Answer):
    """Another document: what is not public here has no number and no address, only what was said of it."""

    kind: RelationKind
    document_id: UUID | None
    title: str | None
    doc_no: str | None
    href: str | None


class Relations(Answer):
    """What a document is to others, and they to it."""

    names: Annotated[list[Related], Field(description="What it says of others, as approved")]
    named_by: Annotated[list[Related], Field(description="What other public documents say of it")]
    matter: Annotated[str | None, Field(description="事项")]
    same_matter: list[Neighbour]


class Listing(Answer):
    """One page of the list, the newest first."""

    documents: list[Entry]
    total: Annotated[int | None, Field(description="Given where this page is all there is")]
    next: Annotated[str | None, Field(description="For `after`")]
    previous: Annotated[str | None, Field(description="For `before`")]


class EditionLine(Answer):
    """One edition in a document's history."""

    edition: int
    published_at: AwareDatetime
    content_sha256: str
    amendment: Annotated[str, Field(description="更正说明; empty also for what was withdrawn")]
    withdrawn: bool
    href: str


class Editions(Answer):
    """A document's history, from its first edition."""

    editions: list[EditionLine]


class Withdrawals(Answer):
    """What was taken back, the latest first."""

    tombstones: list[Tombstone]
    next: str | None = None


class Body(Answer):
    """A body of the organisation (发布机构)."""

    code: str
    name: str
    name_en: str
    kind: str
    phone: str
    href: Annotated[str, Field(description="Its documents")]


class Bodies(Answer):
    bodies: list[Body]


class ThemeEntry(Answer):
    """A place in the State Council's theme tree (主题分类)."""

    code: str
    name: str
    name_en: str
    href: Annotated[str, Field(description="Its documents")]
    below: "list[ThemeEntry]"


class Themes(Answer):
    themes: list[ThemeEntry]
