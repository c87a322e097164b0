"""Whether an officer may take the step that is due (分级审批). Pure."""

from dataclasses import dataclass

from shared.contracts import Level
from shared.identity import Officer
from shared.policy import Given, Hindrance, Matter, Policy
from shared.problems import Conflict, Forbidden, Invalid

ORDER = (Level.HEAD, Level.LEADER, Level.PRINCIPAL)


class SelfApproval(Forbidden):
    """Whoever handed in an edition of a document decides nothing about it."""

    code = "self-approval"
    zh = "承办人不得审查、审批自己承办的信息。"


class TookAStep(Forbidden):
    """Whoever took one step of a case may not take another."""

    code = "took-a-step"
    zh = "同一案件中，已提出审查意见的人员不得再办理其他步骤。"


class NotYourStep(Forbidden):
    """The step that is due is for others to take."""

    code = "not-your-step"
    zh = "当前步骤应由其他人员办理。"


class StepNotDue(Conflict):
    """Another step is due: the policy's steps are taken in their order."""

    code = "step-not-due"
    zh = "应先办理前面的步骤。"


class FindingsOpen(Conflict):
    """Screening found something: return the document, or say in a note why it may be published."""

    code = "findings-open"
    zh = "机器筛查发现问题：请退回修改，或书面说明可以公开的理由。"


class ConfirmationOpen(Conflict):
    """A department that was asked has not answered, or objects: that must be settled first."""

    code = "confirmation-open"
    zh = "有关机关尚未确认，或者提出了异议，须先协商解决。"


class AuthorityForbids(Conflict):
    """The authority that was asked answered that it may not be disclosed."""

    code = "authority-forbids"
    zh = "有权机关已答复不得公开。"


class GroundNotAllowed(Invalid):
    """The policy does not allow refusal on this ground."""

    code = "ground-not-allowed"
    zh = "审查制度不允许以此理由不予公开。"


@dataclass(frozen=True)
class Standing:
    """How a case stands, as far as the rules ask."""

    matter: Matter
    tier: str
    given: tuple[Given, ...]
    escalated: bool = False
    findings: int = 0
    unsettled: tuple[str, ...] = ()
    """Departments that have not answered, or whose objection stands."""
    forbidden: bool = False
    """An authority answered that it may not be disclosed."""


@dataclass(frozen=True)
class Taking:
    """A step as it is taken."""

    step: str
    role: str
    level: Level | None
    """Of the approval; None for a review that others follow."""
    follows: str | None
    """The step that is due afterwards."""


def take(policy: Policy, officer: Officer, standing: Standing, note: str, step: str = "") -> Taking:
    """The step that the officer takes with this agreement; raises what forbids it."""
    if officer.id in standing.matter.authors:
        raise SelfApproval
    due = policy.due(standing.tier, standing.given)
    if due is None or step not in ("", due):
        raise StepNotDue(due=due)
    hindrance = policy.hindrance(officer, due, standing.matter, standing.given, escalated=standing.escalated)
    if hindrance:
        raise _problem(policy, hindrance, due, standing)
    role = policy.role_of(
        officer, policy.takers(due, escalated=standing.escalated), standing.matter.department
    )
    assert role is not None, "nobody was in the way"
    given = (*standing.given, Given(due, officer.id, officer.department, frozenset({role})))
    follows = policy.due(standing.tier, given)
    if follows is None:
        _may_be_published(standing, note)
    level = _level(officer, policy.tiers[standing.tier].level) if follows is None else None
    return Taking(due, role, level, follows)


def must_be_one_of(policy: Policy, officer: Officer, standing: Standing, allowed: tuple[str, ...]) -> str:
    """The role in which the officer may do what these may do about the case; raises what forbids it."""
    if officer.id in standing.matter.authors:
        raise SelfApproval
    role = policy.role_of(officer, allowed, standing.matter.department)
    if role is None:
        raise Forbidden(f"{officer.id}: {', '.join(allowed)}", needs=list(allowed))
    return role


def may_send_back(policy: Policy, tier: str) -> tuple[str, ...]:
    """Anybody who has a step in the tier, and whoever may refuse altogether."""
    stages = policy.tiers[tier].steps if tier in policy.tiers else ()
    takers = (who for stage in stages for who in policy.takers(stage.step, escalated=True))
    return tuple(who for who in (*takers, *policy.refusal.by) if who != "author")


def _problem(policy: Policy, hindrance: Hindrance, due: str, standing: Standing) -> Forbidden:
    needs = list(policy.takers(due, escalated=standing.escalated))
    problems = {
        Hindrance.AUTHOR: SelfApproval,
        Hindrance.TOOK_ONE: TookAStep,
        Hindrance.NOT_THEIRS: NotYourStep,
    }
    return problems[hindrance](step=due, needs=needs)


def _may_be_published(standing: Standing, note: str) -> None:
    """What holds the last step, however high the officer."""
    if standing.unsettled:
        raise ConfirmationOpen(departments=list(standing.unsettled))
    if standing.forbidden:
        raise AuthorityForbids
    if standing.findings and not note.strip():
        raise FindingsOpen(findings=standing.findings)


def _level(officer: Officer, required: Level) -> Level:
    """The highest level the officer has: a principal who approves in place of a head approves as one."""
    held = [level for level in ORDER if level.value in officer.roles]
    return max([required, *held], key=ORDER.index)
