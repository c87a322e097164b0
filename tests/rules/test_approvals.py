"""Who may approve what (分级审批)."""

from itertools import product

import pytest

from services.review.approvals import (
    LEVELS,
    ORDER,
    FindingsOpen,
    LevelTooLow,
    Question,
    SelfApproval,
    level_of,
    must_be_approvable_by,
    required_level,
)
from shared.contracts import DocumentKind, Level
from shared.identity import Officer


def officer(*roles: str, department: str = "archive", name: str = "somebody") -> Officer:
    return Officer(name, name, department, frozenset(roles))


def question(level: Level = Level.HEAD, findings: int = 0) -> Question:
    return Question("archive", "feng.xue", level, findings)


def test_every_kind_has_a_level() -> None:
    assert set(LEVELS) == set(DocumentKind)


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_several_bodies_issue_goes_to_the_principal_leader(kind: DocumentKind) -> None:
    assert required_level(kind, {"library"}) is Level.PRINCIPAL
    assert required_level(kind, set()) is LEVELS[kind]


@pytest.mark.parametrize(("has", "needs"), list(product(Level, Level)))
def test_an_officer_approves_up_to_the_own_level(has: Level, needs: Level) -> None:
    asked = officer(has.value), question(needs)
    if ORDER.index(has) >= ORDER.index(needs):
        assert must_be_approvable_by(*asked, "") is has
    else:
        with pytest.raises(LevelTooLow):
            must_be_approvable_by(*asked, "")


@pytest.mark.parametrize("roles", [("head",), ("leader",), ("principal",), ("head", "leader", "principal")])
def test_the_author_may_not_approve_at_whatever_level(roles: tuple[str, ...]) -> None:
    with pytest.raises(SelfApproval):
        must_be_approvable_by(officer(*roles, name="feng.xue"), question(), "note")


@pytest.mark.parametrize("role", ["officer", "secrecy", "operator", "portal"])
def test_who_does_not_decide_does_not_approve(role: str) -> None:
    with pytest.raises(LevelTooLow):
        must_be_approvable_by(officer(role), question(), "note")


def test_a_head_decides_only_for_the_own_department_and_a_leader_for_all() -> None:
    assert level_of(officer("head"), "archive") is Level.HEAD
    assert level_of(officer("head"), "library") is None
    assert level_of(officer("leader"), "library") is Level.LEADER
    assert level_of(officer("head", "leader"), "library") is Level.LEADER


@pytest.mark.parametrize("note", ["", " ", "\n\t"])
def test_findings_need_words(note: str) -> None:
    with pytest.raises(FindingsOpen):
        must_be_approvable_by(officer("head"), question(findings=1), note)
    assert must_be_approvable_by(officer("head"), question(findings=1), "已核实") is Level.HEAD
