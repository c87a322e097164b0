"""How a matter would go: who can take which step until when, and where there is nobody left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gongkai import organisation
from gongkai.faults import Fault
from gongkai.policy_words import who
from gongkai.seats import assigned, contested
from gongkai.simulating import Organisation, organisation_of, read, screened, under_review
from gongkai.simulation import Case, Member, simulate
from shared.contracts.vocabulary import DocumentKind, Sensitivity
from shared.policy import Given, Matter
from shared.policy_file import load
from shared.workdays import official

ROOT = Path(__file__).parents[2]
ZONE = [
    Member(one.id, one.name, one.department, frozenset(one.roles))
    for one in organisation.read(ROOT / "samples/organisation.yaml").officers
]
POLICY = load("default")
FRIDAY = date(2026, 11, 20)
NOTICE = Matter(DocumentKind.NOTICE, "archive", frozenset({"feng.xue"}))
REGULATION = replace(NOTICE, kind=DocumentKind.REGULATION)

SEATS = some.lists(some.frozensets(some.sampled_from("abcde"), max_size=4), max_size=6)


def seats_taken(seats: Sequence[frozenset[str]]) -> int:
    """The most that different people can take, by trying every order."""
    people = sorted(set().union(*seats)) + [""] * len(seats)
    orders = permutations(people, len(seats))
    return max(
        (sum(who in seat for who, seat in zip(order, seats, strict=True)) for order in orders), default=0
    )


@settings(deadline=None)
@given(some.lists(some.frozensets(some.sampled_from("abcd"), max_size=3), max_size=4))
def test_as_many_seats_are_taken_as_can_be(seats: list[frozenset[str]]) -> None:
    taken = assigned(seats)
    assert len(set(taken.values())) == len(taken)
    assert all(person in seats[seat] for seat, person in taken.items())
    assert len(taken) == seats_taken(seats)


@settings(deadline=None)
@given(SEATS)
def test_seats_are_contested_exactly_where_there_are_fewer_people_than_seats(
    seats: list[frozenset[str]],
) -> None:
    groups = list(contested(seats))
    for group, people in groups:
        assert frozenset().union(*(seats[seat] for seat in group)) == people
        assert len(people) < len(group)
    short = any(
        len(frozenset().union(*chosen)) < size
        for size in range(1, len(seats) + 1)
        for chosen in combinations(seats, size)
    )
    assert bool(groups) == short


def case(matter: Matter = NOTICE, **more: object) -> Case:
    return replace(Case(matter, FRIDAY), **more)  # type: ignore[arg-type]


def went(one: Case, members: Sequence[Member] = ZONE) -> list[tuple[str, int, str]]:
    """Each step, its people, and its last day."""
    found = simulate(POLICY, one, members, official())
    return [(step.step, step.people, f"{step.due.on:%m-%d}") for step in found.steps]


def without(*ids: str) -> list[Member]:
    return [one for one in ZONE if one.id not in ids]


def test_each_step_has_its_working_days_after_the_one_before_and_so_has_each_of_its_people() -> None:
    assert went(case()) == [("check", 1, "11-23"), ("head", 1, "11-25")]
    assert went(case(REGULATION)) == [
        ("department", 1, "11-24"),
        ("secrecy", 2, "11-30"),
        ("vice", 1, "12-02"),
        ("principal", 1, "12-07"),
    ]


def test_a_year_whose_calendar_is_not_announced_gives_provisional_dates() -> None:
    found = simulate(POLICY, replace(case(), start=date(2026, 12, 31)), ZONE, official())
    assert [step.due.provisional for step in found.steps] == [True, True]


def test_a_case_goes_on_from_where_it_stands() -> None:
    check = Given("check", "han.mei", "secrecy", frozenset({"secrecy"}))
    assert went(case(given=(check,), due_on=date(2026, 11, 24))) == [("head", 1, "11-24")]
    assert went(case(given=(check,), due_on=date(2026, 11, 2))) == [("head", 1, "11-20")]
    done = (check, Given("head", "cao.zhiyuan", "archive", frozenset({"head"})))
    assert went(case(given=done)) == []


def test_a_case_keeps_the_tier_it_was_put_in() -> None:
    assert [step for step, _, _ in went(case(tier="important"))] == ["department", "secrecy", "leader"]


def test_neither_the_author_nor_whoever_took_a_step_can_take_one() -> None:
    head_wrote = replace(NOTICE, authors=frozenset({"cao.zhiyuan"}))
    [check, head] = simulate(POLICY, case(head_wrote), ZONE, official()).steps
    assert {one.id for one in check.takers} == {"feng.xue", "han.mei", "lu.ning"}
    assert {one.id for one in head.takers} == {"gao.mingyuan", "xu.jing", "liang.guodong"}
    checked = Given("check", "han.mei", "secrecy", frozenset({"secrecy"}))
    [secrecy] = [
        step
        for step in simulate(POLICY, case(REGULATION, given=(checked,)), ZONE, official()).steps
        if step.step == "secrecy"
    ]
    assert [one.id for one in secrecy.takers] == ["lu.ning"]


def test_those_above_are_told_apart_until_it_is_late() -> None:
    [check, _] = simulate(POLICY, case(), ZONE, official()).steps
    assert ([one.id for one in check.above], len(check.takers)) == (["cao.zhiyuan"], 2)
    [check, head] = simulate(POLICY, case(escalated=True), ZONE, official()).steps
    assert (check.above, len(check.takers)) == ((), 3)
    assert head.above == ()


def test_the_zone_can_take_every_step_of_every_kind() -> None:
    for kind in DocumentKind:
        for sensitivity in Sensitivity:
            matter = replace(NOTICE, kind=kind, sensitivity=sensitivity)
            assert simulate(POLICY, case(matter), ZONE, official()).dead_ends == ()


def test_a_step_that_wants_two_people_and_has_one_is_a_dead_end_until_those_above_may_help() -> None:
    [end] = simulate(POLICY, case(REGULATION), without("lu.ning"), official()).dead_ends
    assert (end.steps, end.needed, [one.id for one in end.people]) == (("secrecy",), 2, ["han.mei"])
    assert end.until_late


def test_a_step_that_nobody_can_take_is_a_dead_end_for_good() -> None:
    [end] = simulate(POLICY, case(REGULATION), without("liang.guodong"), official()).dead_ends
    assert (end.steps, end.needed, end.people, end.until_late) == (("principal",), 1, (), False)


def test_steps_that_have_only_the_same_person_are_a_dead_end_together() -> None:
    plan = replace(NOTICE, kind=DocumentKind.PLAN)
    few = without("cao.zhiyuan", "xu.jing", "liang.guodong")
    [end] = simulate(POLICY, case(plan), few, official()).dead_ends
    assert (end.steps, [one.id for one in end.people]) == (("department", "leader"), ["gao.mingyuan"])
    assert end.needed == 2
    assert not end.until_late


def test_whoever_is_needed_later_is_better_left_out_of_an_earlier_step() -> None:
    plan = replace(NOTICE, kind=DocumentKind.PLAN)
    few = without("xu.jing", "liang.guodong")
    found = simulate(POLICY, case(plan), few, official())
    assert found.dead_ends == ()
    assert {step.step: [one.id for one in step.unwise] for step in found.steps} == {
        "department": ["gao.mingyuan"],
        "secrecy": [],
        "leader": [],
    }


def test_departments_are_asked_as_the_policy_says_and_the_own_one_is_not() -> None:
    concerned = {
        "library": ("joint", None),
        "archive": ("named", None),
        "water": ("found", date(2026, 11, 23)),
    }
    found = simulate(POLICY, case(concerned=concerned), ZONE, official())
    assert [
        (one.department, f"{one.due.on:%m-%d}", [member.id for member in one.by], one.silence)
        for one in found.asked
    ] == [
        ("library", "11-25", ["peng.bo"], "escalate"),
        ("water", "11-23", ["jiang.hai"], "consent"),
    ]
    assert found.unanswerable == ()


def test_a_department_without_anybody_who_may_answer_is_named() -> None:
    concerned = {"library": ("joint", None)}
    found = simulate(POLICY, case(concerned=concerned), without("peng.bo"), official())
    assert [one.department for one in found.unanswerable] == ["library"]
    wrote = replace(NOTICE, authors=frozenset({"peng.bo"}))
    found = simulate(POLICY, case(wrote, concerned=concerned), ZONE, official())
    assert [one.department for one in found.unanswerable] == ["library"]


SHOWN = {
    "kind": "regulation",
    "department": "archive",
    "authors": ["feng.xue"],
    "sensitivity": "ordinary",
    "joint_with": [],
    "confirm_with": ["library"],
    "blocking": 0,
    "state": "reviewing",
    "tier": "major",
    "step_due_on": "2026-11-24",
    "escalated": True,
    "opinions": [
        {
            "act": "proposed",
            "step": "initial",
            "officer": "feng.xue",
            "department": "archive",
            "role": "author",
        },
        {
            "act": "agreed",
            "step": "department",
            "officer": "xu.jing",
            "department": "office",
            "role": "leader",
        },
    ],
    "confirmations": [
        {"department": "library", "why": "named", "state": "confirmed", "due_on": "2026-11-25"},
        {"department": "water", "why": "asked", "state": "asked", "due_on": "2026-11-26"},
    ],
}


def test_a_case_that_is_open_is_simulated_with_what_was_said_so_far() -> None:
    found = under_review(SHOWN, POLICY)
    assert (found.tier, found.due_on, found.escalated) == ("major", date(2026, 11, 24), True)
    assert [one.step for one in found.given] == ["department"]
    assert found.concerned == {"water": ("asked", date(2026, 11, 26))}


@pytest.mark.parametrize("state", ["approved", "returned", "published", "rejected"])
def test_a_case_that_is_closed_is_simulated_as_if_it_came_again(state: str) -> None:
    found = under_review({**SHOWN, "state": state}, POLICY)
    assert (found.tier, found.given, found.escalated) == ("", (), False)
    assert found.concerned == {"library": ("named", None)}


def test_a_case_of_a_tier_that_the_policy_does_not_know_is_simulated_anew() -> None:
    assert under_review(SHOWN, load("four-levels")).tier == ""


def test_agreements_that_another_policy_would_not_take_are_named() -> None:
    leader = Given("leader", "xu.jing", "office", frozenset({"leader"}))
    found = simulate(POLICY, case(tier="important", given=(leader,)), ZONE, official())
    assert found.refused == ("leader: not-due",)
    low = simulate(POLICY, case(REGULATION, tier="important"), ZONE, official())
    assert low.refused == ("tier",)
    assert simulate(POLICY, case(REGULATION), ZONE, official()).refused == ()


def test_the_author_is_the_departments_first_officer_unless_another_is_named() -> None:
    zone = organisation_of(ROOT, ROOT / "samples/organisation.yaml")
    assert zone.author(None, "development") == "li.na"
    assert zone.author("guo.peng", "development") == "guo.peng"
    for named, department in (("nobody", "development"), (None, "nowhere")):
        with pytest.raises(Fault):
            zone.author(named, department)
    zone.must_have(["water", "archive"])
    with pytest.raises(Fault, match="nowhere"):
        Organisation([], zone.departments).must_have(["nowhere"])


def test_what_screening_finds_in_a_file_raises_the_tier() -> None:
    found = screened(ROOT / "samples/documents/insurance-subsidy.docx")
    assert {one["severity"] for one in found} == {"block"}
    assert all("*" in one["excerpt"] for one in found)


def test_a_file_that_would_not_be_received_is_refused_in_a_sentence(tmp_path: Path) -> None:
    odd = tmp_path / "odd.pdf"
    odd.write_bytes(b"no pdf at all")
    with pytest.raises(Fault, match=r"odd\.pdf"):
        screened(odd)


def test_a_bad_policy_is_refused_with_every_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\ncolour: red\n", encoding="utf-8")
    with pytest.raises(Fault) as refused:
        read(str(bad))
    assert "colour" in str(refused.value)
    assert len(str(refused.value).splitlines()) > 5


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ("author", "承办人"),
        ("own head", "本部门负责人"),
        ("office head", "公开工作机构负责人"),
        ("own officer", "本部门信息员"),
        ("head", "部门负责人"),
        ("secrecy", "保密审查员"),
    ],
)
def test_whoever_may_act_is_said_as_an_office_says_it(allowed: str, words: str) -> None:
    assert who(allowed) == words
