"""The tree against RFC 6962's own words, written down as they stand there."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import merkle
from shared.merkle import Node, Span

# --- RFC 6962, 2.1: the definitions, recursive as they are


def mth(entries: list[bytes]) -> bytes:
    n = len(entries)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = below(n)
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    n = len(entries)
    if n == 1:
        return []
    k = below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    return subproof(m, entries, True)


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = below(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


# --- ours


def entries(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def stored(count: int, batches: int = 1) -> dict[Node, bytes]:
    """Every complete node, as it is kept when the leaves come in batches."""
    leaves = [merkle.leaf(content) for content in entries(count)]
    known = {(0, number): value for number, value in enumerate(leaves)}
    for start in range(0, count, batches):
        peaks = {node: known[node] for node in merkle.complete(0, start)}
        known |= merkle.grown(peaks, start, leaves[start : start + batches])
    return known


def hashes(known: dict[Node, bytes], spans: list[Span]) -> list[bytes]:
    return [merkle.root(known, *span) for span in spans]


def test_the_hashes_are_those_of_the_known_answers() -> None:
    """From the reference tests of Certificate Transparency: seven given inputs."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [merkle.leaf(bytes.fromhex(one)) for one in inputs]
    known = dict(enumerate(leaves))
    nodes = {(0, n): value for n, value in known.items()} | merkle.grown({}, 0, leaves)
    assert (
        merkle.root(nodes, 0, 8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert (
        merkle.root(nodes, 0, 1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert merkle.root({}, 0, 0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_every_tree_up_to_64_has_the_root_of_the_definition(batch: int) -> None:
    for size in range(65):
        assert merkle.root(stored(size, batch), 0, size) == mth(entries(size)), size


def test_every_proof_of_inclusion_up_to_64_is_that_of_the_definition_and_convinces() -> None:
    known, every = stored(64), entries(64)
    for size in range(1, 65):
        root = mth(every[:size])
        for index in range(size):
            shown = hashes(known, merkle.inclusion(index, size))
            assert shown == path(index, every[:size]), (index, size)
            assert merkle.included(merkle.leaf(every[index]), index, size, shown, root)


def test_every_proof_of_consistency_up_to_64_is_that_of_the_definition_and_convinces() -> None:
    known, every = stored(64), entries(64)
    for second in range(1, 65):
        for first in range(1, second + 1):
            shown = hashes(known, merkle.consistency(first, second))
            assert shown == proof(first, every[:second]), (first, second)
            assert merkle.extended(first, second, mth(every[:first]), mth(every[:second]), shown)


def test_a_proof_convinces_of_no_other_place_size_leaf_or_root() -> None:
    known, every = stored(40), entries(40)
    for size in range(1, 41):
        root = mth(every[:size])
        for index in range(size):
            shown, value = hashes(known, merkle.inclusion(index, size)), merkle.leaf(every[index])
            others = [other for other in range(-1, size + 2) if other != index]
            assert not any(merkle.included(value, other, size, shown, root) for other in others)
            assert not merkle.included(merkle.leaf(b"other"), index, size, shown, root)
            assert not merkle.included(value, index, size, shown, merkle.leaf(b"other"))
            assert not merkle.included(value, index, size, [*shown, root], root)
            assert not shown or not merkle.included(value, index, size, shown[:-1], root)


def test_a_tree_that_was_rewritten_is_no_extension_of_the_one_before() -> None:
    every = entries(33)
    for second in range(2, 34):
        for first in range(1, second):
            for changed in (0, first - 1):
                other = [*every[:changed], b"other", *every[changed + 1 : second]]
                shown = proof(first, other)
                assert not merkle.extended(first, second, mth(every[:first]), mth(other), shown)
            assert not merkle.extended(first, second, mth(every[:first]), mth(every[:second]), [])


def test_only_from_nothing_does_a_tree_grow_without_proof() -> None:
    assert merkle.extended(0, 5, merkle.EMPTY, mth(entries(5)), [])
    assert not merkle.extended(0, 5, mth(entries(1)), mth(entries(5)), [])
    assert not merkle.extended(5, 4, mth(entries(5)), mth(entries(4)), [])
    assert not merkle.extended(5, 5, mth(entries(5)), mth(entries(4)), [])


LARGE = 5000
ALL = entries(LARGE)
KNOWN = stored(LARGE, 700)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_large_trees_keep_the_definition_too(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, LARGE))
    first = data.draw(st.integers(1, second))
    index = data.draw(st.integers(0, second - 1))
    root = mth(ALL[:second])
    assert merkle.root(KNOWN, 0, second) == root
    shown = hashes(KNOWN, merkle.inclusion(index, second))
    assert shown == path(index, ALL[:second])
    assert merkle.included(merkle.leaf(ALL[index]), index, second, shown, root)
    grown = hashes(KNOWN, merkle.consistency(first, second))
    assert grown == proof(first, ALL[:second])
    assert merkle.extended(first, second, mth(ALL[:first]), root, grown)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 2**40), st.data())
def test_a_proof_needs_few_hashes_however_large_the_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    for spans in (merkle.inclusion(index, size), merkle.consistency(first, size)):
        assert len(spans) <= size.bit_length() + 1
        assert len({node for span in spans for node in merkle.complete(*span)}) <= 2 * size.bit_length()
        for start, end in spans:
            for level, number in merkle.complete(start, end):
                assert start <= number << level < (number + 1) << level <= end, "each lies within its span"
