"""The review policy: which tier a matter must pass, who may take which step, and what is complete."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given as given_examples
from hypothesis import settings
from hypothesis import strategies as some

from shared.contracts.vocabulary import DocumentKind, Sensitivity
from shared.policy import Given, Hindrance, Matter
from shared.policy_file import load

POLICY = load("default")
FOUR = load("four-levels")
TIERS = ("ordinary", "important", "major")
NOTICE = Matter(DocumentKind.NOTICE, "archive", frozenset({"feng.xue"}))
PLAN = replace(NOTICE, kind=DocumentKind.PLAN)
REGULATION = replace(NOTICE, kind=DocumentKind.REGULATION)
MATTERS = {"ordinary": NOTICE, "important": PLAN, "major": REGULATION}

BY_KIND = {
    DocumentKind.NOTICE: "ordinary",
    DocumentKind.GUIDE: "ordinary",
    DocumentKind.REPORT: "ordinary",
    DocumentKind.STATISTICS: "ordinary",
    DocumentKind.PERSONNEL: "important",
    DocumentKind.BUDGET: "important",
    DocumentKind.PLAN: "important",
    DocumentKind.REGULATION: "major",
}


def took(step: str, who: str, role: str, department: str = "archive") -> Given:
    return Given(step, who, department, frozenset({role}))


CHECK = took("check", "song.jia", "officer")
HEAD = took("head", "cao.zhiyuan", "head")
DEPARTMENT = took("department", "cao.zhiyuan", "head")
SECRECY = took("secrecy", "han.mei", "secrecy", "secrecy")
SECOND = took("secrecy", "lu.ning", "secrecy", "secrecy")
LEADER = took("leader", "gao.mingyuan", "leader", "office")
VICE = took("vice", "gao.mingyuan", "leader", "office")
PRINCIPAL = took("principal", "liang.guodong", "principal", "office")
COMPLETE = {
    "ordinary": (CHECK, HEAD),
    "important": (DEPARTMENT, SECRECY, LEADER),
    "major": (DEPARTMENT, SECRECY, SECOND, VICE, PRINCIPAL),
}


def faults(tier: str, *given: Given, matter: Matter | None = None) -> list[str]:
    return list(POLICY.faults(tier, matter or MATTERS[tier], given))


@pytest.mark.parametrize(
    ("kind", "sensitivity", "joint", "blocking"),
    list(product(DocumentKind, Sensitivity, (False, True), (0, 1, 7))),
)
def test_the_tier_is_the_highest_that_anything_about_the_matter_demands(
    kind: DocumentKind, sensitivity: Sensitivity, joint: bool, blocking: int
) -> None:
    height = TIERS.index(BY_KIND[kind]) + (sensitivity is Sensitivity.SENSITIVE)
    height = max(height, 2 if joint else 0, 1 if blocking else 0)
    matter = Matter(kind, "archive", frozenset(), sensitivity, joint, blocking)
    assert POLICY.tier_of(matter) == TIERS[min(height, 2)]
    assert FOUR.tier_of(matter) == "all"


def test_every_reason_for_the_tier_is_told() -> None:
    assert POLICY.demands(NOTICE) == {"kind": "ordinary"}
    grave = replace(NOTICE, joint=True, blocking=2)
    assert POLICY.demands(grave) == {
        "kind": "ordinary",
        "joint": "major",
        "blocking_findings": "important",
    }


@pytest.mark.parametrize("tier", TIERS)
def test_the_steps_come_one_after_the_other(tier: str) -> None:
    whole = COMPLETE[tier]
    for number in range(len(whole)):
        assert POLICY.due(tier, whole[:number]) == whole[number].step
    assert POLICY.due(tier, whole) is None


def test_what_is_left_tells_how_many_people_each_step_still_needs() -> None:
    left = {"department": 1, "secrecy": 2, "vice": 1, "principal": 1}
    assert POLICY.left("major", ()) == left
    assert POLICY.left("major", (DEPARTMENT, SECRECY)) == {"secrecy": 1, "vice": 1, "principal": 1}
    assert POLICY.left("major", COMPLETE["major"]) == {}


@pytest.mark.parametrize("tier", TIERS)
def test_every_step_by_the_right_and_different_people_is_complete(tier: str) -> None:
    assert faults(tier, *COMPLETE[tier]) == []


@pytest.mark.parametrize(("tier", "missing"), [(t, n) for t in TIERS for n in range(len(COMPLETE[t]))])
def test_nothing_is_complete_that_lacks_a_step(tier: str, missing: int) -> None:
    whole = COMPLETE[tier]
    assert faults(tier, *whole[:missing], *whole[missing + 1 :]) != []
    assert faults(tier, *whole[:missing]) == [f"{whole[missing].step}: missing"]


WRONG = {
    "in the wrong order": ("ordinary", (HEAD, CHECK), "head: not-due"),
    "by the author": ("ordinary", (took("check", "feng.xue", "officer"), HEAD), "check: author"),
    "by one person twice": ("ordinary", (took("check", "cao.zhiyuan", "officer"), HEAD), "head: took-one"),
    "by one secrecy reviewer for two": (
        "major",
        (DEPARTMENT, SECRECY, SECRECY, VICE, PRINCIPAL),
        "secrecy: took-one",
    ),
    "by a stranger": (
        "ordinary",
        (took("check", "song.jia", "officer", "library"), HEAD),
        "check: not-theirs",
    ),
    "by another department's head": (
        "important",
        (took("department", "peng.bo", "head", "library"), SECRECY, LEADER),
        "department: not-theirs",
    ),
    "by a head in a leader's place": (
        "important",
        (DEPARTMENT, SECRECY, took("leader", "x", "head")),
        "leader: not-theirs",
    ),
    "with a step that is none": (
        "ordinary",
        (took("initial", "x", "officer"), CHECK, HEAD),
        "initial: not-due",
    ),
    "with one more than all": ("ordinary", (CHECK, HEAD, PRINCIPAL), "principal: not-due"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_is_not_complete(name: str) -> None:
    tier, given, fault = WRONG[name]
    assert fault in faults(tier, *given)


@pytest.mark.parametrize(("demanded", "taken"), list(product(TIERS, TIERS)))
def test_a_lower_tier_than_the_matter_demands_is_never_enough_and_a_higher_one_is(
    demanded: str, taken: str
) -> None:
    found = faults(taken, *COMPLETE[taken], matter=MATTERS[demanded])
    assert found == ([] if TIERS.index(taken) >= TIERS.index(demanded) else ["tier"])


def test_a_tier_that_is_not_there_is_never_enough() -> None:
    assert faults("nonsense", CHECK, HEAD, matter=NOTICE) == ["tier"]
    assert POLICY.rank("nonsense") == -1
    assert POLICY.due("nonsense", ()) is None


@pytest.mark.parametrize(
    ("step", "who", "hindrance"),
    [
        ("check", took("", "song.jia", "officer"), None),
        ("check", took("", "x", "officer", "library"), Hindrance.NOT_THEIRS),
        ("check", took("", "feng.xue", "secrecy"), Hindrance.AUTHOR),
        ("check", took("", "han.mei", "secrecy", "secrecy"), None),
        ("head", took("", "cao.zhiyuan", "head"), None),
        ("head", took("", "peng.bo", "head", "library"), Hindrance.NOT_THEIRS),
        ("head", took("", "gao.mingyuan", "leader", "office"), None),
        ("head", took("", "zhang.tao", "operator"), Hindrance.NOT_THEIRS),
        ("principal", took("", "gao.mingyuan", "leader", "office"), Hindrance.NOT_THEIRS),
        ("initial", took("", "feng.xue", "author"), Hindrance.AUTHOR),
    ],
)
def test_who_may_take_a_step(step: str, who: Given, hindrance: Hindrance | None) -> None:
    assert POLICY.hindrance(who, step, NOTICE, ()) is hindrance


def test_an_author_of_an_earlier_edition_takes_no_step_either() -> None:
    both = replace(NOTICE, authors=frozenset({"feng.xue", "cao.zhiyuan"}))
    assert POLICY.hindrance(HEAD, "head", both, ()) is Hindrance.AUTHOR


@pytest.mark.parametrize(
    ("step", "above"),
    [
        ("check", took("", "x", "head")),
        ("department", PRINCIPAL),
        ("secrecy", LEADER),
        ("vice", PRINCIPAL),
    ],
)
def test_those_above_take_a_step_only_once_it_is_late(step: str, above: Given) -> None:
    assert POLICY.hindrance(above, step, NOTICE, ()) is Hindrance.NOT_THEIRS
    assert POLICY.hindrance(above, step, NOTICE, (), escalated=True) is None


def test_the_role_is_the_one_by_which_the_step_is_theirs() -> None:
    several = Given("", "lu.ning", "archive", frozenset({"head", "secrecy", "operator"}))
    assert POLICY.role_of(several, POLICY.takers("check", escalated=False), "archive") == "secrecy"
    assert POLICY.role_of(several, POLICY.takers("head", escalated=False), "archive") == "head"
    assert POLICY.role_of(several, POLICY.takers("head", escalated=False), "library") is None


@pytest.mark.parametrize(("department", "may"), [("office", True), ("archive", False)])
def test_the_disclosure_offices_head_settles_and_no_other_head(department: str, may: bool) -> None:
    person = Given("", "sun.wei", department, frozenset({"head"}))
    assert POLICY.is_one_of(person, POLICY.confirmation.settled_by, "archive") is may


# Told once more without the policy: which roles may take a step, in time or late, anywhere or at home.
ANYWHERE = {
    "check": {"secrecy"},
    "head": {"leader", "principal"},
    "department": {"leader", "principal"},
    "secrecy": {"secrecy", "leader"},
    "leader": {"leader", "principal"},
    "vice": {"leader", "principal"},
    "principal": {"principal"},
}
AT_HOME = {"check": {"officer", "head"}, "head": {"head"}, "department": {"head"}}


def is_complete(tier: str, matter: Matter, given: Sequence[Given]) -> bool:
    right = all(
        one.roles & ANYWHERE.get(one.step, set())
        or (one.department == matter.department and one.roles & AT_HOME.get(one.step, set()))
        for one in given
    )
    people = [one.id for one in given]
    in_order = [one.step for one in given] == [one.step for one in COMPLETE[tier]]
    return bool(right and in_order and len({*people, *matter.authors}) == len(people) + len(matter.authors))


PEOPLE = some.builds(
    Given,
    some.sampled_from([*ANYWHERE, "initial"]),
    some.sampled_from(["feng.xue", "a", "b", "c", "d", "e", "f"]),
    some.sampled_from(["archive", "library", "office"]),
    some.sampled_from(["officer", "head", "secrecy", "leader", "principal"]).map(
        lambda role: frozenset({role})
    ),
)


@some.composite
def nearly_complete(draw: some.DrawFn) -> tuple[str, list[Given]]:
    """Agreements that lead to an approval, with at most a few of them put wrong."""
    tier = draw(some.sampled_from(TIERS))
    given = list(COMPLETE[tier])
    for change in draw(some.lists(some.sampled_from(["other", "who", "drop", "swap", "add"]), max_size=2)):
        place = draw(some.integers(0, len(given))) if given else 0
        given = list(_changed(given, place, change, draw(PEOPLE)))
    return tier, given


def _changed(given: list[Given], place: int, change: str, other: Given) -> Iterator[Given]:
    if change == "swap":
        yield from [*given[place:], *given[:place]]
        return
    for number, one in enumerate(given):
        if number != place:
            yield one
        elif change == "who":
            yield replace(one, id=other.id)
        elif change == "other":
            yield other
    if change == "add":
        yield other


@settings(deadline=None, max_examples=1000)
@given_examples(nearly_complete(), some.sampled_from(TIERS))
def test_complete_is_what_the_rules_say_and_nothing_else(
    drawn: tuple[str, list[Given]], demanded: str
) -> None:
    tier, given = drawn
    matter = MATTERS[demanded]
    high_enough = TIERS.index(tier) >= TIERS.index(demanded)
    complete = not list(POLICY.faults(tier, matter, given))
    assert complete == (high_enough and is_complete(tier, matter, given))


@settings(deadline=None, max_examples=300)
@given_examples(
    some.sampled_from(TIERS), some.lists(some.sampled_from(["feng.xue", *"abcdefgh"]), min_size=5)
)
def test_rightful_agreements_are_complete_only_of_different_people_who_are_no_authors(
    tier: str, people: list[str]
) -> None:
    given = [replace(one, id=person) for one, person in zip(COMPLETE[tier], people, strict=False)]
    ids = {one.id for one in given}
    complete = not list(POLICY.faults(tier, MATTERS[tier], given))
    assert complete == (len(ids) == len(given) and "feng.xue" not in ids)
