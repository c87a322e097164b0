"""Recall and precision on texts whose content is known, by class (shown with -s)."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest

from services.review.screening import Finding, Piece, screen
from tests.rules.labelled.texts import Labelled, labelled

CLASSES = ("mark", "level", "handling", "citation", "number", "doubt", "person")


@dataclass(frozen=True)
class Figures:
    texts: int
    recall: float
    precision: float
    missed: tuple[Labelled, ...]
    false: tuple[tuple[Labelled, Finding], ...]


@cache
def outcomes() -> list[tuple[Labelled, tuple[Finding, ...]]]:
    return [(one, screen([Piece(one.text, "正文")]).findings) for one in labelled()]


def figures(kind: str) -> Figures:
    """Of a class: the share of its texts found, and of its texts' findings the share that is right."""
    own = [(one, findings) for one, findings in outcomes() if one.kind == kind]
    missed = tuple(one for one, findings in own if not any(is_right(one, finding) for finding in findings))
    rules = {one.rule for one, _ in own}
    raised = [
        (one, finding)
        for one, findings in outcomes()
        for finding in findings
        if finding.rule.startswith(tuple(rules)) and one.kind in {kind, "clean"}
    ]
    false = tuple((one, finding) for one, finding in raised if one.kind == "clean")
    return Figures(len(own), 1 - len(missed) / len(own), 1 - len(false) / max(1, len(raised)), missed, false)


def is_right(one: Labelled, finding: Finding) -> bool:
    return finding.rule.startswith(one.rule) and finding.severity in one.severities


def test_the_labelled_set_is_large_and_of_every_class() -> None:
    kinds = Counter(one.kind for one, _ in outcomes())
    print(f"\n{sum(kinds.values())} labelled texts: {dict(kinds)}")
    assert sum(kinds.values()) >= 300
    assert kinds["clean"] >= 100
    assert len({one.text for one, _ in outcomes()}) == sum(kinds.values())


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_is_found_and_little_else(kind: str) -> None:
    found = figures(kind)
    print(f"\n{kind}: {found.texts} texts, recall {found.recall:.4f}, precision {found.precision:.4f}")
    assert found.recall >= (0.99 if kind in {"mark", "number"} else 0.95), found.missed
    assert found.precision >= 0.98, found.false


def test_no_public_text_is_ever_stopped_or_blocked() -> None:
    grave = [
        (one.text, finding.rule)
        for one, findings in outcomes()
        for finding in findings
        if one.kind == "clean" and finding.severity != "person"
    ]
    assert grave == []


def test_only_a_mark_of_the_state_stops() -> None:
    stopped = {one.kind for one, findings in outcomes() for finding in findings if finding.severity == "stop"}
    assert stopped == {"mark"}
