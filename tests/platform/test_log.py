"""The transparency ledger: what anybody changes in it or behind it, even its owner, is found and named."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from services.publish.ledger.log import LOG
from services.publish.ledger.log_reading import NotSealedYet
from shared import keys
from shared.checkpoints import Sealer
from shared.clock import new_id, now
from shared.db import Database
from shared.problems import NotFound
from shared.proofs import examine
from shared.tampering import Wrong
from tests.conftest import owner

from .catalogue_log import DOCUMENTS, EDITIONS, TAMPERINGS, Catalogue, Tampering, rewritten, withdrawal_hidden


@pytest.fixture
async def catalogue(
    database: Callable[[str], Database], database_url: str, made_keys: Path, tmp_path: Path
) -> Catalogue:
    """Six documents, one amended, two withdrawn: ten entries, with heads at 4, 8 and 10."""
    key = keys.of_worker(made_keys, "publish", "publish-ledger")
    publish = database("publish")
    sealer = Sealer(publish, LOG, key, tmp_path / "ledger" / "publish.jsonl", rows=1)
    one = Catalogue(publish, database_url, sealer, dict(keys.pinned(made_keys, "publish-ledger")))
    await one.publish(4)
    await one.seal()
    await one.publish(3)
    await one.withdraw(one.ids[5])
    await one.seal()
    await one.publish(edition=2, ids=[one.ids[0]])
    await one.withdraw(one.ids[0], 2)
    await one.seal()
    return one


async def test_what_nobody_touched_is_whole(catalogue: Catalogue) -> None:
    found = await catalogue.checked()
    assert (found.faults, found.rows, found.position, found.waiting) == ([], 10, 10, 0)
    assert list(found.checkpoints.values()) == [3, 0, 3]
    said = owner(catalogue.url, "SELECT entry->>'what' FROM publish.log_leaf ORDER BY position")
    assert [what for (what,) in said] == ["published"] * 7 + ["withdrawn", "amended", "withdrawn"]
    assert owner(catalogue.url, "SELECT hash FROM publish.ledger_checkpoint WHERE position = 10") == [
        (found.head,)
    ]


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
async def test_what_was_done_to_the_ledger_is_found_and_named(
    catalogue: Catalogue, tampering: Tampering
) -> None:
    tampering(catalogue)
    assert await catalogue.faults() == TAMPERINGS[tampering]


async def test_a_catalogue_that_was_changed_is_named_with_what_was_changed(catalogue: Catalogue) -> None:
    withdrawal_hidden(catalogue)
    removed, shown = (await catalogue.checked()).faults
    assert (removed.record, shown.record) == (catalogue.ids[5], catalogue.ids[5])
    assert (shown.expected, shown.found) == (
        "withdrawn_upto 1, current_edition None",
        "withdrawn_upto 0, current_edition 1",
    )


async def test_a_rewritten_ledger_convinces_nobody_who_kept_a_head(catalogue: Catalogue) -> None:
    """Even when its owner signs the rewritten one with the right key."""
    kept = examine(await catalogue.proof(catalogue.ids[3]), catalogue.pinned).head
    rewritten(catalogue)
    catalogue.tamper("DELETE FROM ledger_checkpoint")
    await catalogue.seal()
    shown = await catalogue.proof(catalogue.ids[2], since=10)
    assert examine(shown, catalogue.pinned).convinces
    [flaw] = examine(shown, catalogue.pinned, saved=kept).flaws
    assert (flaw.wrong, flaw.position) == ("rewritten", 10)


async def test_the_service_itself_can_neither_change_nor_remove_what_is_sealed(catalogue: Catalogue) -> None:
    acts = ("DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = {}")
    for table, column in (("log_leaf", "position"), ("log_node", "level"), ("ledger_checkpoint", "position")):
        for act in acts:
            with pytest.raises(Exception, match="permission denied"):
                async with catalogue.database.transaction() as unit:
                    await unit.run(act.format(table, column, column))
    assert (await catalogue.checked()).whole


async def test_every_document_can_be_proved_at_once_after_its_sealing(catalogue: Catalogue) -> None:
    for document in catalogue.ids:
        found = examine(await catalogue.proof(document), catalogue.pinned)
        assert found.convinces
        assert found.head is not None
        assert found.head.position == 10


async def test_what_waits_to_be_sealed_is_no_fault_and_has_no_proof_yet(catalogue: Catalogue) -> None:
    [document] = await catalogue.publish()
    with pytest.raises(NotSealedYet):
        await catalogue.proof(document)
    with pytest.raises(NotFound):
        await catalogue.proof(new_id())
    found = await catalogue.checked()
    assert (found.faults, found.waiting) == ([], 1)
    assert await catalogue.faults(grace=timedelta(0)) == [(Wrong.SEALING_STOPPED, None)]


async def test_what_is_sealed_and_not_signed_for_has_no_proof_yet(catalogue: Catalogue) -> None:
    [document] = await catalogue.publish()
    await LOG.seal(catalogue.database, 100)
    with pytest.raises(NotSealedYet):
        await catalogue.proof(document)


async def test_what_was_taken_out_of_the_queue_is_missed(catalogue: Catalogue) -> None:
    [document] = await catalogue.publish()
    catalogue.tamper("DELETE FROM log_queue")
    [fault] = (await catalogue.checked()).faults
    assert (fault.wrong, fault.record) == (Wrong.ROW_UNSEALED, document)


async def test_what_was_removed_before_its_sealing_is_missed(catalogue: Catalogue) -> None:
    """The queue holds the whole entry from the transaction that published."""
    [document] = await catalogue.publish()
    catalogue.tamper("DELETE FROM edition WHERE document_id = %s", document)
    catalogue.tamper("DELETE FROM document WHERE id = %s", document)
    await catalogue.seal()
    assert await catalogue.faults() == [(Wrong.ROW_REMOVED, 11)]


async def test_a_publication_that_is_rolled_back_is_never_sealed(catalogue: Catalogue) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 the block is what is tested.
        async with catalogue.database.transaction() as unit:
            ids = [new_id()]
            await unit.run(DOCUMENTS, {"ids": ids})
            await unit.run(EDITIONS, {"ids": ids, "edition": 1, "at": now()})
            raise ZeroDivisionError
    await catalogue.seal()
    assert (await catalogue.checked()).rows == 10


async def test_a_sealer_that_is_killed_at_its_work_loses_nothing(catalogue: Catalogue) -> None:
    """Its connection is cut while it waits to write the nodes: leaves and queue are as before."""
    await catalogue.publish(5)
    with psycopg.connect(catalogue.url.replace("+psycopg", "")) as blocking:
        blocking.execute("LOCK TABLE publish.log_node IN EXCLUSIVE MODE")
        working = asyncio.create_task(catalogue.sealer.work())
        killed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%INTO log_node%'"
        killed += " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        while not await asyncio.to_thread(owner, catalogue.url, killed):
            await asyncio.sleep(0.02)
        with pytest.raises(Exception, match="terminat"):
            await working
    found = await catalogue.checked()
    assert (found.faults, found.rows, found.waiting) == ([], 10, 5)
    await catalogue.seal()
    found = await catalogue.checked()
    assert (found.faults, found.rows, found.waiting) == ([], 15, 0)


async def test_publishing_and_sealing_at_once_leaves_one_whole_log(
    catalogue: Catalogue, database: Callable[[str], Database]
) -> None:
    others = [database("publish") for _ in range(3)]
    done = asyncio.Event()

    async def sealing(one: Database) -> None:
        while not done.is_set():
            await LOG.seal(one, 7)

    async def publishing() -> None:
        for _ in range(15):
            [first, *_] = await catalogue.publish(4)
            await catalogue.withdraw(first)

    async def all_publishing() -> None:
        await asyncio.gather(*(publishing() for _ in range(4)))
        done.set()

    await asyncio.gather(all_publishing(), *(sealing(one) for one in others))
    await catalogue.seal()
    found = await catalogue.checked()
    assert (found.faults, found.rows, found.waiting) == ([], 10 + 4 * 15 * 5, 0)
    order = "SELECT entry->>'document_id', entry->>'what' FROM publish.log_leaf ORDER BY position"
    told: dict[object, list[object]] = {}
    for document, what in owner(catalogue.url, order):
        told.setdefault(document, []).append(what)
    assert all(story[0] == "published" for story in told.values()), "nothing is withdrawn before it came"


async def test_what_was_there_before_the_ledger_is_entered_too(catalogue: Catalogue) -> None:
    """As the migration leaves it: in the queue, in the order of its times."""
    for table in ("log_leaf", "log_node", "ledger_checkpoint"):
        catalogue.tamper(f"DELETE FROM {table}")
    catalogue.sealer.file.unlink()
    migration = Path(__file__).parents[2] / "services/publish/migrations/publish_0003_pre_log.py"
    [statement] = [
        line
        for line in migration.read_text().splitlines()
        if "INSERT INTO log_queue (entry) SELECT entry FROM log_says ORDER" in line
    ]
    catalogue.tamper(statement)
    await catalogue.seal()
    found = await catalogue.checked()
    assert (found.faults, found.rows) == ([], 10)
    assert [one.position for one in (await catalogue.proof(catalogue.ids[0])).entries][1:] == [9, 10]


async def test_a_file_is_found_by_its_hash_and_so_is_what_was_taken_back(catalogue: Catalogue) -> None:
    [(sha256,)] = owner(
        catalogue.url,
        f"SELECT files->0->>'sha256' FROM publish.edition WHERE document_id = '{catalogue.ids[5]}'",
    )
    shown = await catalogue.proof(sha256=str(sha256))
    assert [one.entry.what for one in shown.entries] == ["published", "withdrawn"]
    assert {UUID(one.entry.document_id) for one in shown.entries} == {catalogue.ids[5]}
    assert examine(shown, catalogue.pinned, file_sha256=str(sha256)).convinces
