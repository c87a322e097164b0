"""What a consumer does with each event: its effect once, each document in order, failures set aside."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import deadletters, inbox, retries
from shared.consumer import Consumer, Hearing
from shared.contracts import Event
from shared.db import Transaction
from shared.letters import unpack
from tests.builders import Noted, Recalled, Unheard, entry, noted

from .conftest import Stage, note


async def test_every_announcement_has_its_effect(stage: Stage) -> None:
    words = [str(n) for n in range(40)]
    await stage.announce(*(noted(uuid4(), word) for word in words))
    await stage.carry()
    await stage.consume()
    assert await stage.effects() == words
    assert await stage.statuses() == ["done"] * 40
    assert await stage.pending() == 0


async def test_entries_delivered_several_times_and_shuffled_take_effect_once(stage: Stage) -> None:
    chance = random.Random(7)
    documents = [uuid4() for _ in range(8)]
    entries = [
        entry(6 * d + n, noted(document, str(n)), n)
        for d, document in enumerate(documents)
        for n in range(1, 7)
    ]
    storm = [one for one in entries for _ in range(chance.randint(1, 5))]
    chance.shuffle(storm)
    while storm:
        size = chance.randint(1, 20)
        await stage.consumer.consume(storm[:size])
        del storm[:size]
        await stage.retry()
    for document in documents:
        assert await stage.effects(document) == ["1", "2", "3", "4", "5", "6"]
    assert set(await stage.statuses()) == {"done"}


async def test_one_entry_twice_in_a_batch_takes_effect_once(stage: Stage) -> None:
    one = entry(1, noted(uuid4(), "once"), 1)
    await stage.consumer.consume([one, one, one])
    assert await stage.effects() == ["once"]


async def test_disorder_within_a_batch_is_put_in_order(stage: Stage) -> None:
    document = uuid4()
    await stage.consumer.consume([entry(n, noted(document, str(n)), n) for n in (3, 1, 2)])
    assert await stage.effects() == ["1", "2", "3"]


async def test_disorder_between_batches_is_put_in_order(stage: Stage) -> None:
    document = uuid4()
    for n in (3, 1, 2):
        await stage.consumer.consume([entry(n, noted(document, str(n)), n)])
        await stage.retry()
    assert await stage.effects() == ["1", "2", "3"]
    assert await stage.statuses() == ["done"] * 3


async def test_what_comes_before_its_predecessor_is_parked_with_its_bytes(stage: Stage) -> None:
    document, other = uuid4(), uuid4()
    early = entry(3, noted(document, "3"), 3)
    await stage.consumer.consume(
        [entry(1, noted(document, "1"), 1), early, entry(4, noted(other, "other"), 1)]
    )
    await stage.retry()
    assert await stage.effects() == ["1", "other"], "another document does not wait for it"
    assert await stage.statuses() == ["done", "parked", "done"]
    [parked] = [row for row in await stage.inbox() if row.status == "parked"]
    assert unpack(bytes(parked.raw)) == early[1]


async def test_a_lower_number_than_was_handled_is_skipped(stage: Stage) -> None:
    document = uuid4()
    await stage.consumer.consume([entry(1, noted(document, "1"), 1), entry(2, noted(document, "2"), 2)])
    await stage.consumer.consume([entry(3, noted(document, "again 1"), 1)])
    assert await stage.effects() == ["1", "2"]
    assert await stage.statuses() == ["done", "done", "skipped"]


async def test_a_fact_nobody_asked_for_is_passed_over_and_keeps_the_order(stage: Stage) -> None:
    document = uuid4()
    await stage.consumer.consume(
        [
            entry(1, noted(document, "1"), 1),
            entry(2, Unheard(document_id=document), 2),
            entry(3, noted(document, "3"), 3),
        ]
    )
    assert await stage.effects() == ["1", "3"]
    assert await stage.statuses() == ["done", "skipped", "done"]


@pytest.mark.parametrize("word", ["bad", "wrong in SQL", "wrong for the driver"])
async def test_a_failing_event_holds_only_its_own_document(stage: Stage, word: str) -> None:
    document, neighbour = uuid4(), uuid4()
    await stage.consumer.consume(
        [
            entry(1, noted(neighbour, "good"), 1),
            entry(2, noted(document, word), 1),
            entry(3, noted(document, "after it"), 2),
            entry(4, noted(neighbour, "good too"), 2),
        ]
    )
    assert await stage.effects() == ["good", "good too"], "also what the failing handler wrote is gone"
    assert await stage.statuses() == ["done", "retry", "parked", "done"]
    failed = (await stage.inbox())[1]
    assert failed.attempts == 1
    assert failed.error.startswith(("Displeased", "DataError"))
    assert failed.next_at is not None


async def test_what_a_failing_handler_announced_is_not_announced(stage: Stage) -> None:
    async def announce(unit: Transaction, events: Sequence[Event[Any]]) -> None:
        unit.announce(*(noted(UUID(event.subject), f"about {event.data.word}") for event in events))
        await note(unit, events)

    consumer = Consumer(stage.hearer, "review", "intake", stage.key, {Noted: Hearing(announce)})
    await consumer.consume([entry(1, noted(uuid4(), "good"), 1), entry(2, noted(uuid4(), "bad"), 1)])
    async with stage.hearer.transaction() as unit:
        data = [bytes(row.data) for row in await unit.run("SELECT data FROM announcement")]
    assert len(data) == 1
    assert b"about good" in data[0]


@pytest.mark.usefixtures("at_once")
async def test_after_the_schedule_a_failing_event_is_dead(stage: Stage) -> None:
    document = uuid4()
    await stage.consumer.consume([entry(1, noted(document, "bad"), 1), entry(2, noted(document, "next"), 2)])
    await stage.retry()
    assert await stage.statuses() == ["dead", "parked"]
    assert (await stage.inbox())[0].attempts == 3
    assert await stage.effects() == []


async def test_a_failing_event_is_not_tried_before_its_time(stage: Stage) -> None:
    await stage.consumer.consume([entry(1, noted(uuid4(), "bad"), 1)])
    assert await retries.retry(stage.consumer) == 0
    assert (await stage.inbox())[0].attempts == 1


@pytest.fixture
async def dead(stage: Stage, at_once: None, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A dead letter with two successors behind it; its handler has been mended."""
    document = UUID(int=1)
    await stage.consumer.consume(
        [entry(n, noted(document, word), n) for n, word in enumerate(("bad", "2", "3"), 1)]
    )
    await stage.retry()
    assert await stage.statuses() == ["dead", "parked", "parked"]

    async def mended(unit: Transaction, events: Sequence[Event[Any]]) -> None:
        better = [
            Event(e.id, e.source, e.subject, e.sequence, e.time, noted(document, e.data.word + "!"))
            for e in events
        ]
        await note(unit, better)

    stage.consumer.hears[Noted.type] = Hearing(mended)
    return stage


async def test_a_dead_letter_can_be_listed_and_shown(dead: Stage) -> None:
    [row] = await deadletters.listed(dead.hearer)
    shown = deadletters.shown(row)
    assert shown["attempts"] == 3
    assert '"word":"bad"' in shown["fields"]["data"]
    assert "Displeased" in shown["error"]


async def test_a_dead_letter_tried_again_lets_its_document_go_on(dead: Stage) -> None:
    [row] = await deadletters.listed(dead.hearer)
    await deadletters.again(dead.hearer, row.event_id)
    await dead.retry()
    assert await dead.effects() == ["bad!", "2!", "3!"]
    assert await dead.statuses() == ["done"] * 3


async def test_a_dropped_dead_letter_lets_its_document_go_on_without_it(dead: Stage) -> None:
    [row] = await deadletters.listed(dead.hearer)
    await deadletters.drop(dead.hearer, row.event_id, "it was never meant")
    await dead.retry()
    assert await dead.effects() == ["2!", "3!"]
    assert await dead.statuses() == ["dropped", "done", "done"]
    assert (await dead.inbox())[0].error == "it was never meant"


async def test_what_is_no_dead_letter_can_be_neither_retried_nor_dropped(dead: Stage) -> None:
    alive = (await dead.inbox())[1].event_id
    for act in (deadletters.again(dead.hearer, alive), deadletters.drop(dead.hearer, uuid4(), "why")):
        with pytest.raises(deadletters.NoSuchDeadLetter):
            await act


@pytest.mark.usefixtures("at_once")
async def test_dropping_what_was_not_at_its_turn_loses_nothing_before_it(stage: Stage) -> None:
    """An urgent one died before its time: what is missing before it must still be handled."""
    document = uuid4()
    await stage.consumer.consume([entry(3, Recalled(document_id=document, word="bad"), 3)])
    await stage.retry()
    assert await stage.statuses() == ["dead"]
    [row] = await deadletters.listed(stage.hearer)
    await deadletters.drop(stage.hearer, row.event_id, "why not")
    await stage.consumer.consume([entry(n, noted(document, str(n)), n) for n in (1, 2, 4)])
    await stage.retry()
    assert await stage.effects() == ["1", "2", "4"]


async def test_an_urgent_event_is_handled_before_its_missing_predecessor_and_not_twice(stage: Stage) -> None:
    document = uuid4()
    recall = entry(2, Recalled(document_id=document), 2)
    await stage.consumer.consume([recall])
    assert await stage.effects() == ["recalled"]
    await stage.consumer.consume(
        [recall, entry(1, noted(document, "1"), 1), entry(3, noted(document, "3"), 3)]
    )
    await stage.retry()
    assert await stage.effects() == ["recalled", "1", "3"]
    assert await stage.statuses() == ["done"] * 3


@pytest.mark.usefixtures("at_once")
async def test_an_urgent_event_does_not_wait_for_a_dead_one(stage: Stage) -> None:
    document = uuid4()
    await stage.consumer.consume([entry(1, noted(document, "bad"), 1)])
    await stage.retry()
    await stage.consumer.consume([entry(2, Recalled(document_id=document), 2)])
    assert await stage.effects() == ["recalled"]
    [row] = await deadletters.listed(stage.hearer)
    await deadletters.drop(stage.hearer, row.event_id, "why not")
    await stage.retry()
    assert await stage.effects() == ["recalled"]
    assert await stage.statuses() == ["dropped", "done"]


async def test_trouble_in_preparing_sets_aside_only_what_it_concerns(stage: Stage) -> None:
    async def prepare(events: Sequence[Event[Any]]) -> Sequence[Event[Any]]:
        if any(event.data.word == "unreadable" for event in events):
            raise OSError("the store is away")
        return events

    consumer = Consumer(
        stage.hearer, "review", "intake", stage.key, {Noted: Hearing(note, prepare=prepare)}, timeout=2
    )
    await consumer.consume(
        [
            entry(1, noted(uuid4(), "1"), 1),
            entry(2, noted(uuid4(), "unreadable"), 1),
            entry(3, noted(uuid4(), "3"), 1),
        ]
    )
    assert await stage.effects() == ["1", "3"]
    assert await stage.statuses() == ["done", "retry", "done"]
    assert "the store is away" in (await stage.inbox())[1].error


async def test_preparing_that_never_ends_is_given_up(stage: Stage) -> None:
    async def prepare(events: Sequence[Event[Any]]) -> Sequence[Event[Any]]:
        import asyncio

        if any(event.data.word == "hang" for event in events):
            await asyncio.sleep(60)
        return events

    consumer = Consumer(
        stage.hearer, "review", "intake", stage.key, {Noted: Hearing(note, prepare=prepare)}, timeout=0.1
    )
    await consumer.consume([entry(1, noted(uuid4(), "hang"), 1), entry(2, noted(uuid4(), "2"), 1)])
    assert await stage.effects() == ["2"]
    assert await stage.statuses() == ["retry", "done"]


async def test_two_consumers_of_one_name_do_nothing_twice(stage: Stage) -> None:
    """As after a take-over from one that was only slow."""
    import asyncio

    documents = [uuid4() for _ in range(5)]
    entries = [
        entry(10 * d + n, noted(document, str(n)), n)
        for d, document in enumerate(documents)
        for n in range(1, 9)
    ]
    other = Consumer(stage.connect("review"), "review", "intake", stage.key, {Noted: Hearing(note)})
    await asyncio.gather(
        *(
            consumer.consume(entries[n : n + 7])
            for n in range(0, 40, 7)
            for consumer in (stage.consumer, other)
        )
    )
    await stage.retry()
    for document in documents:
        assert await stage.effects(document) == [str(n) for n in range(1, 9)]


async def test_trouble_that_concerns_no_letter_changes_nothing_that_was_settled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry is delivered again and the lanes cannot be locked: what was handled early stays so."""
    document = uuid4()
    recall = entry(2, Recalled(document_id=document), 2)
    await stage.consumer.consume([recall])

    async def locked(*_: object) -> dict[str, int]:
        raise RuntimeError("lock timeout")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "lock_lanes", locked)
        await stage.consumer.consume([recall])
    await stage.consumer.consume([entry(1, noted(document, "1"), 1)])
    async with stage.hearer.transaction() as unit:
        await unit.run("UPDATE inbox SET next_at = now() WHERE status = 'retry'")
    await stage.retry()
    assert await stage.effects() == ["recalled", "1"]
    assert await stage.statuses() == ["done", "done"]
