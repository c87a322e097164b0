"""The review policy (审查审批制度): who must agree to what before it may be published. Pure.

Review asks it at every step, and the gate asks it again before it publishes: neither believes the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .contracts.vocabulary import BodyCode, DocumentKind, Level, RefusalGround, Sensitivity, StepCode

WHO = r"^(author|((own|office) )?(officer|head|secrecy|leader|principal))$"
Who = Annotated[str, Field(pattern=WHO)]
"""Whoever handed it in; or those in a role, anywhere, or in the document's own or the disclosure office."""
Whoever = Annotated[tuple[Who, ...], Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=1, le=60)]
Why = Literal["joint", "named", "found", "asked"]
Code = StepCode


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Closed):
    """One step (审查步骤) and who may take it; its time runs in working days."""

    name: Name
    name_en: Name
    by: Whoever
    working_days: Days | None = None
    when_late: Literal["remind", "escalate"] = "remind"
    escalate_to: tuple[Who, ...] = ()

    @property
    def is_the_authors(self) -> bool:
        """Taken by handing in: the author proposes."""
        return self.by == ("author",)


def _spelled_out(said: Any) -> Any:
    return {"step": said} if isinstance(said, str) else said


class Stage(Closed):
    """A step of a tier, and how many different people must take it."""

    step: Code
    people: Annotated[int, Field(ge=1, le=5)] = 1


class Tier(Closed):
    """A way to approval (审批层级): its last step approves, those before it review."""

    name: Name
    name_en: Name
    level: Level
    steps: Annotated[
        tuple[Annotated[Stage, BeforeValidator(_spelled_out)], ...], Field(min_length=2, max_length=10)
    ]


class Raise(Closed):
    """At least this tier for what several bodies issue, and for what screening found something grave in."""

    joint: Code
    blocking_findings: Code


class Confirmation(Closed):
    """信息确认 (Regulations, art. 11): who is asked, who answers, and what silence means."""

    ask: tuple[Why, ...]
    by: Whoever
    working_days: Days
    silence: Mapping[Why, Literal["consent", "escalate"]]
    settled_by: Whoever


class Refusal(Closed):
    """Who may refuse disclosure, on which grounds (Regulations, arts 14-16)."""

    by: Whoever
    grounds: Annotated[tuple[RefusalGround, ...], Field(min_length=1)]


class Referral(Closed):
    """Who may put a question to an authority (Regulations, art. 17; Secrecy Law, art. 25), and the times."""

    by: Whoever
    disclosure_working_days: Days
    report_working_days: Days
    determination_working_days: Days


class Person(Protocol):
    """Whoever wants to take a step."""

    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Matter:
    """What is to be decided, as far as a policy asks."""

    kind: DocumentKind
    department: str
    authors: frozenset[str]
    """Whoever handed in this or an earlier edition."""
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    joint: bool = False
    blocking: int = 0
    """Grave findings of the screening."""


@dataclass(frozen=True)
class Given:
    """An agreement: which step, by whom, in which role."""

    step: str
    id: str
    department: str
    roles: frozenset[str]


class Hindrance(StrEnum):
    """Why somebody may not take a step."""

    AUTHOR = "author"
    TOOK_ONE = "took-one"
    NOT_THEIRS = "not-theirs"


class Policy(Closed):
    """A whole policy as it was read from its file."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,4}$")]
    title: Name
    title_en: Name
    basis: Annotated[str, Field(min_length=1, max_length=100)]
    disclosure_office: BodyCode
    steps: Mapping[Code, Step]
    tiers: Annotated[Mapping[Code, Tier], Field(min_length=1)]
    kinds: Mapping[DocumentKind, Mapping[Sensitivity, Code]]
    raise_: Annotated[Raise, Field(alias="raise")]
    confirmation: Confirmation
    refusal: Refusal
    referral: Referral

    @property
    def reference(self) -> str:
        """How opinions and approvals name it."""
        return f"{self.name}/{self.version}"

    def tier_of(self, matter: Matter) -> Code:
        """The tier that the matter must pass: the highest that anything about it demands."""
        return max(self.demands(matter).values(), key=self.rank)

    def demands(self, matter: Matter) -> Mapping[str, Code]:
        """Which tier each thing about the matter demands: its kind, its joint issue, what was found in it."""
        return {
            "kind": self.kinds[matter.kind][matter.sensitivity],
            **({"joint": self.raise_.joint} if matter.joint else {}),
            **({"blocking_findings": self.raise_.blocking_findings} if matter.blocking else {}),
        }

    def rank(self, tier: Code) -> int:
        """The place of a tier among the others, from the lowest; below all for one that is not there."""
        return list(self.tiers).index(tier) if tier in self.tiers else -1

    def due(self, tier: Code, given: Iterable[Given]) -> Code | None:
        """The step that comes next; None when all are taken."""
        return next(iter(self.left(tier, given)), None)

    def left(self, tier: Code, given: Iterable[Given]) -> Mapping[Code, int]:
        """The steps that are still to be taken, in their order, and by how many people each.

        None in a tier that is not there: a case may be older than the policy.
        """
        taken = Counter(one.step for one in given)
        stages = self.tiers[tier].steps if tier in self.tiers else ()
        missing = {one.step: self._needed(one) - taken[one.step] for one in stages}
        return {step: people for step, people in missing.items() if people > 0}

    def hindrance(
        self, person: Person, step: Code, matter: Matter, given: Iterable[Given], *, escalated: bool = False
    ) -> Hindrance | None:
        """Why this person may not take this step now, or None."""
        if person.id in matter.authors:
            return Hindrance.AUTHOR
        if any(one.id == person.id for one in given):
            return Hindrance.TOOK_ONE
        allowed = self.takers(step, escalated=escalated)
        return None if self.is_one_of(person, allowed, matter.department) else Hindrance.NOT_THEIRS

    def is_one_of(self, person: Person, allowed: Iterable[Who], department: str) -> bool:
        """Whether the person is among those, for a matter of this department."""
        return self.role_of(person, allowed, department) is not None

    def role_of(self, person: Person, allowed: Iterable[Who], department: str) -> str | None:
        """The role in which the person is among those; None when the person is not."""
        roles = (who.rpartition(" ")[2] for who in allowed if self._is(person, who, department))
        return next(roles, None)

    def takers(self, step: str, *, escalated: bool) -> tuple[Who, ...]:
        """Who may take the step, now that it is late or not."""
        return (*self.steps[step].by, *(self.steps[step].escalate_to if escalated else ()))

    def faults(self, tier: Code, matter: Matter, given: Sequence[Given]) -> Iterator[str]:
        """What these agreements lack to let the matter be published; nothing when they are complete.

        In the order in which they were given: each is asked whether it was due and the person's to give.
        """
        if self.rank(tier) < self.rank(self.tier_of(matter)):
            yield "tier"
            return
        for place, one in enumerate(given):
            if one.step != self.due(tier, given[:place]):
                yield f"{one.step}: not-due"
            elif hindrance := self.hindrance(one, one.step, matter, given[:place], escalated=True):
                yield f"{one.step}: {hindrance}"
        if missing := self.due(tier, given):
            yield f"{missing}: missing"

    def _needed(self, stage: Stage) -> int:
        return 0 if self.steps[stage.step].is_the_authors else stage.people

    def _is(self, person: Person, who: Who, department: str) -> bool:
        scope, _, role = who.rpartition(" ")
        home = {"own": department, "office": self.disclosure_office}.get(scope)
        return role in person.roles and home in (None, person.department)
