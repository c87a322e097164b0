"""The fault programme, short: what `scripts/faults` proves in minutes must hold in seconds, every time."""

import re
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gongkai.organisation import read
from tests.faults.agreements import incomplete
from tests.faults.house import ROOT
from tests.faults.plants import plan
from tests.faults.trial import Outcome, Plan, run

Steps = Sequence[tuple[str, str, str]]

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


@pytest.mark.timeout(300)
async def test_an_early_acknowledgement_and_a_careless_gate_are_both_caught() -> None:
    """A race is won by chance, and on a busy machine seldom: within three days it must have been seen."""
    caught: set[str] = set()
    lines = []
    for seed in (4, 5, 6):
        planted = plan("acknowledge-before-commit,gate-outside-transaction", seed=seed)
        outcome = await run(replace(planted, settle_within=2))
        caught |= {what for what, found in outcome.findings.items() if found}
        lines.append(outcome.line)
        if caught >= {"lost", "withdrawn_public"}:
            return
    raise AssertionError(lines)


CHECKED = [("check", "han.mei", "secrecy"), ("head", "cao.zhiyuan", "head")]
BY_A_LEADER = [("department", "cao.zhiyuan", "head"), ("secrecy", "han.mei", "secrecy")]


@pytest.mark.parametrize(
    ("way", "steps"),
    [
        ("ordinary", CHECKED),
        ("important", [*BY_A_LEADER, ("leader", "gao.mingyuan", "leader")]),
        ("ordinary", [*BY_A_LEADER, ("leader", "liang.guodong", "principal")]),
    ],
    ids=["an ordinary way", "an important way", "more than is demanded"],
)
def test_the_checker_accepts_what_everybody_agreed_to(way: str, steps: Steps) -> None:
    assert lacks(way, steps) == []


@pytest.mark.parametrize(
    ("way", "steps", "says"),
    [
        ("ordinary", CHECKED[1:], "the steps taken are"),
        ("ordinary", CHECKED[::-1], "the steps taken are"),
        ("important", CHECKED, "the steps taken are"),
        ("ordinary", [("check", "feng.xue", "officer"), CHECKED[1]], "who handed it in"),
        ("ordinary", [("check", "li.na", "officer"), CHECKED[1]], "li.na took the step check as officer"),
        ("ordinary", [CHECKED[0], ("head", "deng.hui", "head")], "deng.hui took the step head"),
        ("ordinary", [CHECKED[0], ("head", "tang.jie", "leader")], "tang.jie took the step head"),
        (
            "important",
            [("department", "gao.mingyuan", "leader"), BY_A_LEADER[1], ("leader", "gao.mingyuan", "leader")],
            "somebody took two steps",
        ),
    ],
    ids=["a step is missing", "in another order", "too low", "by the author", "another body's officer",
         "another body's head", "a role not the own", "two steps by one"],
)  # fmt: skip
def test_the_checker_sees_what_an_agreement_lacks(way: str, steps: Steps, says: str) -> None:
    assert says in "; ".join(lacks(way, steps))


def lacks(way: str, steps: Steps) -> list[str]:
    """Of a document that feng.xue of the archive handed in."""
    acts = [*["agreed"] * (len(steps) - 1), "approved"]
    opinions = [
        SimpleNamespace(act=act, step=step, officer=officer, role=role)
        for act, (step, officer, role) in zip(acts, steps, strict=True)
    ]
    officers = {one.id: one for one in read(ROOT / "samples" / "organisation.yaml").officers}
    return list(incomplete(opinions, way, "archive", {"feng.xue"}, officers))


def explained(outcome: Outcome) -> str:
    found = [f"{name}: {finding}" for name, findings in outcome.findings.items() for finding in findings]
    return "\n".join([outcome.line, outcome.still_open, outcome.data, *outcome.strange[:5], *found[:20]])
