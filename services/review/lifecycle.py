"""The states of a case and the moves between them. Pure."""

from enum import StrEnum

from shared.problems import Conflict


class State(StrEnum):
    SCREENING = "screening"
    REVIEWING = "reviewing"
    REFERRED = "referred"
    """An authority was asked whether it may be disclosed."""
    APPROVED = "approved"
    PUBLISHED = "published"
    REEXAMINING = "reexamining"
    """It is public, and a newer rule set found something in it."""
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"
    VOIDED = "voided"
    """It was approved, but then a later edition was handed in."""


class Move(StrEnum):
    SCREEN = "screen"
    QUARANTINE = "quarantine"
    AGREE = "agree"
    APPROVE = "approve"
    ASK = "ask"
    CONFIRM = "confirm"
    SETTLE = "settle"
    REFER = "refer"
    ANSWER = "answer"
    PROTECT = "protect"
    """A person suspects a secret: locked away until the authority has decided."""
    DETERMINE_SECRET = "determine-secret"  # noqa: S105 the move's name.
    DETERMINE_OPEN = "determine-open"
    REDACT = "redact"
    RETURN = "return"
    REJECT = "reject"
    SUPERSEDE = "supersede"
    VOID = "void"
    PUBLISH = "publish"
    REEXAMINE = "reexamine"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


MOVES: dict[tuple[State, Move], State] = {
    (State.SCREENING, Move.SCREEN): State.REVIEWING,
    (State.SCREENING, Move.QUARANTINE): State.QUARANTINED,
    (State.SCREENING, Move.SUPERSEDE): State.SUPERSEDED,
    (State.REVIEWING, Move.AGREE): State.REVIEWING,
    (State.REVIEWING, Move.APPROVE): State.APPROVED,
    (State.REVIEWING, Move.ASK): State.REVIEWING,
    (State.REVIEWING, Move.CONFIRM): State.REVIEWING,
    (State.REVIEWING, Move.SETTLE): State.REVIEWING,
    (State.REVIEWING, Move.REFER): State.REFERRED,
    (State.REVIEWING, Move.PROTECT): State.QUARANTINED,
    (State.REVIEWING, Move.REDACT): State.RETURNED,
    (State.REVIEWING, Move.RETURN): State.RETURNED,
    (State.REVIEWING, Move.REJECT): State.REJECTED,
    (State.REVIEWING, Move.SUPERSEDE): State.SUPERSEDED,
    (State.REFERRED, Move.ANSWER): State.REVIEWING,
    (State.REFERRED, Move.CONFIRM): State.REFERRED,
    (State.REFERRED, Move.SETTLE): State.REFERRED,
    (State.REFERRED, Move.PROTECT): State.QUARANTINED,
    (State.REFERRED, Move.SUPERSEDE): State.SUPERSEDED,
    (State.QUARANTINED, Move.DETERMINE_SECRET): State.REJECTED,
    (State.QUARANTINED, Move.DETERMINE_OPEN): State.RETURNED,
    (State.APPROVED, Move.PUBLISH): State.PUBLISHED,
    (State.APPROVED, Move.VOID): State.VOIDED,
    # Publish may have been quicker than the voiding; what is public is public.
    (State.VOIDED, Move.PUBLISH): State.PUBLISHED,
    (State.APPROVED, Move.WITHDRAW): State.WITHDRAWN,
    (State.VOIDED, Move.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Move.REEXAMINE): State.REEXAMINING,
    (State.PUBLISHED, Move.WITHDRAW): State.WITHDRAWN,
    (State.REEXAMINING, Move.UPHOLD): State.PUBLISHED,
    (State.REEXAMINING, Move.WITHDRAW): State.WITHDRAWN,
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
