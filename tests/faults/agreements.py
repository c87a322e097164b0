"""Who must have agreed before an edition may be public: written down anew here, not asked of the platform."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

WAYS: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "ordinary": (
        ("check", ("own officer", "any secrecy")),
        ("head", ("own head", "any leader", "any principal")),
    ),
    "important": (
        ("department", ("own head", "any leader")),
        ("secrecy", ("any secrecy",)),
        ("leader", ("any leader", "any principal")),
    ),
}
"""From the lowest: the steps in their order, and who may take each."""


def incomplete(
    opinions: Sequence[Any], way: str, department: str, authors: Collection[str], officers: Mapping[str, Any]
) -> Iterator[str]:
    """What these agreements lack for a document that has to go at least this way."""
    steps = [one.step for one in opinions]
    higher = list(WAYS)[list(WAYS).index(way) :]
    gone = next((name for name in higher if steps == [step for step, _ in WAYS[name]]), None)
    if gone is None:
        yield f"the steps taken are {steps}, for what is {way}"
    if [one.act for one in opinions] != [*["agreed"] * (len(opinions) - 1), "approved"]:
        yield f"the acts are {[one.act for one in opinions]}"
    if len({one.officer for one in opinions}) < len(opinions):
        yield f"somebody took two steps: {[one.officer for one in opinions]}"
    for one in opinions:
        if one.officer in authors:
            yield f"{one.officer}, who handed it in, took the step {one.step}"
    for one, (step, allowed) in zip(opinions, WAYS[gone] if gone else (), strict=False):
        if not _may(officers[one.officer], one.role, allowed, department):
            yield f"{one.officer} took the step {step} as {one.role}"


def _may(officer: Any, role: str, allowed: Sequence[str], department: str) -> bool:
    """In the role that was noted, which must be the officer's own."""
    at_home = ["own", "any"] if officer.department == department else ["any"]
    return role in officer.roles and any(f"{where} {role}" in allowed for where in at_home)
