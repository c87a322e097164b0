"""What an officer says with a decision."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import RefusalGround, ReturnGround

Note = Annotated[str, Field(max_length=2000)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApprovalAsked(Asked):
    note: Note = ""


class ReturnAsked(Asked):
    grounds: Annotated[list[ReturnGround], Field(min_length=1)]
    note: Annotated[Note, Field(min_length=1)]


class RejectionAsked(Asked):
    ground: RefusalGround
    note: Annotated[Note, Field(min_length=1)]
