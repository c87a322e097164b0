"""The order of one document's facts."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.lanes import Verdict, judge, waves


@dataclass(frozen=True)
class One:
    subject: str
    sequence: int


@pytest.mark.parametrize(
    ("sequence", "handled", "urgent", "verdict"),
    [
        (1, 0, False, Verdict.HANDLE),
        (2, 1, False, Verdict.HANDLE),
        (1, 1, False, Verdict.SKIP),
        (1, 5, False, Verdict.SKIP),
        (2, 0, False, Verdict.PARK),
        (9, 1, False, Verdict.PARK),
        (2, 0, True, Verdict.HANDLE),
        (9, 1, True, Verdict.HANDLE),
        (1, 1, True, Verdict.SKIP),
    ],
)
def test_a_fact_is_judged_by_how_far_its_document_is(
    sequence: int, handled: int, urgent: bool, verdict: Verdict
) -> None:
    assert judge(sequence, handled, urgent=urgent) is verdict


letters = some.lists(some.builds(One, some.sampled_from("abc"), some.integers(1, 9)))


@given(letters)
def test_a_wave_holds_at_most_one_of_each_document(given_: list[One]) -> None:
    for wave in waves(given_):
        assert len({one.subject for one in wave}) == len(wave)


@given(letters)
def test_waves_lose_nothing_and_keep_each_documents_order(given_: list[One]) -> None:
    turned = [one for wave in waves(given_) for one in wave]
    assert sorted(turned, key=repr) == sorted(given_, key=repr)
    for subject in "abc":
        mine = [one.sequence for one in turned if one.subject == subject]
        assert mine == sorted(mine)
