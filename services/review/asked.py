"""What an officer says with an act."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import ReferralAnswer, RefusalGround, ReturnGround

from .referrals import Authority, SecrecyLevel

Note = Annotated[str, Field(max_length=2000)]
Said = Annotated[str, Field(min_length=1, max_length=2000)]
AnswerNo = Annotated[str, Field(min_length=1, max_length=100)]
"""The number of the authority's answer (答复文号)."""


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApprovalAsked(Asked):
    note: Note = ""


class ReturnAsked(Asked):
    grounds: Annotated[list[ReturnGround], Field(min_length=1)]
    note: Said


class RejectionAsked(Asked):
    ground: RefusalGround
    note: Said


class AnswerAsked(Asked):
    """A department's answer."""

    answer: Literal["confirmed", "objected"]
    note: Note = ""


class NoteAsked(Asked):
    note: Said


class ReferralAsked(Asked):
    authority: Authority


class DisclosureAnswerAsked(Asked):
    answer: Literal[ReferralAnswer.DISCLOSE, ReferralAnswer.WITHHOLD]
    answer_no: AnswerNo
    note: Note = ""


class ProtectionAsked(Asked):
    """No word about what is in it: a level, and nothing else."""

    level: SecrecyLevel


class HandOverAsked(Asked):
    level: SecrecyLevel
    to: Annotated[str, Field(min_length=1, max_length=100)]
    """Which office took it, off-line."""


class AreaAsked(Asked):
    """A rectangle of a page, in fractions of it, from the top left."""

    page: Annotated[int, Field(ge=1, le=10_000)]
    left: Annotated[float, Field(ge=0, le=1)]
    top: Annotated[float, Field(ge=0, le=1)]
    right: Annotated[float, Field(ge=0, le=1)]
    bottom: Annotated[float, Field(ge=0, le=1)]
    ground: RefusalGround


class SpanAsked(Asked):
    """A stretch of the extracted text, as a finding names it."""

    place: Annotated[str, Field(max_length=400)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    ground: RefusalGround


class FindingAsked(Asked):
    """What screening found, by its number in the case."""

    no: Annotated[int, Field(ge=1)]
    ground: RefusalGround


class FileRedactionAsked(Asked):
    """What is to be removed from one file, counted from 0."""

    file: Annotated[int, Field(ge=0, le=19)]
    areas: Annotated[list[AreaAsked], Field(max_length=500)] = []
    spans: Annotated[list[SpanAsked], Field(max_length=500)] = []
    findings: Annotated[list[FindingAsked], Field(max_length=500)] = []


class RedactionAsked(Asked):
    files: Annotated[list[FileRedactionAsked], Field(min_length=1, max_length=20)]
    note: Note = ""


class DeterminationAsked(Asked):
    answer: Literal[ReferralAnswer.SECRET, ReferralAnswer.NOT_SECRET]
    answer_no: AnswerNo
