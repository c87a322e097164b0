"""A review policy as an office reads it: tiers, steps, who and how long; kinds, confirmation, refusal."""

from collections.abc import Iterator

from services.review.papers.words import GROUNDS
from shared.policy import Policy, Step, Tier

from . import screen
from .policy_words import REASONS, SILENCES, name_of, said, whoever
from .words import KINDS, LEVELS, SENSITIVITIES, both, columns, word


def show(policy: Policy) -> None:
    """The whole policy."""
    screen.out().print(both(policy.title, policy.title_en), style="bold")
    screen.out().print(f"{policy.reference}  {policy.basis}\n")
    for tier in policy.tiers.values():
        heading = f"{name_of(tier)}：{word(LEVELS, tier.level)}审批"
        heads = columns("步骤|由谁办理|人数|工作日|逾期", "Step|Who|People|Working days|When late")
        heading = both(heading, f"{name_of(tier)}: approved at the level {tier.level}")
        screen.table(heading, heads, _steps(policy, tier), right=(2, 3))
    heads = [both("类别", "Kind"), *(word(SENSITIVITIES, one) for one in SENSITIVITIES)]
    screen.table(both("各类信息的审批层级", "Tiers by kind"), heads, _kinds(policy))
    for line in _rules(policy):
        screen.out().print(line)


def _steps(policy: Policy, tier: Tier) -> Iterator[tuple[str, ...]]:
    for stage in tier.steps:
        step = policy.steps[stage.step]
        days = str(step.working_days or "—")
        yield name_of(step), whoever(step.by), str(stage.people), days, _when_late(step)


def _when_late(step: Step) -> str:
    if step.is_the_authors:
        return "—"
    above = whoever(step.escalate_to)
    return both(f"可由{above}办理", f"{above} may take it too") if above else both("提醒", "a reminder")


def _kinds(policy: Policy) -> Iterator[tuple[str, ...]]:
    for kind, tiers in policy.kinds.items():
        yield word(KINDS, kind), *(name_of(policy.tiers[tier]) for tier in tiers.values())


def _rules(policy: Policy) -> Iterator[str]:
    for reason, tier in policy.raise_.model_dump().items():
        name = name_of(policy.tiers[tier])
        yield both(f"{said(REASONS, reason)}：至少“{name}”", f"{said(REASONS, reason)}: at least {name}")
    yield from ("", *_confirmation(policy), "", *_refusal(policy), "", *_referral(policy))


def _confirmation(policy: Policy) -> Iterator[str]:
    rule = policy.confirmation
    reasons = both("、", ", ").join(said(REASONS, why) for why in rule.ask)
    yield both(f"信息确认（条例第11条）：{reasons}的机关", f"Confirmation (Regulations, art. 11): {reasons}")
    by, days = whoever(rule.by), rule.working_days
    yield both(
        f"  由{by}在 {days} 个工作日内答复（“本部门”指被征求意见的机关）",
        f"  answered by the {by} within {days} working days (the own department is the one asked)",
    )
    for why, silence in rule.silence.items():
        yield both(f"  {said(REASONS, why)}：", f"  {said(REASONS, why)}: ") + said(SILENCES, silence)
    yield both(f"  异议由{whoever(rule.settled_by)}协调", f"  settled by: {whoever(rule.settled_by)}")


def _refusal(policy: Policy) -> Iterator[str]:
    by = whoever(policy.refusal.by)
    yield both(f"不予公开：由{by}决定，理由限于", f"Refusal by: {by}; on these grounds alone:")
    yield from (f"  {said(GROUNDS, ground)}" for ground in policy.refusal.grounds)


def _referral(policy: Policy) -> Iterator[str]:
    rule = policy.referral
    yield both(f"报请确定：由{whoever(rule.by)}提出", f"Referral by: {whoever(rule.by)}")
    days = rule.disclosure_working_days, rule.report_working_days, rule.determination_working_days
    yield both(
        "  能否公开：{} 个工作日内答复；是否国家秘密：{} 个工作日内报请，{} 个工作日内确定",
        "  may it be disclosed: answered within {} working days; is it a state secret: reported within {}, "
        "determined within {}",
    ).format(*days)
