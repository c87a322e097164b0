"""The states of a case: every move that is possible, and every one that is not."""

from itertools import product

import pytest

from services.review.lifecycle import MOVES, Move, NotPossible, State, after, sources

ALLOWED = {
    (State.SCREENING, Move.SCREEN): State.REVIEWING,
    (State.SCREENING, Move.QUARANTINE): State.QUARANTINED,
    (State.SCREENING, Move.SUPERSEDE): State.SUPERSEDED,
    (State.REVIEWING, Move.APPROVE): State.APPROVED,
    (State.REVIEWING, Move.RETURN): State.RETURNED,
    (State.REVIEWING, Move.REJECT): State.REJECTED,
    (State.REVIEWING, Move.SUPERSEDE): State.SUPERSEDED,
}


@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_a_move_leads_where_it_must(state: State, move: Move) -> None:
    assert after(state, move) is ALLOWED[state, move]


@pytest.mark.parametrize(("state", "move"), [pair for pair in product(State, Move) if pair not in ALLOWED])
def test_every_other_move_is_refused(state: State, move: Move) -> None:
    with pytest.raises(NotPossible):
        after(state, move)


def test_nothing_leads_out_of_a_state_in_which_a_case_is_closed() -> None:
    closed = {State.APPROVED, State.RETURNED, State.REJECTED, State.QUARANTINED, State.SUPERSEDED}
    assert not closed & {state for state, _ in MOVES}


def test_every_state_can_be_reached() -> None:
    assert {State.SCREENING, *MOVES.values()} == set(State)


def test_what_can_be_superseded_is_what_is_open() -> None:
    assert set(sources(Move.SUPERSEDE)) == {State.SCREENING, State.REVIEWING}
