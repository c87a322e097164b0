"""The fault programme, short: what `scripts/faults` proves in minutes must hold in seconds, every time."""

import re
from dataclasses import replace

from tests.faults.plants import plan
from tests.faults.trial import Outcome, Plan, run

LINE = re.compile(
    r"kills=\d+ events=\d+ lost=0 duplicate=0 disorder=0 unapproved=0 withdrawn_public=0 seconds=\d+"
)


async def test_killed_processes_lose_nothing_double_nothing_and_publish_nothing_they_may_not() -> None:
    outcome = await run(Plan(12, seed=4, settle_within=30))
    assert LINE.fullmatch(outcome.line), explained(outcome)
    assert not outcome.strange, explained(outcome)
    assert not outcome.still_open, explained(outcome)
    assert outcome.kills >= 10, explained(outcome)
    assert outcome.receipts >= 10, explained(outcome)


async def test_an_early_acknowledgement_and_a_careless_gate_are_both_caught() -> None:
    planted = plan("acknowledge-before-commit,gate-outside-transaction", seed=4)
    outcome = await run(replace(planted, settle_within=2))
    assert outcome.findings["lost"], outcome.line
    assert outcome.findings["withdrawn_public"], outcome.line


def explained(outcome: Outcome) -> str:
    found = [f"{name}: {finding}" for name, findings in outcome.findings.items() for finding in findings]
    return "\n".join([outcome.line, outcome.still_open, outcome.data, *outcome.strange[:5], *found[:20]])
