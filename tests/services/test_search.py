"""Search on real servers: what is published is found, what is withdrawn is gone, whatever happens."""

import asyncio
import json
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from gongkai import home
from gongkai.comparing import Comparison, compare
from gongkai.processes import Process, free_ports
from gongkai.servers import Servers
from services.search import consumers as search_hears
from services.search.app import api as search_api
from services.search.copies import Copy
from services.search.folders import Folders
from services.search.questions import understood
from shared import progress
from shared.consumer import Consumer
from shared.db import Database
from tests.conftest import owner
from tests.services.conftest import House, in_process

TEXT = "为深化“放管服”改革，档案馆自下月起调整开放时间，请预约。"


@pytest.fixture
async def search(house: House, database: Callable[[str], Database]) -> Database:
    """The house with search in it: it hears what publish says."""
    mine = database("search")
    hears = search_hears.table(house.objects, 30)["publish"]
    await progress.register(mine, "search", "publish")
    await house.broker.xgroup_create("gongkai:publish:t1", "search", id="0", mkstream=True)
    hearer = Consumer(mine, "search", "publish", "gongkai:publish:t1", hears)
    house.consumers = [*house.consumers, hearer]
    return mine


@pytest.fixture
async def copy(house: House, search: Database) -> AsyncIterator[Copy]:
    """An index that moves when a test says so."""
    made = Copy(search, lambda: Folders(house.data / "search"), 0.1, 10)
    yield made
    await made.close()


async def found(copy: Copy, words: str) -> set[str]:
    while await copy.follow():
        continue
    return {str(entry.document_id) for entry in (await copy.search(understood(words))).hits}


async def test_what_is_published_is_found_by_its_title_its_text_and_its_numbers(
    house: House, copy: Copy
) -> None:
    document = await house.published(text=TEXT, doc_no="滨开档发〔2026〕15号")
    entry = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    for words in ("开放时间调整的通知", "放管服改革", "預約", "档", "滨开档发(2026)15号", entry["index_no"]):
        assert await found(copy, words) == {document}, words
    assert await found(copy, "-预约") == set()
    assert await found(copy, "不动产") == set()


async def test_what_is_withdrawn_is_found_no_more_and_its_text_is_kept_nowhere(
    house: House, copy: Copy, search: Database
) -> None:
    document = await house.published(text=TEXT)
    assert await found(copy, "放管服") == {document}
    await house.withdraw(document)
    await house.settle()
    assert await found(copy, "") == set()
    [row] = await search.look("SELECT edition, title, text, content_sha256, withdrawn_upto FROM entry")
    assert tuple(row) == (None, None, None, None, 1)


async def test_a_withdrawal_that_overtakes_its_publication_wins(house: House, copy: Copy) -> None:
    *others, mine = house.consumers
    house.consumers = others
    document = await house.published(text=TEXT)
    await house.withdraw(document)
    await house.settle()
    entries: Any = await house.broker.xrange("gongkai:publish:t1")
    published, withdrawn, *_ = entries
    await mine.consume([withdrawn])
    await mine.consume([published])
    assert await found(copy, "") == set()


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


async def test_a_file_that_cannot_be_read_does_not_keep_its_document_from_being_found(
    house: House, copy: Copy, search: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.texts.texts", _nothing_is_read)
    document = await house.published(text=TEXT)
    assert await found(copy, "开放时间调整") == {document}
    assert await found(copy, "放管服") == set()
    [row] = await search.look("SELECT unread FROM entry")
    assert row.unread == ["1: failed"]


async def _nothing_is_read(contents: list[bytes], _limit: float) -> list[tuple[str, str]]:
    return [("", "failed") for _ in contents]


# --- the process itself


@pytest.fixture
def start(house: House, search: Database) -> Iterator[Callable[..., Process]]:
    """Search as a process of its own, which may be made to die at a named place."""
    started: list[Process] = []

    def begin(part: str = "both", **environment: str) -> Process:
        [port] = free_ports(1)
        log = house.data / f"search-{len(started)}.log"
        started.append(Process("search", part, port, log, environment))
        started[-1].start()
        return started[-1]

    house.consumers = house.consumers[:-1]
    yield begin
    for one in started:
        one.signal(signal.SIGTERM)
    for one in started:
        one.wait(10)


async def asked(process: Process, **query: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=process.url) as client:
        return dict((await client.get("/search", params=query)).json())


async def until(what: Callable[[], Any], seconds: float = 40.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while not await what():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def ready(process: Process) -> bool:
    return await asyncio.to_thread(process.ready)


async def test_a_withdrawn_document_is_gone_within_two_seconds(
    house: House, start: Callable[..., Process]
) -> None:
    process = start()
    document = await house.published(text=TEXT)
    await until(lambda: ready(process))

    async def shown() -> bool:
        return bool((await asked(process, q="放管服"))["total"])

    async def hidden() -> bool:
        return not await shown()

    await until(shown)
    [hit] = (await asked(process, q="放管服"))["hits"]
    assert hit["href"] == f"/documents/{document}"
    assert hit["fragments_html"] == [f"为深化“<mark>放管服</mark>{TEXT[7:]}"]
    await house.withdraw(document)
    await house.settle()
    assert await until(hidden) < 2.0


@pytest.mark.parametrize("place", ["consumer.after-commit", "search.before-commit", "search.after-commit"])
async def test_killed_anywhere_it_loses_nothing_and_repeats_nothing(
    house: House, search: Database, start: Callable[..., Process], place: str
) -> None:
    documents = {await house.published(text=f"{TEXT}{n}") for n in range(2)}
    dying = start(GONGKAI_CRASH=f"{place}:1")
    await until(lambda: asyncio.to_thread(lambda: not dying.running()))
    assert dying.child
    assert dying.child.returncode == -signal.SIGKILL
    again = start(GONGKAI_RECLAIM_EVERY="0.2", GONGKAI_RECLAIM_IDLE="0.2")
    await until(lambda: ready(again))

    async def all_there() -> bool:
        return len(await held(again)) >= len(documents)

    await until(all_there)
    assert sorted(str(one["document_id"]) for one in await held(again)) == sorted(documents)
    rows = await search.look("SELECT status, count(*) FROM inbox GROUP BY status")
    assert [tuple(row) for row in rows] == [("done", 2)]
    [stands] = await search.look("SELECT change FROM latest")
    assert stands.change == 2, "each was kept once"


async def held(process: Process) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=process.url) as client:
        lines = (await client.get("/index/documents")).text.splitlines()
    return [json.loads(line) for line in lines]


# --- HTTP


@asynccontextmanager
async def door(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Search's API with its own index, as it runs."""
    app: Any = search_api()
    async with app.router.lifespan_context(app), in_process(app) as client:
        await until(lambda: _answers(client))
        yield client


async def _answers(client: httpx.AsyncClient) -> bool:
    return (await client.get("/search")).status_code == 200


async def test_hits_are_filtered_counted_and_shown_safely(house: House, search: Database) -> None:
    hostile = "<script>alert(1)</script> & 开放时间"
    document = await house.published(text=TEXT, title=hostile)
    other = await house.published(text=f"{TEXT}又", kind="guide", theme="05.03")
    async with door(house) as client:

        async def answer(**query: str) -> dict[str, Any]:
            reply = await client.get("/search", params=query)
            assert reply.status_code == 200, reply.text
            return dict(reply.json())

        both = await answer(q="放管服")
        assert both["total"] == 2
        assert both["facets"]["kind"] == {"notice": 1, "guide": 1}
        assert both["facets"]["theme"] == {"02": 1, "02.01": 1, "05": 1, "05.03": 1}
        [hit] = (await answer(q="开放时间 alert"))["hits"]
        assert hit["document_id"] == document
        assert "<script>" not in hit["title_html"]
        assert hit["title_html"].startswith("&lt;script&gt;<mark>alert</mark>(1)")
        for query in ({"theme": "05"}, {"theme": "05.03"}, {"kind": "guide"}):
            assert [one["document_id"] for one in (await answer(**query))["hits"]] == [other], query
        year = both["hits"][0]["published_at"][:4]
        assert (await answer(year=year, body="archive"))["total"] == 2
        assert (await answer(to="2001-01-01"))["total"] == 0
        assert (await answer(**{"from": "2001-01-01"}, page="2"))["hits"] == []


async def test_what_is_asked_wrongly_is_explained_in_the_readers_language(
    house: House, search: Database
) -> None:
    async with door(house) as client:
        for query in ("kind=rumour", "page=0", "page=501", "year=12", "from=x", f"q={'长' * 201}"):
            reply = await client.get(f"/search?{query}")
            assert (reply.status_code, reply.json()["code"]) == (422, "invalid"), query
        reply = await client.get("/search?from=2026-02-01&to=2026-01-01", headers={"Accept-Language": "en"})
        assert reply.json()["title"] == "The period ends before it begins."
        reply = await client.get("/search?from=2026-02-01&to=2026-01-01")
        assert (reply.json()["title"], reply.headers["content-type"]) == (
            "日期范围的终止日早于起始日。",
            "application/problem+json",
        )


async def test_only_an_operator_has_an_index_made_anew(house: House, search: Database) -> None:
    document = await house.published(text=TEXT)
    async with door(house) as client:
        for officer, status in (("", 401), ("feng.xue", 403), ("zhang.tao", 202)):
            headers = {"Authorization": f"Bearer {house.tokens[officer]}"} if officer else {}
            assert (await client.post("/index/rebuilds", headers=headers)).status_code == status
        assert UUID((await client.get("/search?q=放管服")).json()["hits"][0]["document_id"]) == UUID(document)


async def test_no_question_over_http_breaks_the_service(house: House, search: Database) -> None:
    """A thousand of them, made of what question languages use as signs, and of anything else."""
    await house.published(text=TEXT)
    chance = random.Random(4)
    signs = [
        *"\"“”'-－+*?:\\/()[]{}^~|&!<>%_ 　。，放管服改革１a\0\n\t",
        "AND",
        "OR",
        "NOT",
        "〔2026〕15号",
        "\u202e",
        "😀",
    ]
    async with door(house) as client:
        for _ in range(1000):
            asked = "".join(chance.choices(signs, k=chance.randrange(1, 30)))
            noise = "".join(chr(chance.randrange(0x10FFFF)) for _ in range(chance.randrange(4)))
            query = quote(f"{asked}{noise}"[:200], errors="replace")
            reply = await client.get(f"/search?q={query}&sort={chance.choice(('newest', 'best'))}")
            assert reply.status_code == 200, (query, reply.text)
        assert (await client.get("/search?q=%ff%fe%ed%a0%80")).status_code == 200


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
    await asyncio.sleep(1.0)
    found = await compared(0.0)
    assert (found.surplus, found.other, found.missing) == ([documents[0]], [documents[1]], [documents[2]])
    assert not found.same
