"""What publish announces to everybody."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import PREFIX, AboutDocument
from .vocabulary import (
    BodyCode,
    Digest,
    DocumentKind,
    EditionNo,
    GateFault,
    IndexNo,
    ThemeCode,
    WithdrawalKind,
    WithdrawalReason,
)


class DocumentPublished(AboutDocument):
    """An edition is public; what it says is fetched under `href`, while it is public."""

    type: ClassVar[str] = f"{PREFIX}document.published.v1"

    edition: EditionNo
    index_no: IndexNo
    department: BodyCode
    joint_with: tuple[BodyCode, ...] = ()
    kind: DocumentKind
    theme: ThemeCode
    content_sha256: Digest
    published_at: AwareDatetime
    href: Annotated[str, Field(pattern=r"^/documents/[0-9a-f-]{36}$")]


class DocumentWithdrawn(AboutDocument):
    """Every edition up to this one is public no more, and never again: remove your copies."""

    type: ClassVar[str] = f"{PREFIX}document.withdrawn.v1"

    edition: EditionNo
    index_no: IndexNo | None = None
    department: BodyCode | None = None
    kind: WithdrawalKind
    reason: WithdrawalReason
    withdrawn_at: AwareDatetime


class PublicationRefused(AboutDocument):
    """The gate refused what came as approved: a fault to look into, at once."""

    type: ClassVar[str] = f"{PREFIX}publication.refused.v1"

    edition: EditionNo
    fault: GateFault
    refused_event: UUID
