"""A policy's file: whatever is wrong with it is named, with the line where it stands."""

from pathlib import Path

import pytest

from shared.policy_file import SHIPPED, BadPolicy, load, path_of, read

DEFAULT = (SHIPPED / "default.yaml").read_text(encoding="utf-8")


def faults(folder: Path, content: str | bytes) -> list[tuple[int, str, str]]:
    """Line, place and sentence of each fault."""
    file = folder / "policy.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadPolicy) as refused:
        read(file)
    assert all(fault.zh and fault.what and not fault.zh.isascii() for fault in refused.value.faults)
    assert "policy.yaml" in str(refused.value)
    return [(fault.line, fault.where, fault.what) for fault in refused.value.faults]


def planted(old: str, new: str) -> str:
    """The default policy with one thing changed."""
    assert DEFAULT.count(old) == 1, f"{old!r} stands there {DEFAULT.count(old)} times"
    return DEFAULT.replace(old, new)


def line_of(content: str, mark: str) -> int:
    """The line on which this stands, once."""
    [line] = [number for number, text in enumerate(content.splitlines(), 1) if mark in text]
    return line


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_what_is_shipped_is_valid(name: str) -> None:
    policy = load(name)
    assert policy.reference == f"{policy.name}/{policy.version}"
    assert path_of(name).parent == SHIPPED


def test_both_policies_are_shipped() -> None:
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == {"default", "four-levels"}


def test_an_office_names_its_own_file(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text(planted('version: "2026.1"', 'version: "2026.2"'), encoding="utf-8-sig")
    assert load(str(ours)).reference == "development-zone/2026.2"


# What is planted in place of what, marked with `# here`; which entry is to blame, and what is said of it.
PLANTED = {
    "a step in no tier": (
        "  secrecy:\n    name: 保密审查机构审查",
        "  spare: {name: 备用, name_en: spare, by: [head], working_days: 1} # here\n"
        "  secrecy:\n    name: 保密审查机构审查",
        "steps.spare",
        "is in no tier",
    ),
    "the author beside others": (
        "by: [own officer, secrecy]",
        "by: [own officer, author] # here",
        "steps.check.by",
        "whoever handed it in decides nothing beside others",
    ),
    "a step escalated to the author": (
        "escalate_to: [own head]",
        "escalate_to: [own head, author] # here",
        "steps.check.escalate_to",
        "whoever handed it in decides nothing",
    ),
    "escalation to nobody": (
        "    when_late: escalate\n    escalate_to: [own head]\n",
        "    when_late: escalate # here\n",
        "steps.check.when_late",
        "escalate needs escalate_to",
    ),
    "a reminder that escalates": (
        "    when_late: escalate\n    escalate_to: [own head]\n",
        "    when_late: remind\n    escalate_to: [own head] # here\n",
        "steps.check.escalate_to",
        "is only for when_late: escalate",
    ),
    "escalation to those who may anyway": (
        "    escalate_to: [own head]\n",
        "    escalate_to: [secrecy] # here\n",
        "steps.check.escalate_to",
        "names nobody who may not take it anyway",
    ),
    "a step without a time": (
        "  check:\n    name: 保密审查员审查\n    name_en: Secrecy check\n"
        "    by: [own officer, secrecy]\n    working_days: 1\n",
        "  check: # here\n    name: 保密审查员审查\n    name_en: Secrecy check\n"
        "    by: [own officer, secrecy]\n",
        "steps.check",
        "needs working_days",
    ),
    "a step that is none": (
        "steps: [initial, check, head]",
        "steps:\n      - initial\n      - chek # here\n      - check\n      - head",
        "tiers.ordinary.steps.1",
        "there is no step chek",
    ),
    "a step twice in a tier": (
        "steps: [initial, check, head]",
        "steps: [initial, check, check, head] # here",
        "tiers.ordinary.steps",
        "a step stands there twice; say people: 2 instead",
    ),
    "the author in the middle": (
        "steps: [initial, check, head]",
        "steps:\n      - check\n      - initial # here\n      - head",
        "tiers.ordinary.steps.1",
        "only the first step may be the author's",
    ),
    "two authors": (
        "steps: [initial, check, head]",
        "steps: [{step: initial, people: 2}, check, head] # here",
        "tiers.ordinary.steps.0",
        "there is one author",
    ),
    "nobody who reviews": (
        "steps: [initial, department, secrecy, leader]",
        "steps: [initial, leader] # here",
        "tiers.important.steps",
        "needs 1 reviewer(s) besides the author and whoever approves",
    ),
    "one reviewer in the highest tier": (
        "steps: [initial, department, {step: secrecy, people: 2}, vice, principal]",
        "steps: [initial, vice, principal] # here",
        "tiers.major.steps",
        "needs 2 reviewer(s) besides the author and whoever approves",
    ),
    "two who approve": (
        "vice, principal]",
        "vice, {step: principal, people: 2}] # here",
        "tiers.major.steps.4",
        "one person approves",
    ),
    "an approval by somebody too low": (
        "by: [own head, leader, principal]",
        "by: [leader, own officer] # here",
        "steps.head.by.1",
        "own officer may not approve at the level head of tier ordinary",
    ),
    "an approval escalated to somebody too low": (
        "    by: [leader, principal]\n    working_days: 2\n    when_late: remind\n",
        "    by: [leader, principal]\n    working_days: 2\n    when_late: escalate\n"
        "    escalate_to: [own head] # here\n",
        "steps.leader.escalate_to.0",
        "own head may not approve at the level leader of tier important",
    ),
    "a kind that is left out": (
        "kinds:\n  notice: {ordinary: ordinary, sensitive: important}\n",
        "kinds: # here\n",
        "kinds",
        "says nothing about notice",
    ),
    "a sensitivity that is left out": (
        "  notice: {ordinary: ordinary, sensitive: important}",
        "  notice: {ordinary: ordinary} # here",
        "kinds.notice",
        "says nothing about sensitive",
    ),
    "a kind in a tier that is none": (
        "  notice: {ordinary: ordinary, sensitive: important}",
        "  notice: {ordinary: ordinary, sensitive: huge} # here",
        "kinds.notice.sensitive",
        "there is no tier huge",
    ),
    "what is sensitive in a lower tier": (
        "  plan: {ordinary: important, sensitive: major}",
        "  plan:\n    ordinary: important\n    sensitive: ordinary # here",
        "kinds.plan.sensitive",
        "is lower than for an ordinary one",
    ),
    "raised to a tier that is none": (
        "  joint: major",
        "  joint: huge # here",
        "raise.joint",
        "there is no tier huge",
    ),
    "silence that nothing is said about": (
        "silence: {joint: escalate, named: escalate, found: consent, asked: escalate}",
        "silence: {joint: escalate, named: escalate, asked: escalate} # here",
        "confirmation.silence",
        "says nothing about found",
    ),
    "silence to those asked later": (
        "silence: {joint: escalate, named: escalate, found: consent, asked: escalate}",
        "silence: {joint: escalate, named: escalate, found: consent} # here",
        "confirmation.silence",
        "says nothing about asked",
    ),
    "the author confirms": (
        "  by: [own head]\n  working_days: 3",
        "  by: [author] # here\n  working_days: 3",
        "confirmation.by",
        "whoever handed it in decides nothing",
    ),
    "the author settles": (
        "settled_by: [leader, principal, office head]",
        "settled_by: [author, leader] # here",
        "confirmation.settled_by",
        "whoever handed it in decides nothing",
    ),
    "the author refuses": (
        "refusal:\n  by: [own head, secrecy, leader, principal]",
        "refusal:\n  by: [own head, author] # here",
        "refusal.by",
        "whoever handed it in decides nothing",
    ),
    "the author refers": (
        "referral:\n  by: [own head, secrecy, leader, principal]",
        "referral:\n  by: [own head, author] # here",
        "referral.by",
        "whoever handed it in decides nothing",
    ),
    "an entry that is none": ("raise:\n", "colour: red # here\nraise:\n", "colour", "there is no such entry"),
    "an entry of a step that is none": (
        "    name_en: Secrecy check\n",
        "    name_en: Secrecy check\n    days: 3 # here\n",
        "steps.check.days",
        "there is no such entry",
    ),
    "an entry that is missing": (
        "  check:\n    name: 保密审查员审查\n",
        "  check: # here\n",
        "steps.check.name",
        "is missing",
    ),
    "a name that is said twice": (
        "  plan: {ordinary: important, sensitive: major}",
        "  plan: {ordinary: important, sensitive: major}\n"
        "  budget: {ordinary: important, sensitive: major} # here",
        "budget",
        "is said twice",
    ),
    "somebody unknown": (
        "by: [own officer, secrecy]",
        "by: [boss] # here",
        "steps.check.by.0",
        "nobody is called boss: say author, or officer, head, secrecy, leader or principal, perhaps with own "
        "or office before it",
    ),
    "one person in place of a list": (
        "by: [own officer, secrecy]",
        "by: secrecy # here",
        "steps.check.by",
        "must be a list, such as [own head, leader]",
    ),
    "nobody at all": (
        "by: [own officer, secrecy]",
        "by: [] # here",
        "steps.check.by",
        "must have at least 1",
    ),
    "a number that is none": (
        "by: [secrecy]\n    working_days: 2",
        "by: [secrecy]\n    working_days: some # here",
        "steps.secrecy.working_days",
        "must be a whole number",
    ),
    "no time at all": (
        "by: [secrecy]\n    working_days: 2",
        "by: [secrecy]\n    working_days: 0 # here",
        "steps.secrecy.working_days",
        "must be at least 1",
    ),
    "too much time": (
        "by: [secrecy]\n    working_days: 2",
        "by: [secrecy]\n    working_days: 61 # here",
        "steps.secrecy.working_days",
        "must be at most 60",
    ),
    "a version that YAML takes for a number": (
        'version: "2026.1"',
        "version: 2026.1 # here",
        "version",
        "must be text; put a number in quotes",
    ),
    "a kind that is none": (
        "  guide: {ordinary",
        "  leaflet: {ordinary: ordinary, sensitive: ordinary} # here\n  guide: {ordinary",
        "kinds.leaflet",
        "must be 'notice', 'guide', 'report', 'statistics', 'personnel', 'budget', 'plan' or 'regulation'",
    ),
    "a ground that the law does not know": (
        "    - art-15-trade-secret",
        "    - art-99 # here",
        "refusal.grounds.3",
        "must be 'art-14-state-secret', 'art-14-forbidden-by-law', 'art-14-security-and-stability', "
        "'art-15-trade-secret', 'art-15-personal-privacy', 'art-16-internal-matter', "
        "'art-16-process-information' or 'art-16-enforcement-file'",
    ),
    "steps that are a list": (
        "raise:\n  joint: major\n  blocking_findings: important",
        "raise: [joint, major] # here",
        "raise",
        "must say names and what they mean",
    ),
    "a step's code that is none": (
        "steps: [initial, check, head]",
        "steps: [initial, Check It, head] # here",
        "tiers.ordinary.steps.1.step",
        "is not written as it must be: Check It",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    old, new, where, what = PLANTED[name]
    content = planted(old, new)
    assert (line_of(content, "# here"), where, what) in faults(tmp_path, content)


def test_tiers_stand_from_the_lowest_to_the_highest(tmp_path: Path) -> None:
    content = planted("    level: head\n", "    level: principal\n")
    assert (line_of(content, "tiers:"), "tiers", "must stand from the lowest level to the highest") in faults(
        tmp_path, content
    )


def test_every_fault_is_named_in_the_order_of_the_lines(tmp_path: Path) -> None:
    content = planted("  joint: major", "  joint: huge").replace("by: [own head]\n", "by: [author]\n")
    content = content.replace("regulation: {ordinary: major", "regulation: {ordinary: tiny")
    found = faults(tmp_path, content)
    assert [where for _, where, _ in found] == ["kinds.regulation.ordinary", "raise.joint", "confirmation.by"]
    assert found == sorted(found)


def test_a_list_is_not_blamed_for_the_entries_that_are_wrong(tmp_path: Path) -> None:
    assert len(faults(tmp_path, planted("by: [own officer, secrecy]", "by: [boss]"))) == 1


BROKEN = {
    "an empty file": ("", 1, "a policy says names and what they mean"),
    "nothing but words about it": ("# 制度\n\n", 1, "a policy says names and what they mean"),
    "a list": ("- a\n- b\n", 1, "a policy says names and what they mean"),
    "a single word": ("policy", 1, "a policy says names and what they mean"),
    "a bracket that stays open": ("name: x\nsteps: [a\nkinds: b\n", 3, "expected ',' or ']'"),
    "a tabulator": ("name: x\nsteps:\n\tinitial: y\n", 3, "cannot start any token"),
    "two documents": ("name: x\n---\nname: y\n", 2, "expected a single document"),
    "an alias of nothing": ("name: x\nsteps: *none\n", 2, "undefined alias"),
    "a programme's object": ("name: x\nsteps: !!python/object:os.system {}\n", 2, "could not determine"),
    "a day that is none": ("name: x\nversion: 2026-13-45\n", 1, "month must be in 1..12"),
    "a name that is a list": ("name: x\n? [a, b]\n: c\n", 2, "found unhashable key"),
    "a character that may not be": ("name: x\ntitle: a\x00b\n", 2, "a character that may not be there"),
    "brackets without an end": ("a: " + "[" * 5_000, 1, "nested too deeply"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_policy_at_all_is_told_in_a_sentence(name: str, tmp_path: Path) -> None:
    content, line, words = BROKEN[name]
    [(told, _, what)] = faults(tmp_path, content)
    assert (told, words in what) == (line, True), what


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    content = b"name: x\n" + "title: 制度\n".encode("gb18030")
    assert faults(tmp_path, content) == [(2, "", "the file must be UTF-8")]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="cannot be read"):
        load(str(tmp_path / "none.yaml"))


def test_aliases_that_grow_without_end_take_no_time(tmp_path: Path) -> None:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{n}: &a{n} {{l: *a{n - 1}, r: *a{n - 1}}}" for n in range(1, 40)]
    assert len(faults(tmp_path, "\n".join(lines))) > 40


def test_a_policy_may_say_a_thing_once_and_name_it_again(tmp_path: Path) -> None:
    content = planted(
        "notice: {ordinary: ordinary, sensitive: important}",
        "notice: &usual {ordinary: ordinary, sensitive: important}",
    ).replace("guide: {ordinary: ordinary, sensitive: important}", "guide: *usual")
    file = tmp_path / "ours.yaml"
    file.write_text(content, encoding="utf-8")
    assert read(file).kinds == load("default").kinds
