"""Search on real servers: what is published is found, what is withdrawn is gone, whatever happens."""

import asyncio
import json
import random
import signal
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from gongkai.processes import Process
from services.search.copies import Copy
from shared.db import Database
from tests.services.conftest import House
from tests.services.search_desk import TEXT, door, found, ready, until


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


async def asked(process: Process, **query: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=process.url) as client:
        return dict((await client.get("/search", params=query)).json())


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
