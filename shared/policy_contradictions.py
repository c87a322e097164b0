"""What each part of a review policy may say by itself, but not together. Pure."""

from collections.abc import Iterator, Mapping

from .contracts.vocabulary import DocumentKind, Level, Sensitivity
from .policy import Policy, Step, Tier, Who

ORDER = (Level.HEAD, Level.LEADER, Level.PRINCIPAL)

Place = tuple[str | int, ...]
"""Where it stands: the names from the top of the file down, and numbers in lists."""
Contradiction = tuple[Place, str, str]
"""Where, and what is wrong with it in Chinese and in English."""

OF_THE_AUTHOR = "承办人不得参与决定自己承办的信息"


def contradictions(policy: Policy) -> Iterator[Contradiction]:
    """All there are, whatever the organisation: who can take a step in fact is what a simulation tells."""
    for code, step in policy.steps.items():
        yield from _about_step(policy, code, step)
    for code, tier in policy.tiers.items():
        yield from _about_tier(policy, code, tier)
    yield from _about_order(policy)
    yield from _about_kinds(policy)
    yield from _about_raising(policy)
    yield from _about_confirmation(policy)
    yield from _about_the_author(policy)


def _about_step(policy: Policy, code: str, step: Step) -> Iterator[Contradiction]:
    used = {stage.step for tier in policy.tiers.values() for stage in tier.steps}
    if code not in used:
        yield ("steps", code), "任何审批层级都没有用到这一步", "is in no tier"
    if "author" in step.by and not step.is_the_authors:
        yield ("steps", code, "by"), OF_THE_AUTHOR, "whoever handed it in decides nothing beside others"
    if step.working_days is None and not step.is_the_authors:
        yield ("steps", code), "缺少期限 working_days", "needs working_days"
    yield from _about_lateness(code, step)


def _about_lateness(code: str, step: Step) -> Iterator[Contradiction]:
    if "author" in step.escalate_to:
        yield ("steps", code, "escalate_to"), OF_THE_AUTHOR, "whoever handed it in decides nothing"
    if step.when_late == "escalate" and not step.escalate_to:
        yield ("steps", code, "when_late"), "逾期上报须写明 escalate_to", "escalate needs escalate_to"
    if step.when_late == "remind" and step.escalate_to:
        place: Place = ("steps", code, "escalate_to")
        yield place, "只用于 when_late: escalate", "is only for when_late: escalate"
    if step.escalate_to and set(step.escalate_to) <= set(step.by):
        place = ("steps", code, "escalate_to")
        yield place, "这些人员本来就可以办理", "names nobody who may not take it anyway"


def _about_tier(policy: Policy, code: str, tier: Tier) -> Iterator[Contradiction]:
    place: Place = ("tiers", code, "steps")
    unknown = [no for no, stage in enumerate(tier.steps) if stage.step not in policy.steps]
    for no in unknown:
        step = tier.steps[no].step
        yield (*place, no), f"没有步骤 {step}", f"there is no step {step}"
    if unknown:
        return
    yield from _about_stages(policy, tier, place)
    yield from _about_reviewers(policy, code, tier, place)
    yield from _about_approval(policy, code, tier, place)


def _about_stages(policy: Policy, tier: Tier, place: Place) -> Iterator[Contradiction]:
    names = [stage.step for stage in tier.steps]
    if len(set(names)) < len(names):
        yield (
            place,
            "同一步骤出现两次；需要两人时请写 people: 2",
            "a step stands there twice; say people: 2 instead",
        )
    for no, stage in enumerate(tier.steps):
        if policy.steps[stage.step].is_the_authors and no:
            yield (*place, no), "只有第一步可以是承办人的", "only the first step may be the author's"
        if policy.steps[stage.step].is_the_authors and stage.people > 1:
            yield (*place, no), "承办人只有一人", "there is one author"


def _about_reviewers(policy: Policy, code: str, tier: Tier, place: Place) -> Iterator[Contradiction]:
    reviewers = sum(stage.people for stage in tier.steps[:-1] if not policy.steps[stage.step].is_the_authors)
    needed = 2 if code == list(policy.tiers)[-1] else 1
    if reviewers < needed:
        yield (
            place,
            f"除承办人和审批人外，至少须有 {needed} 名审查人",
            f"needs {needed} reviewer(s) besides the author and whoever approves",
        )


def _about_approval(policy: Policy, code: str, tier: Tier, place: Place) -> Iterator[Contradiction]:
    last = tier.steps[-1]
    if last.people != 1:
        yield (*place, len(tier.steps) - 1), "只由一人审批", "one person approves"
    step = policy.steps[last.step]
    for name, allowed in (("by", step.by), ("escalate_to", step.escalate_to)):
        for no, who in enumerate(allowed):
            if not _is_as_high_as(who, tier.level):
                yield (
                    ("steps", last.step, name, no),
                    f"{who} 不能审批 {code} 层级（须为 {tier.level}）",
                    f"{who} may not approve at the level {tier.level} of tier {code}",
                )


def _is_as_high_as(who: Who, level: Level) -> bool:
    role = who.rpartition(" ")[2]
    return role in ORDER and ORDER.index(Level(role)) >= ORDER.index(level)


def _about_order(policy: Policy) -> Iterator[Contradiction]:
    levels = [ORDER.index(tier.level) for tier in policy.tiers.values()]
    if levels != sorted(levels):
        yield ("tiers",), "须从低到高排列", "must stand from the lowest level to the highest"


def _about_kinds(policy: Policy) -> Iterator[Contradiction]:
    for kind in DocumentKind:
        if kind not in policy.kinds:
            yield ("kinds",), f"没有规定 {kind}", f"says nothing about {kind}"
    for kind, by_sensitivity in policy.kinds.items():
        yield from _about_kind(policy, kind, by_sensitivity)


def _about_kind(
    policy: Policy, kind: DocumentKind, tiers: Mapping[Sensitivity, str]
) -> Iterator[Contradiction]:
    for sensitivity in Sensitivity:
        if sensitivity not in tiers:
            yield ("kinds", kind), f"没有规定 {sensitivity}", f"says nothing about {sensitivity}"
    for sensitivity, tier in tiers.items():
        if tier not in policy.tiers:
            yield ("kinds", kind, sensitivity), f"没有审批层级 {tier}", f"there is no tier {tier}"
    ranks = [policy.rank(tiers.get(sensitivity, "")) for sensitivity in Sensitivity]
    if ranks != sorted(ranks) and -1 not in ranks:
        place: Place = ("kinds", kind, Sensitivity.SENSITIVE)
        yield place, "敏感信息的审批层级低于一般信息", "is lower than for an ordinary one"


def _about_raising(policy: Policy) -> Iterator[Contradiction]:
    for reason, tier in policy.raise_.model_dump().items():
        if tier not in policy.tiers:
            yield ("raise", reason), f"没有审批层级 {tier}", f"there is no tier {tier}"


def _about_confirmation(policy: Policy) -> Iterator[Contradiction]:
    for why in dict.fromkeys((*policy.confirmation.ask, "asked")):
        if why not in policy.confirmation.silence:
            yield ("confirmation", "silence"), f"没有规定 {why}", f"says nothing about {why}"


def _about_the_author(policy: Policy) -> Iterator[Contradiction]:
    """An author never acts in one's own case, whatever a policy says; so it must not say so."""
    allowed = {
        ("confirmation", "by"): policy.confirmation.by,
        ("confirmation", "settled_by"): policy.confirmation.settled_by,
        ("refusal", "by"): policy.refusal.by,
        ("referral", "by"): policy.referral.by,
    }
    for place, who in allowed.items():
        if "author" in who:
            yield place, OF_THE_AUTHOR, "whoever handed it in decides nothing"
