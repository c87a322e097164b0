"""Whatever comes, in whatever order, and whatever fails: no document goes back, no withdrawal is missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gongkai_kit import DocumentPublished, DocumentWithdrawn, Event, Store
from gongkai_kit.contracts import encode
from gongkai_kit.desk import Desk
from gongkai_kit.letters import open_letter
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import published, withdrawn

DOCUMENTS = [UUID(int=number) for number in (1, 2)]
EVENTS = [make(document, n) for document in DOCUMENTS for n in range(1, 5) for make in (published, withdrawn)]
HEARD: dict[str, Any] = {DocumentPublished.type: DocumentPublished, DocumentWithdrawn.type: DocumentWithdrawn}

batches_of_events = st.lists(st.lists(st.sampled_from(EVENTS), max_size=8), min_size=1, max_size=4)
times_to_fail = st.dictionaries(st.sampled_from([event.id for event in EVENTS]), st.integers(1, 9))


@dataclass
class Department:
    """What one department was told, and which entries it confirmed."""

    failing: dict[UUID, int]
    entries: dict[str, Event[Any]] = field(default_factory=dict)
    told: list[Event[Any]] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.desk = Desk(Store(), 5, dict.fromkeys(HEARD, self.handle), HEARD)

    async def handle(self, event: Event[Any]) -> None:
        if self.failing.get(event.id, 0):
            self.failing[event.id] -= 1
            raise RuntimeError
        self.told.append(event)

    async def acknowledge(self, entries: Sequence[str]) -> None:
        self.confirmed.update(entries)

    async def read(self, batch: Sequence[Event[Any]]) -> None:
        new = {f"1-{len(self.entries) + n}": event for n, event in enumerate(batch)}
        self.entries |= new
        await self.deal(new, (0, 0))

    async def sweep(self) -> None:
        unconfirmed = {entry: self.entries[entry] for entry in self.entries if entry not in self.confirmed}
        await self.deal(unconfirmed, ())

    async def deal(self, entries: dict[str, Event[Any]], waits: Sequence[float]) -> None:
        fields = {
            entry: {k.encode(): v for k, v in encode(event).items()} for entry, event in entries.items()
        }
        letters = [open_letter(entry.encode(), fields[entry], HEARD) for entry in entries]
        await self.desk.deal(letters, self.acknowledge, waits)


async def lived(batches: Sequence[Sequence[Event[Any]]], failing: dict[UUID, int]) -> Department:
    department = Department(dict(failing))
    for batch in batches:
        await department.read(batch)
        await department.sweep()
    return department


@settings(max_examples=50, deadline=None)
@given(batches_of_events, times_to_fail)
async def test_each_once_and_nothing_goes_back(
    batches: list[list[Event[Any]]], failing: dict[UUID, int]
) -> None:
    told = (await lived(batches, failing)).told
    assert len({event.id for event in told}) == len(told)
    for place, event in enumerate(told):
        before = [earlier.sequence for earlier in told[:place] if earlier.subject == event.subject]
        assert isinstance(event.data, DocumentWithdrawn) or event.sequence > max(before, default=0)


@settings(max_examples=50, deadline=None)
@given(batches_of_events, times_to_fail)
async def test_a_withdrawal_is_confirmed_only_after_it_was_told(
    batches: list[list[Event[Any]]], failing: dict[UUID, int]
) -> None:
    department = await lived(batches, failing)
    told = {event.id for event in department.told}
    confirmed = {department.entries[entry] for entry in department.confirmed}
    assert all(event.id in told for event in confirmed if isinstance(event.data, DocumentWithdrawn))


@settings(max_examples=50, deadline=None)
@given(batches_of_events, times_to_fail)
async def test_only_what_fails_is_unconfirmed_and_nothing_once_it_no_longer_fails(
    batches: list[list[Event[Any]]], failing: dict[UUID, int]
) -> None:
    department = await lived(batches, failing)
    unconfirmed = department.entries.keys() - department.confirmed
    assert {department.entries[entry].id for entry in unconfirmed} <= failing.keys()
    assert {failure.entry for failure in department.desk.store.failures()} == unconfirmed
    department.failing.clear()
    await department.sweep()
    assert department.confirmed == department.entries.keys()
    assert list(department.desk.store.failures()) == []
    told = {event.id for batch in batches for event in batch if isinstance(event.data, DocumentWithdrawn)}
    assert told <= {event.id for event in department.told}
