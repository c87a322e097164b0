"""What a policy makes of a matter in an organisation: who can take which step until when. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shared.policy import Given, Matter, Policy, Why
from shared.workdays import Calendar, DueDate

from .seats import contested


@dataclass(frozen=True)
class Member:
    """Somebody of the organisation, as a policy sees people."""

    id: str
    name: str
    department: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Planned:
    """A step that is still to be taken."""

    step: str
    people: int
    """How many different people must still take it."""
    takers: tuple[Member, ...]
    above: tuple[Member, ...]
    """Who may take it as well, once it is late."""
    due: DueDate
    """When it is taken at the latest, if every step before it takes all its time."""
    unwise: tuple[Member, ...] = ()
    """Of the takers, whose taking this step would leave nobody for another one."""


@dataclass(frozen=True)
class DeadEnd:
    """Steps for which there are not enough different people."""

    steps: tuple[str, ...]
    needed: int
    people: tuple[Member, ...]
    """All who could take any of them."""
    until_late: bool
    """Only until it is late: then those above can help."""


@dataclass(frozen=True)
class Asked:
    """A department that must confirm (信息确认)."""

    department: str
    why: Why
    due: DueDate
    by: tuple[Member, ...]
    """Who may answer for it."""
    silence: str
    """What comes of no answer: consent, or escalate."""


@dataclass(frozen=True)
class Simulation:
    """How the matter would go."""

    tier: str
    demands: Mapping[str, str]
    steps: tuple[Planned, ...]
    asked: tuple[Asked, ...]
    dead_ends: tuple[DeadEnd, ...]
    refused: tuple[str, ...]
    """What the gate would object to in what was agreed so far, as under another policy."""

    @property
    def unanswerable(self) -> tuple[Asked, ...]:
        """Departments that must confirm and have nobody who may."""
        return tuple(one for one in self.asked if not one.by)


Concern = tuple[Why, date | None]
"""Why a department is asked, and until when it was; no day for one that is still to be asked."""


@dataclass(frozen=True)
class Case:
    """What is simulated: a matter, from where it stands."""

    matter: Matter
    start: date
    tier: str = ""
    """Empty for the tier that the policy demands."""
    given: tuple[Given, ...] = ()
    due_on: date | None = None
    """The last day for the step that is due; None for what begins now."""
    escalated: bool = False
    concerned: Mapping[str, Concern] = field(default_factory=dict)
    """Departments that are asked."""


def simulate(policy: Policy, case: Case, members: Sequence[Member], calendar: Calendar) -> Simulation:
    """How it goes from here to the approval."""
    tier = case.tier or policy.tier_of(case.matter)
    steps = tuple(_planned(policy, case, tier, members, calendar))
    dead_ends = _dead_ends(steps)
    if not dead_ends:
        steps = tuple(replace(one, unwise=tuple(_unwise(steps, one))) for one in steps)
    asked = tuple(_asked(policy, case, members, calendar))
    faults = policy.faults(tier, case.matter, case.given)
    refused = tuple(fault for fault in faults if not fault.endswith(": missing"))
    return Simulation(tier, policy.demands(case.matter), steps, asked, dead_ends, refused)


def _planned(
    policy: Policy, case: Case, tier: str, members: Sequence[Member], calendar: Calendar
) -> Iterator[Planned]:
    """Each step, its time counted from the end of the one before; each of its people has the whole time."""
    due = DueDate(case.start, provisional=False)
    for step, people in policy.left(tier, case.given).items():
        is_due = step == policy.due(tier, case.given)
        for seat in range(people):
            begun = case.due_on if is_due and seat == 0 else None
            due = _end(due, begun, policy.steps[step].working_days or 0, calendar)
        takers = _free(policy, case, step, members, escalated=case.escalated and is_due)
        late = _free(policy, case, step, members, escalated=True)
        above = tuple(one for one in late if one not in takers)
        yield Planned(step, people, tuple(takers), above, due)


def _end(start: DueDate, begun: date | None, working_days: int, calendar: Calendar) -> DueDate:
    """The last day of what starts then, or of what was begun and has its day already."""
    if begun:
        return DueDate(max(begun, start.on), start.provisional)
    due = calendar.after(start.on, working_days)
    return DueDate(due.on, start.provisional or due.provisional)


def _free(
    policy: Policy, case: Case, step: str, members: Iterable[Member], *, escalated: bool
) -> list[Member]:
    """Whom nothing hinders from taking the step, apart from what is still to come."""
    return [
        one
        for one in members
        if policy.hindrance(one, step, case.matter, case.given, escalated=escalated) is None
    ]


def _dead_ends(steps: Sequence[Planned]) -> tuple[DeadEnd, ...]:
    """Those that no lateness helps out of, then those that it does."""
    for_good = list(_lacking(steps, late=True))
    hopeless = {step for one in for_good for step in one.steps}
    for_now = [one for one in _lacking(steps, late=False) if not hopeless.intersection(one.steps)]
    return (*for_good, *for_now)


def _lacking(steps: Sequence[Planned], *, late: bool) -> Iterator[DeadEnd]:
    known = {one.id: one for step in steps for one in (*step.takers, *step.above)}
    seats = [one for one in steps for _ in range(one.people)]
    told: set[tuple[str, ...]] = set()
    for group, people in contested([_ids(one, late=late) for one in seats]):
        rivals = {seats[seat].step for seat in group}
        names = tuple(one.step for one in steps if one.step in rivals)
        if names not in told:
            told.add(names)
            needed = sum(one.people for one in steps if one.step in names)
            yield DeadEnd(names, needed, tuple(known[id_] for id_ in sorted(people)), not late)


def _unwise(steps: Sequence[Planned], chosen: Planned) -> Iterator[Member]:
    """Whoever takes this one takes no other: for whom are the rest too few then?"""
    rest = [one for one in steps for _ in range(one.people - (one is chosen))]
    for taker in chosen.takers:
        if any(contested([_ids(one, late=False) - {taker.id} for one in rest])):
            yield taker


def _ids(step: Planned, *, late: bool) -> set[str]:
    return {one.id for one in (*step.takers, *(step.above if late else ()))}


def _asked(policy: Policy, case: Case, members: Sequence[Member], calendar: Calendar) -> Iterator[Asked]:
    rule = policy.confirmation
    usual = calendar.after(case.start, rule.working_days)
    for department, (why, until) in case.concerned.items():
        if department != case.matter.department and (why in rule.ask or why == "asked"):
            by = [one for one in members if policy.is_one_of(one, rule.by, department)]
            able = tuple(one for one in by if one.id not in case.matter.authors)
            due = DueDate(until, provisional=False) if until else usual
            yield Asked(department, why, due, able, rule.silence[why])
