"""The order of one document's facts: what may be handled now, what was handled, what must wait. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import Protocol, TypeVar


class Verdict(StrEnum):
    HANDLE = "handle"
    SKIP = "skip"
    PARK = "park"


def judge(sequence: int, handled: int, *, urgent: bool = False) -> Verdict:
    """What to do with a fact when its subject's facts have been handled up to `handled`.

    An urgent one, a withdrawal, does not wait for what is missing before it.
    """
    if sequence <= handled:
        return Verdict.SKIP
    if sequence == handled + 1 or urgent:
        return Verdict.HANDLE
    return Verdict.PARK


class Numbered(Protocol):
    subject: str
    sequence: int


L = TypeVar("L", bound=Numbered)


def waves(letters: Iterable[L]) -> Iterator[list[L]]:
    """The letters in turns, each turn holding at most one of each subject.

    Within a turn nothing depends on anything, so all of one type can be handled by one statement; between
    turns each subject's order is kept.
    """
    lanes: dict[str, list[L]] = defaultdict(list)
    for letter in letters:
        lanes[letter.subject].append(letter)
    queues: Sequence[list[L]] = [sorted(lane, key=lambda letter: letter.sequence) for lane in lanes.values()]
    for turn in zip_longest(*queues):
        yield [letter for letter in turn if letter is not None]
