"""Nothing unapproved is published: every forged approval is refused, recorded and announced."""

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.publish import catalogue, consumers
from shared import keys
from shared.clock import new_id, now
from shared.consumer import Consumer
from shared.contracts import DocumentApproved
from shared.contracts.vocabulary import GateFault
from shared.db import Database, Transaction
from shared.objects import open_store
from shared.policy_file import load
from tests.builders import event, fields

from .desk import Desk
from .forgeries import FORGERIES, with_token


@pytest.fixture
async def desk(database: Callable[[str], Database], made_keys: Path, tmp_path: Path) -> Desk:
    publish, objects = database("publish"), open_store("", tmp_path / "objects")
    table = consumers.table(objects, keys.pinned(made_keys, "review"), load("default"))
    consumer = Consumer(publish, "publish", "review", "gongkai:review:t1", table["review"])
    return Desk(publish, objects, tmp_path / "objects", keys.private(made_keys, "review"), consumer)


async def test_no_forged_approval_passes_the_gate(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """All at once and in the company of an honest one, so that none can be refused for its neighbours."""
    honest = await desk.rightful()
    forged = {name: (await forge(desk), fault) for name, (forge, fault) in FORGERIES.items()}
    await desk.present(honest, *(approved for approved, _ in forged.values()))
    refused = {row.document_id: row.fault for row in await desk.ask("SELECT * FROM refusal")}
    wrong = {
        name: (refused.get(approved.document_id), fault)
        for name, (approved, fault) in forged.items()
        if refused.get(approved.document_id) != fault
    }
    assert wrong == {}, "each is refused, and for what is wrong with it"
    assert await desk.public() == {honest.document_id}
    assert len(await desk.ask("SELECT * FROM edition")) == 1
    announced = await desk.ask("SELECT subject FROM announcement WHERE type LIKE '%refused%'")
    assert {UUID(row.subject) for row in announced} == {
        approved.document_id for approved, _ in forged.values()
    }
    with capsys.disabled():
        print(f"\nforgeries={len(forged)} published={len(await desk.public()) - 1}")
    assert len(forged) >= 40


@pytest.mark.parametrize("token", ["approved, honestly", "同意公开。同意公开", "x" * 5_000, "a.b.c\0"])
async def test_what_is_no_token_at_all_does_not_even_reach_the_gate(desk: Desk, token: str) -> None:
    await desk.present(with_token(await desk.rightful(), token))
    assert await desk.public() == set()
    assert [row.status for row in await desk.ask("SELECT status FROM inbox")] == ["dead"]


@pytest.mark.parametrize("name", ["a key of nobody", "one changed byte in a file"])
async def test_a_forgery_alone_is_refused_once_however_often_it_comes(desk: Desk, name: str) -> None:
    forged = await FORGERIES[name][0](desk)
    await desk.present(forged)
    await desk.present(forged, sequence=2)
    assert await desk.public() == set()
    assert len(await desk.ask("SELECT * FROM refusal")) == 2


async def test_an_approval_serves_once(desk: Desk) -> None:
    good = await desk.rightful()
    await desk.present(good)
    await desk.present(good, sequence=2)
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.USED_BEFORE]
    assert len(await desk.ask("SELECT * FROM edition")) == 1


async def test_an_older_edition_does_not_replace_a_newer_one(desk: Desk) -> None:
    document = new_id()
    await desk.present(await desk.rightful(document_id=document, edition=2))
    await desk.present(await desk.rightful(document_id=document, edition=1), sequence=2)
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.OUTDATED]
    [row] = await desk.ask("SELECT current_edition FROM document")
    assert row.current_edition == 2


async def test_an_approval_replayed_after_the_withdrawal_is_refused(desk: Desk) -> None:
    good = await desk.rightful()
    await desk.present(good)
    assert await desk.withdraw(good.document_id)
    await desk.present(good, sequence=2)
    await desk.present(await desk.rightful(document_id=good.document_id), sequence=3)
    assert await desk.public() == set()
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.WITHDRAWN] * 2


async def test_what_was_withdrawn_before_it_was_ever_heard_of_is_refused(desk: Desk) -> None:
    good = await desk.rightful()
    assert await desk.withdraw(good.document_id)
    await desk.present(good)
    assert await desk.public() == set()
    assert [row.fault for row in await desk.ask("SELECT fault FROM refusal")] == [GateFault.WITHDRAWN]


async def test_a_later_edition_may_be_published_after_a_withdrawal_and_keeps_its_number(desk: Desk) -> None:
    first = await desk.rightful()
    await desk.present(first)
    [before] = await desk.ask("SELECT index_no FROM document")
    await desk.withdraw(first.document_id)
    await desk.present(await desk.rightful(document_id=first.document_id, edition=2), sequence=2)
    [after] = await desk.ask("SELECT index_no, current_edition FROM document")
    assert (after.index_no, after.current_edition) == (before.index_no, 2)


async def test_a_withdrawal_of_an_edition_withdraws_all_before_it_and_none_after_it(desk: Desk) -> None:
    document = new_id()
    await desk.present(await desk.rightful(document_id=document, edition=3))
    assert await desk.withdraw(document, 2)
    assert await desk.public() == {document}
    assert await desk.withdraw(document, 3)
    assert await desk.public() == set()
    assert not await desk.withdraw(document, 3), "said again, it changes nothing"
    assert len(await desk.ask("SELECT * FROM withdrawal")) == 2


async def test_index_numbers_are_dense_by_body_and_year_and_never_given_twice(desk: Desk) -> None:
    first = [await desk.rightful() for _ in range(5)]
    await desk.present(*first)
    for one in first:
        await desk.withdraw(one.document_id)
    await desk.present(await FORGERIES["expired"][0](desk), *[await desk.rightful() for _ in range(3)])
    numbers = [row.index_no for row in await desk.ask("SELECT index_no FROM document WHERE index_no <> ''")]
    year = now().year
    assert sorted(numbers) == [f"12219900MB0A20027E/{year}-{n:05d}" for n in range(1, 9)]


async def test_index_numbers_given_at_the_same_time_are_dense(desk: Desk) -> None:
    good = [await desk.rightful() for _ in range(12)]
    entries = [(b"%d-0" % n, fields(event(one, 1))) for n, one in enumerate(good, 1)]
    await asyncio.gather(*(desk.consumer.consume(entries[n : n + 3]) for n in range(0, 12, 3)))
    numbers = [row.index_no[-5:] for row in await desk.ask("SELECT index_no FROM document ORDER BY index_no")]
    assert numbers == [f"{n:05d}" for n in range(1, 13)]


async def test_nothing_is_public_after_its_withdrawal_was_committed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second edition is published and withdrawn at once, with pauses between the look and the writing."""
    pairs, chance = 60, random.Random(3)
    documents = [new_id() for _ in range(pairs)]
    await desk.present(*[await desk.rightful(document_id=document) for document in documents])
    seconds = [await desk.rightful(document_id=document, edition=2) for document in documents]
    used = catalogue._named

    async def used_slowly(
        unit: Transaction, statement: str, candidates: Sequence[Any], **how: bool
    ) -> set[UUID]:
        await asyncio.sleep(chance.random() * 0.02)
        return await used(unit, statement, candidates, **how)

    monkeypatch.setattr(catalogue, "_named", used_slowly)

    async def race(position: int, second: DocumentApproved) -> None:
        async def withdraw() -> None:
            await asyncio.sleep(chance.random() * 0.04)
            assert await desk.withdraw(second.document_id, 2)
            assert second.document_id not in await desk.public()

        entry = (b"%d-0" % position, fields(event(second, 2)))
        await asyncio.gather(desk.consumer.consume([entry]), withdraw())

    for n in range(0, pairs, 4):
        await asyncio.gather(*(race(pairs + m + 1, seconds[m]) for m in range(n, n + 4)))
    assert await desk.public() == set()
    refused = len(await desk.ask("SELECT * FROM refusal"))
    published = len(await desk.ask("SELECT * FROM edition WHERE edition = 2"))
    assert refused + published == pairs
    assert min(refused, published) > 0, f"a race has two outcomes: {refused} refused, {published} published"


def test_every_fault_of_the_gate_is_tried() -> None:
    tried = {fault for _, fault in FORGERIES.values()}
    elsewhere = {GateFault.USED_BEFORE, GateFault.WITHDRAWN, GateFault.OUTDATED}
    assert tried | elsewhere == set(GateFault)
