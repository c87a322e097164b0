"""What a catalogue says of a document beside its title, kind and theme (政府信息公开目录, core metadata)."""

import unicodedata
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from .vocabulary import Audience, Genre, MatterCode, ObligationCode, Openness, RelationKind, Stage


def _one_line(text: str) -> str:
    """Control characters and line ends would break lists, headers and file names."""
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise ValueError("不得含有控制字符。 No control characters.")
    return text


Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_one_line)]
Word = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_one_line)]

FormerIndexNo = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Z]{7,18}(-[0-9X])?/[0-9]{4}([0-9]{2})?-[0-9]{5}$",
        examples=["003111216/201012-00015"],
    ),
]
"""An index number that was given before this platform; checked by its shape only, never by check digits."""


class Relation(BaseModel):
    """That this document has to do with another: one of this catalogue, or one known by its number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RelationKind
    document_id: UUID | None = None
    doc_no: Annotated[Line, Field(max_length=100)] | None = None
    title: Line | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.document_id or self.doc_no or self.title):
            raise ValueError("须指明另一份信息。 Name the other document.")
        return self


class Description(BaseModel):
    """All of it is optional; what is said is approved with the document and changes only with an edition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: Annotated[str, Field(max_length=500), AfterValidator(_one_line)] = ""
    """内容概述."""
    genre: Genre | None = None
    """体裁."""
    audience: Annotated[tuple[Audience, ...], Field(max_length=10)] = ()
    """服务对象."""
    keywords: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    """主题词."""
    office: Annotated[Line, Field(max_length=100)] | None = None
    """责任处室: the part of the body that answers for it."""
    source: Annotated[Line, Field(max_length=100)] | None = None
    """信息来源, where it is not the body itself."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "zh-CN"
    signed_on: date | None = None
    """成文日期, where it is not the day of creation; of joint documents the last signature."""
    effective_on: date | None = None
    """施行日期: in force from this day."""
    lapses_on: date | None = None
    """失效日期: in force until the end of the day before."""
    publish_at: AwareDatetime | None = None
    """Not public before this moment (定时发布)."""
    notice_ends_on: date | None = None
    """公示期截止日: the last day on which it is public; after it it is withdrawn by itself."""
    amendment: Annotated[str, Field(max_length=500), AfterValidator(_one_line)] = ""
    """更正说明: what this edition changes and why."""
    openness: Openness = Openness.OPEN
    openness_reason: Annotated[str, Field(max_length=500), AfterValidator(_one_line)] = ""
    """Why only a part is open, or none (国办发〔2016〕80号)."""
    obligations: Annotated[tuple[ObligationCode, ...], Field(max_length=20)] = ()
    """公开事项: the entries of the obligation register that it fulfils."""
    matter: MatterCode | None = None
    """事项: one decision from the draft to its results has one code."""
    stage: Stage | None = None
    """决策、执行或结果: which stage of the matter it belongs to."""
    relations: Annotated[tuple[Relation, ...], Field(max_length=20)] = ()
    former_index_no: FormerIndexNo | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.stage and not self.matter:
            raise ValueError("写明阶段时须写明事项。 A stage needs its matter.")
        if self.effective_on and self.lapses_on and self.lapses_on <= self.effective_on:
            raise ValueError("失效日期须晚于施行日期。 It must lapse after it takes effect.")
        if self.openness is not Openness.OPEN and not self.openness_reason:
            raise ValueError("不予或部分公开须说明理由。 State why it is not wholly open.")
        return self


UNSAID = Description().model_dump(mode="json")
"""What stands where nothing was said."""
