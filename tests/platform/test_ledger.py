"""The chain over the opinions: what anybody changes in it afterwards, even its owner, is found and named."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from services.review.sealed import CHAIN
from shared import keys
from shared.checkpoints import Checkpoint, NotACheckpoint, Sealer, believed, sign
from shared.clock import new_id, now
from shared.db import Database
from shared.ledger import TAKE_TURN, seal
from shared.tampering import Fault, Wrong
from tests.conftest import owner

from .tampering import CASE, SAY, TAMPERINGS, Record, Tampering, altered, hash_changed, rewritten, tail_cut


@pytest.fixture
async def record(
    database: Callable[[str], Database], database_url: str, made_keys: Path, tmp_path: Path
) -> Record:
    """Ten opinions that are sealed, with checkpoints at 4, 8 and 10."""
    review, case = database("review"), new_id()
    async with review.transaction() as unit:
        await unit.run(CASE, {"id": case})
    key = keys.of_worker(made_keys, "review", "ledger")
    sealer = Sealer(review, CHAIN, key, tmp_path / "ledger" / "checkpoints.jsonl", rows=1)
    one = Record(review, database_url, sealer, dict(keys.pinned(made_keys, "ledger")), case, [])
    for count in (4, 4, 2):
        await one.say(count)
        await sealer.work()
    return one


async def test_what_nobody_touched_is_whole(record: Record) -> None:
    found = await record.verified()
    assert (found.faults, found.rows, found.position) == ([], 10, 10)
    assert list(found.checkpoints.values()) == [3, 0, 3], "the outbox has them once the relay has been there"
    rows = owner(record.url, "SELECT position, record FROM review.ledger ORDER BY position")
    assert rows == list(enumerate(record.ids, 1))


async def test_every_column_of_an_opinion_is_sealed(record: Record) -> None:
    columns = owner(
        record.url,
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'review' AND table_name = 'opinion'",
    )
    assert {name for (name,) in columns} == set(CHAIN.kinds["opinion"].columns)


async def test_the_service_itself_can_neither_change_nor_remove_what_is_sealed(record: Record) -> None:
    for table in ("ledger", "ledger_checkpoint", "opinion"):
        for act in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(Exception, match="permission denied"):
                async with record.database.transaction() as unit:
                    await unit.run(
                        act.replace("id = id", "position = 1" if table != "opinion" else "note = ''")
                    )
    assert (await record.verified()).whole


async def test_sealers_at_once_give_dense_positions_in_one_chain(
    record: Record, database: Callable[[str], Database]
) -> None:
    others = [database("review") for _ in range(3)]

    async def sealing(one: Database) -> None:
        for _ in range(10):
            await seal(one, CHAIN, 3)

    await asyncio.gather(record.say(20), *(sealing(one) for one in others))
    while await seal(record.database, CHAIN, 3):
        pass
    found = await record.verified()
    assert (found.faults, found.rows, found.waiting) == ([], 30, 0)


async def test_a_sealer_that_finds_another_at_work_goes_without_waiting(
    record: Record, database: Callable[[str], Database]
) -> None:
    await record.say(1)
    async with database("review").transaction() as other:
        await other.run(TAKE_TURN)
        assert await asyncio.wait_for(record.sealer.work(), 2) == 0
    assert await record.sealer.work() == 1


async def test_an_opinion_that_is_rolled_back_is_never_sealed(record: Record) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 the block is what is tested.
        async with record.database.transaction() as unit:
            await unit.run(SAY, {"id": new_id(), "case": record.case, "note": "", "at": now()})
            raise ZeroDivisionError
    assert await record.sealer.work() == 0
    assert (await record.verified()).rows == 10


async def test_what_was_there_before_the_ledger_is_sealed_too(record: Record) -> None:
    """As the migration leaves it: in the queue, with all its columns."""
    record.tamper("DELETE FROM ledger")
    record.tamper("DELETE FROM ledger_checkpoint")
    record.tamper("INSERT INTO unsealed (kind, record) SELECT 'opinion', id FROM opinion ORDER BY at, id")
    record.sealer.file.unlink()
    await record.sealer.work()
    found = await record.verified()
    assert (found.faults, found.rows) == ([], 10)


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
async def test_what_was_done_to_the_record_is_found_and_named(record: Record, tampering: Tampering) -> None:
    tampering(record)
    assert await record.faults() == TAMPERINGS[tampering]


async def test_an_altered_opinion_is_named_with_its_record_and_both_hashes(record: Record) -> None:
    altered(record)
    [fault] = (await record.verified()).faults
    assert fault.record == record.ids[2]
    assert len({fault.expected, fault.found}) == 2
    assert fault == Fault(
        Wrong.ROW_ALTERED, 3, record=fault.record, expected=fault.expected, found=fault.found
    )


async def test_a_rewritten_chain_is_narrowed_down_by_the_checkpoints(record: Record) -> None:
    rewritten(record)
    fault, cut = (await record.verified()).faults
    assert (fault.position, fault.until) == (5, 8), "4 still agrees, 8 does not"
    assert (cut.position, cut.until) == (10, 10)


async def test_without_the_file_the_announced_events_still_bear_witness(record: Record) -> None:
    """Even when table and file are both rid of them: what was announced was signed too."""
    owner(
        record.url,
        "INSERT INTO review.outbox SELECT row_number() OVER (ORDER BY id), event_id, source, type, subject,"
        " sequence, time, data FROM review.announcement",
    )
    tail_cut(record)
    record.sealer.file.unlink()
    assert await record.faults() == [(Wrong.CHECKPOINT_REMOVED, 10), (Wrong.TAIL_CUT, 9)]


async def test_the_part_that_is_asked_for_is_examined_alone(record: Record) -> None:
    altered(record)
    assert await record.faults(since=3) == [(Wrong.ROW_ALTERED, 3)]
    found = await record.verified(since=4)
    assert (found.faults, found.rows, found.position) == ([], 7, 10)
    hash_changed(record)
    assert await record.faults(since=6) == [(Wrong.SEAL_BROKEN, 6)]


async def test_what_waits_to_be_sealed_is_no_fault_unless_it_waits_too_long(record: Record) -> None:
    await record.say(1)
    found = await record.verified()
    assert (found.faults, found.waiting) == ([], 1)
    assert await record.faults(grace=timedelta(0)) == [(Wrong.SEALING_STOPPED, None)]


async def test_an_opinion_that_was_taken_out_of_the_queue_is_missed(record: Record) -> None:
    await record.say(1)
    record.tamper("DELETE FROM unsealed")
    [fault] = (await record.verified()).faults
    assert (fault.wrong, fault.record) == (Wrong.ROW_UNSEALED, record.ids[-1])


async def test_an_opinion_that_went_before_it_was_sealed_is_missed(record: Record) -> None:
    await record.say(2)
    record.tamper("DELETE FROM opinion WHERE note = '意见11'")
    await record.sealer.work()
    assert await record.faults() == [(Wrong.ROW_REMOVED, 11)]


async def test_a_checkpoint_is_made_after_so_many_records_or_so_much_time(record: Record) -> None:
    record.sealer.rows, record.sealer.seconds = 3, 3600
    await record.say(2)
    await record.sealer.work()
    assert await record.sealer.checkpoint() is None
    await record.say(1)
    await record.sealer.work()
    assert owner(record.url, "SELECT max(position) FROM review.ledger_checkpoint") == [(13,)]
    await record.say(1)
    record.sealer.seconds = 0
    await record.sealer.work()
    assert await record.sealer.checkpoint() is None, "nothing new has come"
    assert owner(record.url, "SELECT max(position) FROM review.ledger_checkpoint") == [(14,)]
    assert len(record.sealer.file.read_bytes().splitlines()) == 5


async def test_a_checkpoint_is_announced_so_that_others_can_bear_witness(record: Record) -> None:
    [*_, (data,)] = owner(record.url, "SELECT data FROM review.announcement ORDER BY id")
    said = orjson.loads(data)  # type: ignore[arg-type]
    signed = believed(said["signature"], record.pinned)
    assert (signed.ledger, signed.position, signed.hash) == ("review", 10, said["head"])


async def test_only_a_checkpoint_is_taken_for_one(record: Record) -> None:
    key = record.sealer.key
    good = sign(Checkpoint(ledger="review", position=1, hash="0" * 64, at=datetime.now(UTC)), key)
    assert believed(good, record.pinned).position == 1
    for wrong in ("", "x", good[:-4] + "AAAA", good.replace(".", "", 1), f"{good}.x"):
        with pytest.raises(NotACheckpoint):
            believed(wrong, record.pinned)
    with pytest.raises(NotACheckpoint):
        believed(good, {})


async def test_how_far_it_has_come_is_told(record: Record) -> None:
    told: list[tuple[int, int]] = []
    await record.verified(told=lambda done, of: told.append((done, of)))
    assert told == [(4, 10), (8, 10), (10, 10)]
