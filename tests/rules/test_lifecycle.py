"""The states of a case: every move that is possible, and every one that is not."""

from itertools import product

import pytest

from services.review.lifecycle import MOVES, Move, NotPossible, State, after, sources

ALLOWED = {
    State.SCREENING: {
        Move.SCREEN: State.REVIEWING,
        Move.QUARANTINE: State.QUARANTINED,
        Move.SUPERSEDE: State.SUPERSEDED,
    },
    State.REVIEWING: {
        Move.AGREE: State.REVIEWING,
        Move.APPROVE: State.APPROVED,
        Move.ASK: State.REVIEWING,
        Move.CONFIRM: State.REVIEWING,
        Move.SETTLE: State.REVIEWING,
        Move.REFER: State.REFERRED,
        Move.PROTECT: State.QUARANTINED,
        Move.REDACT: State.RETURNED,
        Move.RETURN: State.RETURNED,
        Move.REJECT: State.REJECTED,
        Move.SUPERSEDE: State.SUPERSEDED,
    },
    State.REFERRED: {
        Move.ANSWER: State.REVIEWING,
        Move.CONFIRM: State.REFERRED,
        Move.SETTLE: State.REFERRED,
        Move.PROTECT: State.QUARANTINED,
        Move.SUPERSEDE: State.SUPERSEDED,
    },
    State.QUARANTINED: {
        Move.DETERMINE_SECRET: State.REJECTED,
        Move.DETERMINE_OPEN: State.RETURNED,
    },
    State.APPROVED: {
        Move.PUBLISH: State.PUBLISHED,
        Move.VOID: State.VOIDED,
        Move.WITHDRAW: State.WITHDRAWN,
    },
    State.VOIDED: {Move.PUBLISH: State.PUBLISHED, Move.WITHDRAW: State.WITHDRAWN},
    State.PUBLISHED: {Move.REEXAMINE: State.REEXAMINING, Move.WITHDRAW: State.WITHDRAWN},
    State.REEXAMINING: {Move.UPHOLD: State.PUBLISHED, Move.WITHDRAW: State.WITHDRAWN},
}
PAIRS = {(state, move): then for state, moves in ALLOWED.items() for move, then in moves.items()}


@pytest.mark.parametrize(("state", "move"), PAIRS)
def test_a_move_leads_where_it_must(state: State, move: Move) -> None:
    assert after(state, move) is PAIRS[state, move]


@pytest.mark.parametrize(("state", "move"), [pair for pair in product(State, Move) if pair not in PAIRS])
def test_every_other_move_is_refused(state: State, move: Move) -> None:
    with pytest.raises(NotPossible):
        after(state, move)


def test_nothing_leads_out_of_a_state_in_which_a_case_is_closed() -> None:
    closed = {State.RETURNED, State.REJECTED, State.SUPERSEDED, State.WITHDRAWN}
    assert not closed & {state for state, _ in MOVES}


def test_nothing_becomes_public_but_what_was_approved() -> None:
    assert {state for (state, move), then in MOVES.items() if then is State.APPROVED} == {State.REVIEWING}
    entering = {state for (state, move), then in MOVES.items() if then is State.PUBLISHED}
    assert entering == {State.APPROVED, State.VOIDED, State.REEXAMINING}


def test_every_state_can_be_reached_and_every_move_made() -> None:
    assert {State.SCREENING, *MOVES.values()} == set(State)
    assert {move for _, move in MOVES} == set(Move)


def test_what_a_new_edition_ends_is_what_is_open() -> None:
    assert set(sources(Move.SUPERSEDE)) == {State.SCREENING, State.REVIEWING, State.REFERRED}
