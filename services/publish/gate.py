"""The gate: whether this approval lets this edition be published now. Pure.

It is asked inside the transaction that publishes, under the lock that a withdrawal takes as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc.jwk import OKPKey

from shared.approval import Approval, NotAnApproval, valid_at, verify
from shared.clock import BEIJING
from shared.contracts import DocumentApproved, Level
from shared.contracts.vocabulary import GateFault
from shared.manifest import Manifest
from shared.policy import Given, Matter, Policy

ORDER = (Level.HEAD, Level.LEADER, Level.PRINCIPAL)


class Refused(Exception):
    """The gate does not let this be published."""

    def __init__(self, fault: GateFault) -> None:
        super().__init__(f"{self.__doc__} ({fault})")
        self.fault = fault


@dataclass(frozen=True)
class Standing:
    """How the document stands, read under its lock."""

    withdrawn_upto: int
    current_edition: int
    approval_used: bool
    approval_voided: bool = False
    """A later edition was handed in after it was given."""


@dataclass(frozen=True)
class Candidate:
    """What came as approved, with what really lies in the store; `fault` where that cannot be read."""

    event_id: object
    approved: DocumentApproved
    manifest: Manifest | None
    fault: GateFault | None = None


def admit(
    candidate: Candidate,
    standing: Standing,
    pinned: Mapping[str, OKPKey],
    policy: Policy,
    moment: datetime,
) -> tuple[Approval, Manifest]:
    """The approval and the content, when everything is as it must be; raises Refused."""
    approval = _believed(candidate.approved.approval, pinned)
    if candidate.fault or candidate.manifest is None:
        raise Refused(candidate.fault or GateFault.CONTENT_MISSING)
    fault = (
        _binds(approval, candidate.approved, candidate.manifest)
        or _was_given_rightly(approval)
        or _is_complete(approval, candidate.manifest, policy)
        or _is_timely(approval, candidate.manifest, moment)
        or _is_still_wanted(candidate.approved.edition, standing)
    )
    if fault:
        raise Refused(fault)
    return approval, candidate.manifest


def _believed(token: str, pinned: Mapping[str, OKPKey]) -> Approval:
    try:
        return verify(token, pinned)
    except NotAnApproval as forgery:
        raise Refused(forgery.fault) from None


def _binds(approval: Approval, approved: DocumentApproved, manifest: Manifest) -> GateFault | None:
    """The signature is for this document, this edition and these bytes, and the event says nothing else."""
    if approval.document_id != approved.document_id:
        return GateFault.OTHER_DOCUMENT
    if approval.edition != approved.edition:
        return GateFault.OTHER_EDITION
    if approval.content_sha256 != approved.content_sha256:
        return GateFault.OTHER_CONTENT
    if (approval.department, approval.author) != (manifest.department, manifest.author):
        return GateFault.OTHER_CONTENT
    if approval.approval_id != approved.approval_id:
        return GateFault.NOT_APPROVED
    return None


def _was_given_rightly(approval: Approval) -> GateFault | None:
    """Publish checks again what review must have checked: neither believes the other."""
    if approval.approved_by == approval.author:
        return GateFault.SELF_APPROVED
    if ORDER.index(approval.level) < ORDER.index(approval.required_level):
        return GateFault.LEVEL_TOO_LOW
    return None


def _is_complete(approval: Approval, manifest: Manifest, policy: Policy) -> GateFault | None:
    """Every step of the policy was taken, by the right and different people: we ask our own copy of it."""
    opinions = approval.opinions
    if not opinions or opinions[-1].officer != approval.approved_by or approval.tier not in policy.tiers:
        return GateFault.NOT_APPROVED
    authors = {manifest.author, *approval.authors}
    if any(one.officer in authors for one in opinions):
        return GateFault.SELF_APPROVED
    given = [Given(one.step, one.officer, one.department, frozenset({one.role})) for one in opinions]
    matter = Matter(
        manifest.kind,
        manifest.department,
        frozenset(authors),
        manifest.sensitivity,
        joint=bool(manifest.joint_with),
        blocking=approval.blocking,
    )
    if policy.rank(approval.tier) < policy.rank(policy.tier_of(matter)):
        return GateFault.LEVEL_TOO_LOW
    if any(policy.faults(approval.tier, matter, given)):
        return GateFault.NOT_APPROVED
    return None


def _is_timely(approval: Approval, manifest: Manifest, moment: datetime) -> GateFault | None:
    """The approval holds when it will be public, and there is something of its period (公示期) left."""
    public_from = max(moment, manifest.publish_at or moment)
    if manifest.notice_ends_on and public_from.astimezone(BEIJING).date() > manifest.notice_ends_on:
        return GateFault.EXPIRED
    return valid_at(approval, moment) or valid_at(approval, public_from)


def _is_still_wanted(edition: int, standing: Standing) -> GateFault | None:
    """A withdrawal of an edition refuses it and all before it, for ever."""
    if edition <= standing.withdrawn_upto:
        return GateFault.WITHDRAWN
    if standing.approval_voided:
        return GateFault.NOT_APPROVED
    if standing.approval_used:
        return GateFault.USED_BEFORE
    if edition <= standing.current_edition:
        return GateFault.OUTDATED
    return None
