"""What notify announces."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import PREFIX, AboutDocument
from .vocabulary import BodyCode, EditionNo


class DeliveryConfirmed(AboutDocument):
    """A department's consumer has acknowledged one event about a document."""

    type: ClassVar[str] = f"{PREFIX}delivery.confirmed.v1"

    edition: EditionNo
    department: BodyCode
    event_id: UUID
    event_type: Annotated[str, Field(pattern=r"^cn\.gongkai\.[a-z.-]{1,80}\.v[0-9]{1,3}$")]
    confirmed_at: AwareDatetime


class WithdrawalSent(AboutDocument):
    """A withdrawal was sent to every department that had anything of the document."""

    type: ClassVar[str] = f"{PREFIX}withdrawal.sent.v1"

    edition: EditionNo
    withdrawal_event: UUID
    departments: tuple[BodyCode, ...]
