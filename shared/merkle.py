"""A Merkle tree of RFC 6962: leaves are only ever added, and short proofs show it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

Node = tuple[int, int]
"""A complete subtree: its level, 0 for a leaf, and its number from the left within the level, from 0."""

Span = tuple[int, int]
"""The leaves from the first index until the second, which is not part of it."""

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf(content: bytes) -> bytes:
    """The hash of a leaf; the byte before it keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return sha256(b"\x00" + content).digest()


def over(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def complete(start: int, end: int) -> list[Node]:
    """The complete subtrees that a span consists of, the largest first; never more than log n.

    For the spans that this module names: those begin at a multiple of the largest power of two in them.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def root(known: Mapping[Node, bytes], start: int, end: int) -> bytes:
    """The hash over a span, from its complete subtrees; raises KeyError where one is not known."""
    nodes = complete(start, end)
    if not nodes:
        return EMPTY
    value = known[nodes[-1]]
    for node in reversed(nodes[:-1]):
        value = over(known[node], value)
    return value


def grown(known: Mapping[Node, bytes], size: int, leaves: Iterable[bytes]) -> dict[Node, bytes]:
    """The nodes that are completed when a tree gets more leaves; `known` are its complete(0, size)."""
    every, made = dict(known), dict[Node, bytes]()
    for index, value in enumerate(leaves, size):
        level, number = 0, index
        every[level, number] = value
        while number & 1:
            value = over(every[level, number - 1], value)
            level, number = level + 1, number >> 1
            every[level, number] = made[level, number] = value
    return made


# --- what a proof consists of


def inclusion(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a leaf is in the tree, from the leaf upwards (RFC 6962, 2.1.1)."""
    start, end, spans = 0, size, list[Span]()
    while end - start > 1:
        half = start + _left(end - start)
        if index < half:
            spans.append((half, end))
            end = half
        else:
            spans.append((start, half))
            start = half
    return spans[::-1]


def consistency(first: int, second: int) -> list[Span]:
    """The spans whose hashes prove that a tree of `first` leaves only grew (RFC 6962, 2.1.2)."""
    if not 0 < first < second:
        return []
    start, end, spans = 0, second, list[Span]()
    while first != end:
        half = start + _left(end - start)
        if first <= half:
            spans.append((half, end))
            end = half
        else:
            spans.append((start, half))
            start = half
    if start:  # Otherwise it is the first tree itself, which the reader has.
        spans.append((start, end))
    return spans[::-1]


def _left(size: int) -> int:
    """How many leaves are on the left: the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


# --- what a reader makes of it


def included(value: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last = size - 1
    for beside in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            value = over(beside, value)
            index, last = _up(index, last)
        else:
            value = over(value, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and value == expected


def extended(first: int, second: int, before: bytes, after: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree with root `before` is the beginning of that with `after` (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not path and before == after
    if not 0 < first < second:
        return first == 0 and second > 0 and not path and before == EMPTY
    steps = [before, *path] if first & (first - 1) == 0 else list(path)
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    return bool(steps) and _leads(steps, index, last, before, after)


def _leads(steps: Sequence[bytes], index: int, last: int, before: bytes, after: bytes) -> bool:
    old = new = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = over(beside, old), over(beside, new)
            index, last = _up(index, last)
        else:
            new = over(new, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and (old, new) == (before, after)


def _up(index: int, last: int) -> tuple[int, int]:
    """To the level at which the node has one on its left: it has none on the right below that."""
    while index and not index & 1:
        index, last = index >> 1, last >> 1
    return index, last
