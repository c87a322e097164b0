"""What a catalogue says of a document is found, narrowed by and kept true; saved searches are feeds."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.search.copies import Copy
from services.search.entries import redate
from services.search.questions import Filters, understood
from shared.clock import today
from shared.contracts import ValidityChanged
from shared.db import Database
from tests.services.conftest import House
from tests.services.search_desk import TEXT, door, found, until


async def test_what_is_described_is_found_and_narrowed_by_it(house: House, search: Database) -> None:
    described: dict[str, Any] = {
        "summary": "阅览室的新时间",
        "keywords": ["档案利用"],
        "genre": "public-notice",
        "matter": "2026-opening",
        "stage": "execution",
        "former_index_no": "003111216/201012-00015",
        "effective_on": "2026-11-20",
        "lapses_on": "2099-01-01",
    }
    document = await house.published(text=TEXT, **described)
    await house.published(text=f"{TEXT}又")
    async with door(house) as client:
        for asked in ("q=阅览室", "q=档案利用", "q=003111216/201012-00015", "genre=public-notice",
                      "matter=2026-opening&stage=execution"):  # fmt: skip
            answer = (await client.get(f"/search?{asked}")).json()
            assert [one["document_id"] for one in answer["hits"]] == [document], asked
        [hit] = answer["hits"]
        assert {name: hit[name] for name in described} == described
        assert hit["validity"] == "in-force"
        assert answer["facets"]["validity"] == {"in-force": 1}
        assert not answer["facets_estimated"]


async def test_whether_a_document_holds_is_found_as_it_is_announced(house: House, copy: Copy) -> None:
    repealed, other = await house.published(text=TEXT), await house.published(text=f"{TEXT}又")
    facts = [
        ValidityChanged(document_id=UUID(repealed), edition=1, validity="repealed", since=date(2026, 11, 21)),
        ValidityChanged(document_id=UUID(other), edition=7, validity="lapsed", since=date(2026, 11, 21)),
    ]
    async with house.databases["publish"].transaction() as unit:
        unit.announce(*facts)
    await house.settle()
    assert await found(copy, "放管服") == {repealed, other}
    answer = await copy.search(understood("放管服", Filters(validity="repealed")))
    assert [str(one.document_id) for one in answer.hits] == [repealed]
    assert answer.facets["validity"] == {"repealed": 1}
    answer = await copy.search(understood("放管服", Filters(validity="in-force")))
    assert [str(one.document_id) for one in answer.hits] == [other], (
        "what was said of another edition is not said of it"
    )


async def test_what_has_dates_takes_effect_and_lapses_by_itself(
    house: House, copy: Copy, search: Database
) -> None:
    tomorrow, later = today() + timedelta(days=1), today() + timedelta(days=2)
    await house.published(text=TEXT, effective_on=tomorrow.isoformat(), lapses_on=later.isoformat())
    await house.published(text=f"{TEXT}又")

    async def holds() -> dict[str, int]:
        await found(copy, "")
        return dict((await copy.search(understood(""))).facets["validity"])

    assert await holds() == {"not-yet": 1, "in-force": 1}
    assert await redate(search, today()) == 0
    assert await redate(search, tomorrow) == 1
    assert await holds() == {"in-force": 2}
    assert (await redate(search, later), await redate(search, later)) == (1, 0)
    assert await holds() == {"lapsed": 1, "in-force": 1}


async def test_a_saved_search_is_a_feed_that_is_sent_only_when_it_has_changed(
    house: House, search: Database
) -> None:
    document = await house.published(text=TEXT)
    await house.published(text="别的内容", title="无关的事项")
    async with door(house) as client:
        asked = {"q": "放管服", "kind": "notice", "sort": "best", "page": "7"}
        for name, kind in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
            first = await client.get(f"/search/feed.{name}", params=asked)
            assert first.status_code == 200, first.text
            assert first.headers["content-type"].partition(";")[0] == kind
            assert first.text.count("urn:uuid:") == 1
            assert f"/documents/{document}" in first.text
            tag = first.headers["etag"]
            for known in (tag, f'"x", W/{tag}', "*"):
                again = await client.get(
                    f"/search/feed.{name}", params=asked, headers={"If-None-Match": known}
                )
                assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), known
            more = await client.get(
                f"/search/feed.{name}", params={"q": "-无"}, headers={"If-None-Match": tag}
            )
            assert more.status_code == 200
        assert (await client.get("/search/feed.atom?kind=rumour")).status_code == 422
        await house.withdraw(document)
        await house.settle()
        await until(lambda: _empty(client))
        gone = await client.get("/search/feed.json", params=asked, headers={"If-None-Match": tag})
        assert (gone.status_code, gone.json()["items"]) == (200, [])


async def _empty(client: httpx.AsyncClient) -> bool:
    return not (await client.get("/search?q=放管服")).json()["total"]
