"""The states of a case and the moves between them. Pure."""

from enum import StrEnum

from shared.problems import Conflict


class State(StrEnum):
    SCREENING = "screening"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


class Move(StrEnum):
    SCREEN = "screen"
    QUARANTINE = "quarantine"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    SUPERSEDE = "supersede"


MOVES: dict[tuple[State, Move], State] = {
    (State.SCREENING, Move.SCREEN): State.REVIEWING,
    (State.SCREENING, Move.QUARANTINE): State.QUARANTINED,
    (State.SCREENING, Move.SUPERSEDE): State.SUPERSEDED,
    (State.REVIEWING, Move.APPROVE): State.APPROVED,
    (State.REVIEWING, Move.RETURN): State.RETURNED,
    (State.REVIEWING, Move.REJECT): State.REJECTED,
    (State.REVIEWING, Move.SUPERSEDE): State.SUPERSEDED,
}
"""All there is; what is not in the table cannot happen."""


class NotPossible(Conflict):
    """The case is not in a state in which this can be done."""

    code = "not-possible"
    zh = "案件当前状态下不能进行此项操作。"


def after(state: State, move: Move) -> State:
    """The state that the move leads to; raises NotPossible."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise NotPossible(f"{move} while {state}", state=state) from None


def sources(move: Move) -> list[State]:
    """The states from which the move can be made."""
    return [state for state, way in MOVES if way is move]
