"""The signed approval: review's word that this officer let exactly this content be published."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from .contracts.vocabulary import BodyCode, Digest, EditionNo, GateFault, Level, OfficerId, StepCode

TYPE = "gongkai-approval+jws"
ALGORITHM = "Ed25519"
LIFETIME = timedelta(days=30)
"""An approval that was not used by then has to be given again."""


class SignedOpinion(BaseModel):
    """One agreement on the way: which step, by whom, in which role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: StepCode
    officer: OfficerId
    department: BodyCode
    role: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]


class Approval(BaseModel):
    """What is signed. `content_sha256` is the hash of the manifest, and so of every byte it lists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approval_id: UUID
    document_id: UUID
    edition: EditionNo
    content_sha256: Digest
    department: BodyCode
    author: OfficerId
    approved_by: OfficerId
    level: Level
    required_level: Level
    policy: Annotated[str, Field(max_length=60)] = ""
    tier: Annotated[str, Field(max_length=40)] = ""
    opinions: Annotated[tuple[SignedOpinion, ...], Field(max_length=30)] = ()
    """All that the policy's tier demands, the approval itself last."""
    blocking: Annotated[int, Field(ge=0)] = 0
    """Grave findings that screening left; they may demand a higher tier."""
    authors: Annotated[tuple[OfficerId, ...], Field(max_length=100)] = ()
    """Whoever handed in this or an earlier edition."""
    basis: Annotated[str, Field(max_length=100)]
    issued_at: AwareDatetime
    expires_at: AwareDatetime


class NotAnApproval(Exception):
    """This is no approval that can be believed."""

    def __init__(self, fault: GateFault) -> None:
        super().__init__(f"{self.__doc__} ({fault})")
        self.fault = fault


def sign(approval: Approval, key: OKPKey) -> str:
    """The approval as compact JWS, signed with Ed25519."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": str(key.kid)}
    return jws.serialize_compact(header, approval.model_dump_json(), key, algorithms=[ALGORITHM])


def verify(token: str, pinned: Mapping[str, OKPKey]) -> Approval:
    """The approval, if one of the pinned keys signed it; raises NotAnApproval.

    Only `kid` is read from the header, and only to choose among the pinned keys: a key, an address of keys or
    another algorithm that a header offers is never followed.
    """
    if not token:
        raise NotAnApproval(GateFault.NOT_SIGNED)
    header, key = _header(token), None
    if header.get("alg") != ALGORITHM:
        raise NotAnApproval(GateFault.WRONG_ALGORITHM)
    if header.get("typ") != TYPE or set(header) != {"alg", "typ", "kid"}:
        raise NotAnApproval(GateFault.WRONG_TYPE)
    key = pinned.get(str(header["kid"]))
    if key is None:
        raise NotAnApproval(GateFault.UNKNOWN_KEY)
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        raise NotAnApproval(GateFault.BAD_SIGNATURE) from None
    try:
        return Approval.model_validate_json(payload)
    except ValidationError:
        raise NotAnApproval(GateFault.MALFORMED) from None


def _header(token: str) -> dict[str, object]:
    try:
        return dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError, TypeError, AttributeError):
        raise NotAnApproval(GateFault.MALFORMED) from None


def valid_at(approval: Approval, moment: datetime) -> GateFault | None:
    """Whether the approval holds at this moment: what is wrong, or None. Clocks may differ by a minute."""
    if moment > approval.expires_at:
        return GateFault.EXPIRED
    if moment < approval.issued_at - timedelta(minutes=1):
        return GateFault.NOT_YET_VALID
    return None
