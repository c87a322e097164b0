"""Whether an officer may take the step that is due (分级审批)."""

from dataclasses import replace

import pytest

from services.review.approvals import (
    AuthorityForbids,
    ConfirmationOpen,
    FindingsOpen,
    NotYourStep,
    SelfApproval,
    Standing,
    StepNotDue,
    TookAStep,
    may_send_back,
    must_be_one_of,
    take,
)
from shared.contracts import DocumentKind, Level
from shared.identity import Officer
from shared.policy import Given, Matter
from shared.policy_file import load
from shared.problems import Forbidden

POLICY = load("default")
MATTER = Matter(DocumentKind.NOTICE, "archive", frozenset({"feng.xue"}))
OPEN = Standing(MATTER, "ordinary", ())
CHECKED = replace(OPEN, given=(Given("check", "han.mei", "secrecy", frozenset({"secrecy"})),))


def officer(*roles: str, department: str = "archive", name: str = "somebody") -> Officer:
    return Officer(name, name, department, frozenset(roles))


def test_the_step_that_is_due_is_taken_and_the_next_one_follows() -> None:
    taking = take(POLICY, officer("secrecy", department="secrecy"), OPEN, "")
    assert (taking.step, taking.role, taking.level, taking.follows) == ("check", "secrecy", None, "head")


@pytest.mark.parametrize(
    ("role", "department", "level"),
    [
        ("head", "archive", Level.HEAD),
        ("leader", "office", Level.LEADER),
        ("principal", "office", Level.PRINCIPAL),
    ],
)
def test_the_last_step_approves_at_the_level_of_whoever_takes_it(
    role: str, department: str, level: Level
) -> None:
    taking = take(POLICY, officer(role, department=department), CHECKED, "")
    assert (taking.step, taking.level, taking.follows) == ("head", level, None)


@pytest.mark.parametrize("standing", [OPEN, CHECKED])
@pytest.mark.parametrize("roles", [("officer",), ("head",), ("leader",), ("principal",), ("secrecy", "head")])
def test_the_author_takes_no_step_in_whatever_role(roles: tuple[str, ...], standing: Standing) -> None:
    with pytest.raises(SelfApproval):
        take(POLICY, officer(*roles, name="feng.xue"), standing, "note")


def test_whoever_took_a_step_takes_no_other() -> None:
    with pytest.raises(TookAStep):
        take(POLICY, officer("head", name="han.mei"), CHECKED, "note")


@pytest.mark.parametrize("role", ["officer", "secrecy", "operator", "portal"])
def test_who_does_not_decide_does_not_approve(role: str) -> None:
    with pytest.raises(NotYourStep) as refused:
        take(POLICY, officer(role), CHECKED, "note")
    assert refused.value.members == {"step": "head", "needs": ["own head", "leader", "principal"]}


def test_a_head_decides_only_for_the_own_department() -> None:
    with pytest.raises(NotYourStep):
        take(POLICY, officer("head", department="library"), CHECKED, "")


@pytest.mark.parametrize("step", ["head", "leader", "nonsense"])
def test_only_the_step_that_is_due_can_be_taken(step: str) -> None:
    with pytest.raises(StepNotDue) as refused:
        take(POLICY, officer("principal"), OPEN, "", step)
    assert refused.value.members == {"due": "check"}


def test_nothing_is_due_when_all_is_done() -> None:
    done = replace(CHECKED, given=(*CHECKED.given, Given("head", "a", "archive", frozenset({"head"}))))
    with pytest.raises(StepNotDue):
        take(POLICY, officer("principal"), done, "")


def test_a_late_step_may_be_taken_by_those_above_and_only_then() -> None:
    head = officer("head")
    with pytest.raises(NotYourStep):
        take(POLICY, head, OPEN, "")
    assert take(POLICY, head, replace(OPEN, escalated=True), "").role == "head"


@pytest.mark.parametrize(
    ("held", "problem"),
    [
        (replace(CHECKED, unsettled=("library",)), ConfirmationOpen),
        (replace(CHECKED, forbidden=True), AuthorityForbids),
        (replace(CHECKED, findings=1), FindingsOpen),
    ],
)
def test_what_holds_publication_holds_the_last_step_and_no_other(
    held: Standing, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        take(POLICY, officer("principal"), held, "")
    review = officer("secrecy", department="secrecy")
    assert take(POLICY, review, replace(held, given=()), "").follows == "head"


@pytest.mark.parametrize("note", ["", " ", "\n\t"])
def test_findings_need_words(note: str) -> None:
    found = replace(CHECKED, findings=1)
    with pytest.raises(FindingsOpen):
        take(POLICY, officer("head"), found, note)
    assert take(POLICY, officer("head"), found, "已核实").level is Level.HEAD


def test_sending_back_is_for_whoever_has_a_step() -> None:
    allowed = may_send_back(POLICY, "ordinary")
    assert "author" not in allowed
    assert must_be_one_of(POLICY, officer("head"), OPEN, allowed) == "head"
    with pytest.raises(Forbidden):
        must_be_one_of(POLICY, officer("head", department="library"), OPEN, allowed)
    with pytest.raises(SelfApproval):
        must_be_one_of(POLICY, officer("head", name="feng.xue"), OPEN, allowed)
