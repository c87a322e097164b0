"""A simulation on a page, and as JSON: the tier and why, steps, who is asked, what was found, dead ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.policy import Policy
from shared.workdays import DueDate

from . import screen
from .policy_words import REASONS, SEVERITIES, SILENCES, name_of, said
from .simulation import Asked, DeadEnd, Member, Planned, Simulation
from .words import both, columns


@dataclass(frozen=True)
class Page:
    """What is shown."""

    policy: Policy
    simulation: Simulation
    findings: Sequence[Mapping[str, Any]]
    departments: Mapping[str, str]

    def show(self) -> None:
        """For people."""
        for line in self._headlines():
            screen.out().print(line)
        screen.out().print()
        heads = columns("步骤|人数|可由谁办理|最迟", "Step|People|Who can take it|At the latest")
        screen.table(both("步骤", "Steps"), heads, [self._step(one) for one in self.simulation.steps])
        if self.simulation.asked:
            heads = columns(
                "机关|事由|由谁答复|最迟|逾期", "Department|Why|Who answers|At the latest|Silence"
            )
            screen.table(both("信息确认", "Confirmation"), heads, [*map(self._asked, self.simulation.asked)])
        heads = columns("规则|程度|位置|摘录|依据", "Rule|Severity|Place|Excerpt|Why")
        if self.findings:
            screen.table(both("筛查发现", "Findings"), heads, [*map(_finding, self.findings)])
        for warning in self.warnings():
            screen.out().print(f"⚠ {warning}", style="yellow")

    def json(self) -> dict[str, Any]:
        """For programmes: everything by its code."""
        found = self.simulation
        return {
            "policy": self.policy.reference,
            "tier": found.tier,
            "demands": found.demands,
            "steps": [_step_json(one) for one in found.steps],
            "confirmations": [_asked_json(one) for one in found.asked],
            "findings": self.findings,
            "dead_ends": [_dead_end_json(one) for one in found.dead_ends],
            "refused": found.refused,
            "unanswerable": [one.department for one in found.unanswerable],
            "warnings": list(self.warnings()),
        }

    def warnings(self) -> Iterator[str]:
        """What will not go as the policy means it."""
        if any(one["severity"] == "stop" for one in self.findings):
            yield both(
                "文件疑有国家秘密标志：提交后将立即封存，不进入审查。",
                "It seems to bear a secrecy mark: handed in, it would be locked away at once.",
            )
        for fault in self.simulation.refused:
            yield both(
                f"按此制度，已有的意见不能作为公开的依据（{fault}）：请提交新版，重新审查。",
                f"By this policy what was agreed so far does not count ({fault}): hand in a new edition.",
            )
        yield from map(self._dead_end, self.simulation.dead_ends)
        for one in self.simulation.unanswerable:
            name = self.departments.get(one.department, one.department)
            yield both(f"{name}没有可以答复信息确认的人员。", f"{name} has nobody who may answer for it.")
        for step in self.simulation.steps:
            yield from self._unwise(step)

    def _headlines(self) -> Iterator[str]:
        name = name_of(self.policy.tiers[self.simulation.tier])
        yield both(f"审批层级：{name}", f"Tier: {name}") + f"  ({self.policy.reference})"
        for reason, tier in self.simulation.demands.items():
            needed = name_of(self.policy.tiers[tier])
            yield both(f"  {said(REASONS, reason)}：{needed}", f"  {said(REASONS, reason)}: {needed}")
        if not self.findings:
            yield both("筛查：没有发现", "Screening: nothing found")

    def _step(self, one: Planned) -> tuple[Any, ...]:
        above = both(f"（逾期后还有：{_people(one.above)}）", f" (once late also {_people(one.above)})")
        who = (_people(one.takers) or both("无人", "nobody")) + (above if one.above else "")
        return name_of(self.policy.steps[one.step]), one.people, who, _day(one.due)

    def _asked(self, one: Asked) -> tuple[Any, ...]:
        name = self.departments.get(one.department, one.department)
        who = _people(one.by) or both("无人", "nobody")
        return name, said(REASONS, one.why), who, _day(one.due), said(SILENCES, one.silence)

    def _dead_end(self, one: DeadEnd) -> str:
        steps = both("、", ", ").join(name_of(self.policy.steps[step]) for step in one.steps)
        people = _people(one.people) or both("没有人", "nobody")
        until = (
            both("；逾期后可由上级办理", "; once it is late, those above can help") if one.until_late else ""
        )
        return both(
            f"人员不足：“{steps}”须由 {one.needed} 名不同人员办理，可办理的只有：{people}{until}。",
            f"Too few people: {steps}, for {one.needed} different people, and only {people} can{until}.",
        )

    def _unwise(self, one: Planned) -> Iterator[str]:
        step = name_of(self.policy.steps[one.step])
        if one.unwise:
            people = _people(one.unwise)
            yield both(
                f"“{step}”不宜由 {people} 办理：否则后面的步骤将缺少人员。",
                f"{step}: better not taken by {people}, or another step would be left without anybody.",
            )


def _people(members: Sequence[Member]) -> str:
    return both("、", ", ").join(f"{one.name} {one.id}" for one in members)


def _day(due: DueDate) -> str:
    return due.on.isoformat() + (both("（暂定）", " (provisional)") if due.provisional else "")


def _finding(one: Mapping[str, Any]) -> tuple[Any, ...]:
    place = f"{one['place']} {one['starts']}–{one['ends']}"
    return one["rule"], said(SEVERITIES, one["severity"]), place, one["excerpt"], one["why"]


def _step_json(one: Planned) -> dict[str, Any]:
    return {
        "step": one.step,
        "people": one.people,
        "takers": _ids(one.takers),
        "once_late": _ids(one.above),
        "unwise": _ids(one.unwise),
        "due_on": one.due.on,
        "provisional": one.due.provisional,
    }


def _asked_json(one: Asked) -> dict[str, Any]:
    return {
        "department": one.department,
        "why": one.why,
        "by": _ids(one.by),
        "due_on": one.due.on,
        "provisional": one.due.provisional,
        "silence": one.silence,
    }


def _dead_end_json(one: DeadEnd) -> dict[str, Any]:
    return {
        "steps": one.steps,
        "needed": one.needed,
        "people": _ids(one.people),
        "until_late": one.until_late,
    }


def _ids(members: Sequence[Member]) -> list[str]:
    return [one.id for one in members]
