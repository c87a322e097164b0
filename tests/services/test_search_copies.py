"""Indexes are copies of the record: made anew, swapped, taken up again, and proved to be the catalogue."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from gongkai import home
from gongkai.comparing import SAID, Comparison, catalogue, compare
from gongkai.comparing import compared as differences
from gongkai.processes import Process
from gongkai.servers import Servers
from services.search.copies import Copy
from services.search.entries import Found, forget, keep
from services.search.folders import Folders
from services.search.index import Entry
from services.search.questions import understood
from shared.clock import new_id, now, today
from shared.contracts import DocumentWithdrawn, Event
from shared.db import Database
from tests.conftest import owner
from tests.services.conftest import House
from tests.services.search_desk import TEXT, door, found, ready, until


async def test_an_index_is_made_anew_while_questions_are_answered_and_changes_come(
    house: House, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, withdrawn = await house.published(text=TEXT), await house.published(text=f"{TEXT}又")
    assert await found(copy, "放管服") == {kept, withdrawn}
    began, before = copy.made, copy.mark
    monkeypatch.setattr("services.search.copies.crashpoint", lambda _name: time.sleep(0.05))
    copy.ask_for_a_new_one()
    await asyncio.sleep(0.01)
    await house.withdraw(withdrawn)
    await house.settle()
    seen = []
    while copy.made == began:
        seen.append(await found(copy, "放管服"))
    assert all(kept in one for one in seen), "it answered all the time"
    assert await found(copy, "放管服") == {kept}
    assert copy.mark
    assert before
    assert copy.mark.change > before.change
    folders = [one for one in (house.data / "search" / "1").iterdir() if one.is_dir()]
    assert len(folders) == 1, "the old one is gone"


@dataclass
class Traffic:
    """Documents that come, change and go, and people who ask, until the index was made anew so many times."""

    copy: Copy
    search: Database
    stays: list[Entry]
    swaps: int
    public: set[UUID] = field(default_factory=set)
    asked: int = 0

    def over(self) -> bool:
        return self.copy.made >= self.swaps

    async def ask(self) -> None:
        while not self.over():
            assert (await self.copy.search(understood("常在"))).total == len(self.stays)
            self.asked += 1

    async def change(self) -> None:
        for number in count(1000):
            gone = UUID(int=number + 100_000)
            await _keep(self.search, [_entry(number, "来者"), _entry(gone.int, "去者")])
            await _keep(self.search, [_entry(number, "改者", edition=2)])
            async with self.search.transaction() as unit:
                await forget(unit, [_withdrawal(gone)])
            self.public.add(UUID(int=number))
            if self.over():
                return
            await asyncio.sleep(0.01)

    async def swap(self) -> None:
        while not self.over():
            self.copy.ask_for_a_new_one()
            await self.copy.follow()


async def test_an_index_is_swapped_under_load_and_loses_nothing(copy: Copy, search: Database) -> None:
    stays = [_entry(number) for number in range(40)]
    await _keep(search, stays)
    await found(copy, "")
    traffic = Traffic(copy, search, stays, copy.made + 3)
    await asyncio.gather(traffic.ask(), traffic.ask(), traffic.change(), traffic.swap())
    await found(copy, "")
    held = [one.document_id for one in copy.held()]
    assert len(held) == len(set(held)), "nothing twice"
    assert set(held) == traffic.public | {one.document_id for one in stays}
    assert (await copy.search(understood("来者"))).total == (await copy.search(understood("去者"))).total == 0
    assert traffic.asked > 10


async def test_a_new_index_never_shows_again_what_the_one_before_it_had_let_go(
    copy: Copy, search: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The withdrawal comes when the new index has everything, and is followed before the two are swapped."""
    await _keep(search, [_entry(1)])
    await found(copy, "")
    reached = threading.Event()

    def at(name: str) -> None:
        if name == "search.before-swap":
            reached.set()

    monkeypatch.setattr("services.search.copies.crashpoint", at)
    honestly, waits = Copy._swap, asyncio.Event()

    async def delayed(self: Copy, *more: Any) -> None:
        await waits.wait()
        await honestly(self, *more)

    monkeypatch.setattr(Copy, "_swap", delayed)
    copy.ask_for_a_new_one()
    assert await asyncio.to_thread(reached.wait, 10)
    async with search.transaction() as unit:
        await forget(unit, [_withdrawal(UUID(int=1))])
    assert await found(copy, "") == set()
    began = copy.made
    waits.set()
    while copy.made == began:
        await asyncio.sleep(0)
        assert (await copy.search(understood(""))).total == 0
    assert (await copy.search(understood(""))).total == 0


def _entry(number: int, text: str = "常在", edition: int = 1) -> Entry:
    return Entry(
        UUID(int=number), edition, "a" * 64, f"11210000MB0000014A/2026-{number:05d}", "通知", None, "archive",
        (), "notice", "02.01", today(), now() + timedelta(microseconds=number), text,
    )  # fmt: skip


async def _keep(search: Database, entries: list[Entry]) -> None:
    async with search.transaction() as unit:
        await keep(unit, [Found(one) for one in entries])


def _withdrawal(document: UUID) -> Event[DocumentWithdrawn]:
    fact = DocumentWithdrawn(
        document_id=document, edition=1, kind="withdrawn", reason="inaccurate", withdrawn_at=now()
    )
    return Event(new_id(), "urn:gongkai:test:publish", fact.subject, 1, now(), fact)


async def test_an_index_of_another_history_answers_nothing_and_is_made_anew(
    house: House, copy: Copy, search: Database
) -> None:
    lost = await house.published(text=TEXT)
    assert await found(copy, "放管服") == {lost}
    async with search.transaction() as unit:
        await unit.run("DELETE FROM entry")
        await unit.run("UPDATE latest SET change = 0")
    assert await found(copy, "") == set()
    assert copy.made == 2


async def test_two_processes_never_write_into_one_folder(house: House, copy: Copy, search: Database) -> None:
    document = await house.published(text=TEXT)
    another = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    try:
        assert await found(copy, "放管服") == await found(another, "放管服") == {document}
        assert sorted(one.name for one in (house.data / "search").iterdir()) == ["1", "2"]
    finally:
        await another.close()


async def test_a_damaged_index_is_made_anew(house: House, search: Database) -> None:
    document = await house.published(text=TEXT)
    first = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    assert await found(first, "放管服") == {document}
    await first.close()
    [meta] = (house.data / "search").rglob("meta.json")
    meta.write_text("{")
    second = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    assert await found(second, "放管服") == {document}
    assert second.made == 1
    await second.close()


async def test_an_index_is_taken_up_again_where_it_was_left(house: House, search: Database) -> None:
    document = await house.published(text=TEXT)
    first = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    assert await found(first, "放管服") == {document}
    await first.close()
    second = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    assert await found(second, "放管服") == {document}
    assert second.made == 0
    await second.close()


async def test_the_index_is_proved_to_be_the_catalogue(
    house: House, database_url: str, servers: Servers, start: Callable[..., Process]
) -> None:
    process = start()
    documents = [await house.published(text=f"{TEXT}{n}") for n in range(3)]
    await until(lambda: ready(process))
    where = {"search": process.url}
    home.write(house.data, home.Running(database_url, servers.broker_url, servers.edge_url, where))

    async def compared(patience: float) -> Comparison:
        return await asyncio.to_thread(compare, house.data, patience)

    assert await compared(20.0) == Comparison(3)
    owner(database_url, f"DELETE FROM publish.edition WHERE document_id = '{documents[0]}'")
    owner(
        database_url, f"UPDATE publish.edition SET content_sha256 = 'b' WHERE document_id = '{documents[1]}'"
    )
    owner(database_url, "UPDATE search.latest SET change = change + 1")
    owner(
        database_url,
        "UPDATE search.entry SET edition = NULL, change = (SELECT change FROM search.latest) "
        f"WHERE document_id = '{documents[2]}'",
    )
    for _ in range(40):  # The process follows its record in its own time.
        await asyncio.sleep(0.25)
        if (found := await compared(0.0)).missing:
            break
    assert (found.surplus, found.other, found.missing) == ([documents[0]], [documents[1]], [documents[2]])
    assert not found.same


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE publish.edition SET title = '另一个标题'",
        "UPDATE publish.edition SET kind = 'guide'",
        "UPDATE publish.edition SET theme = '05.03'",
        "UPDATE publish.edition SET department = 'library'",
        "UPDATE publish.edition SET doc_no = '滨开档发〔2026〕16号'",
        "UPDATE publish.document SET index_no = '11210000MB0000014A/2026-09999'",
        "UPDATE search.entry SET text = text || '。'",
    ],
    ids=["title", "kind", "theme", "body", "document number", "index number", "text"],
)
async def test_an_index_with_other_content_than_the_catalogue_is_told(
    house: House, database_url: str, servers: Servers, search: Database, planted: str
) -> None:
    document = await house.published(text=TEXT)
    async with door(house) as client:
        await until(lambda: _has(client, 1))
        lines = (await client.get("/index/documents")).text.splitlines()
    index = {one["document_id"]: tuple(one[name] for name in SAID) for one in map(json.loads, lines)}
    home.write(house.data, home.Running(database_url, servers.broker_url, servers.edge_url, {}))
    assert differences(catalogue(house.data), index) == Comparison(1)
    owner(database_url, "ALTER TABLE publish.edition DISABLE TRIGGER USER")
    owner(database_url, planted)
    owner(database_url, "ALTER TABLE publish.edition ENABLE TRIGGER USER")
    assert differences(catalogue(house.data), index) == Comparison(1, other=[document])


async def _has(client: httpx.AsyncClient, documents: int) -> bool:
    return bool((await client.get("/search")).json()["total"] == documents)
