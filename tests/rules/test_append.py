"""Ids of entries, and how many entries one call carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared import append
from shared.append import Entry, Top, parse


@given(some.integers(0, 2**63), some.integers(0, 2**63))
def test_an_id_is_read_as_it_was_written(position: int, part: int) -> None:
    top = Top(position, part)
    assert parse(str(top)) == parse(str(top).encode()) == top


def test_ids_are_ordered_by_number_and_not_by_letter() -> None:
    assert Top(9) < Top(10) < Top(10, 1) < Top(11)


@given(some.lists(some.integers(0, 900), max_size=40))
def test_portions_lose_nothing_keep_the_order_and_hold_up_the_server_no_longer_than_they_may(
    sizes: list[int],
) -> None:
    entries = [Entry(Top(n), {"data": b"x" * size}) for n, size in enumerate(sizes, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(append, "MAX_BYTES", 1000)
        portions = append._portions(entries)
    assert [entry for portion in portions for entry in portion] == entries
    assert all(portions)
    for portion in portions:
        assert sum(len(entry.fields["data"]) for entry in portion) <= 1000


def test_an_entry_larger_than_a_portion_goes_alone() -> None:
    entries = [Entry(Top(1), {"data": b"x"}), Entry(Top(2), {"data": b"x" * 2_000_000})]
    assert [len(portion) for portion in append._portions(entries)] == [1, 1]
