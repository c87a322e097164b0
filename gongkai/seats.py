"""Whether different people can take every seat: the assignment problem, solved exactly. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence

Seats = Sequence[Collection[str]]
"""Each seat is whoever may take it."""


def assigned(seats: Seats) -> Mapping[int, str]:
    """Who takes which seat, nobody two, with as many seats taken as can be."""
    holders: dict[str, int] = {}
    for seat in range(len(seats)):
        _seat(seats, seat, holders, set())
    return {seat: person for person, seat in holders.items()}


def contested(seats: Seats) -> Iterator[tuple[frozenset[int], frozenset[str]]]:
    """Seats that together have fewer people than they need, with these people (Hall's theorem).

    One group for each seat that stays empty in a largest assignment; nothing when all can be taken.
    """
    taken = assigned(seats)
    holders = {person: seat for seat, person in taken.items()}
    for seat in range(len(seats)):
        if seat not in taken:
            yield _rivals(seats, seat, holders)


def _seat(seats: Seats, seat: int, holders: dict[str, int], asked: set[str]) -> bool:
    """Seat somebody here, if need be by moving others on to seats that they may take as well."""
    for person in sorted(set(seats[seat]) - asked):
        asked.add(person)
        if person not in holders or _seat(seats, holders[person], holders, asked):
            holders[person] = seat
            return True
    return False


def _rivals(seats: Seats, empty: int, holders: Mapping[str, int]) -> tuple[frozenset[int], frozenset[str]]:
    """The empty seat, whoever may take it, the seats where they sit, whoever may take those, and so on."""
    group, people, waiting = {empty}, set[str](), [empty]
    while waiting:
        found = set(seats[waiting.pop()]) - people
        people |= found
        waiting += [holders[person] for person in found]
        group |= {holders[person] for person in found}
    return frozenset(group), frozenset(people)
