"""Entries that are none of ours: they become dead letters or are passed over, and nothing stops."""

from uuid import UUID, uuid4

import pytest

from shared import deadletters, progress
from shared.letters import unpack
from tests.builders import changed, entry, event, fields, noted

from .conftest import Stage

GOOD = fields(event(noted(UUID(int=5), "good"), 1))

FOREIGN = {
    "empty field": {b"": b""},
    "no attributes": {b"hello": b"world"},
    "a framework's envelope": {b"__data__": b'{"data": "x", "headers": {"reply_to": "core"}}'},
    "binary noise": {b"id": b"\xff\xfe\x00", b"type": b"\x80", b"data": bytes(range(256))},
    "no id": changed(GOOD, id=None),
    "an id that is none": changed(GOOD, id=b"17"),
    "no type": changed(GOOD, type=None),
    "no subject": changed(GOOD, subject=None),
    "an empty subject": changed(GOOD, id=str(uuid4()).encode(), subject=b""),
    "a subject with a zero byte": changed(GOOD, id=str(uuid4()).encode(), subject=b"a\x00b"),
    "a type with a zero byte": changed(GOOD, id=str(uuid4()).encode(), type=b"a\x00b"),
    "a subject without end": changed(GOOD, id=str(uuid4()).encode(), subject=b"x" * 100_000),
    "a sequence of zero": changed(GOOD, id=str(uuid4()).encode(), sequence=b"0"),
    "a negative sequence": changed(GOOD, id=str(uuid4()).encode(), sequence=b"-1"),
    "a sequence beyond all numbers": changed(GOOD, id=str(uuid4()).encode(), sequence=b"9" * 30),
    "a sequence in words": changed(GOOD, id=str(uuid4()).encode(), sequence=b"one"),
}


@pytest.mark.parametrize("garbage", FOREIGN.values(), ids=FOREIGN.keys())
async def test_a_foreign_entry_that_is_no_event_becomes_a_dead_letter(
    stage: Stage, garbage: dict[bytes, bytes]
) -> None:
    await stage.announce(noted(uuid4(), "before"))
    await stage.carry()
    await stage.client.xadd(stage.key, garbage, id="1-1")
    await stage.announce(noted(uuid4(), "after"))
    stage.relay.top = None
    await stage.carry()
    await stage.consume()
    assert await stage.effects() == ["before", "after"]
    assert await stage.pending() == 0
    [dead] = await deadletters.listed(stage.hearer)
    assert dead.type == "unreadable"
    assert dead.attempts == 1
    assert unpack(bytes(dead.raw)) == garbage
    assert await progress.advance(stage.hearer, "review", "intake") == 2
    await stage.consumer.consume([(b"1-1", garbage)])
    assert len(await deadletters.listed(stage.hearer)) == 1, "delivered again it is the same dead letter"
    await deadletters.drop(stage.hearer, dead.event_id, "not ours")


UNDECODABLE = {
    "data that is no JSON": b"hello",
    "no data": b"",
    "data of another shape": b'{"document_id": 7}',
    "JSON without end": b"[" * 50_000,
    "data in broken UTF-8": b'{"word": "\xff"}',
}


@pytest.mark.parametrize("data", UNDECODABLE.values(), ids=UNDECODABLE.keys())
async def test_an_event_whose_data_cannot_be_read_is_dead_at_once(stage: Stage, data: bytes) -> None:
    good, bad = uuid4(), uuid4()
    await stage.consumer.consume(
        [
            (b"1-0", changed(fields(event(noted(bad), 1)), data=data)),
            entry(2, noted(good, "good"), 1),
        ]
    )
    assert await stage.statuses() == ["dead", "done"]
    assert (await stage.inbox())[0].attempts == 1
    assert await stage.effects() == ["good"]


async def test_an_event_of_an_unknown_type_is_passed_over(stage: Stage) -> None:
    unknown = changed(fields(event(noted(uuid4()), 1)), type=b"cn.gongkai.unheard.of.v9", data=b"?")
    await stage.consumer.consume([(b"1-0", unknown), entry(2, noted(uuid4(), "good"), 1)])
    assert await stage.statuses() == ["skipped", "done"]


async def test_a_field_that_a_later_version_added_is_passed_over(stage: Stage) -> None:
    later = changed(
        fields(event(noted(UUID(int=3), "x"), 1)),
        data=b'{"document_id": "%s", "word": "new", "more": 1}' % str(UUID(int=3)).encode(),
    )
    await stage.consumer.consume([(b"1-0", {**later, b"traceparent": b"00-1"})])
    assert await stage.effects() == ["new"]
