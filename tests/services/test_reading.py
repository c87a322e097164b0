"""How the public reads: filters, pages, conditions, representations, and what stays of what was withdrawn."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from services.publish.reading.entries import Editions, Entry, Listing, Relations, Withdrawals

from .conftest import House

PAGE = {"Accept": "text/html"}
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def read(house: House, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.ask("", "GET", "publish", path, headers=named)


async def listed(house: House, query: str) -> list[str]:
    answer = await read(house, f"/documents?{query}")
    assert answer.status_code == 200, answer.text
    return [
        entry["document_id"]
        for entry in Listing.model_validate_json(answer.content).model_dump(mode="json")["documents"]
    ]


RICH: dict[str, Any] = {
    "title": "窗口服务时间 </script><b>",
    "summary": "调整服务时间。",
    "genre": "notice",
    "audience": ["citizens"],
    "keywords": ["服务时间"],
    "doc_no": "滨开档〔2026〕5号",
    "obligations": ["20-05"],
    "matter": "2026-windows",
    "stage": "execution",
    "created_on": "2025-11-20",
}


async def test_every_filter_of_the_list_finds_what_it_says_and_nothing_else(house: House) -> None:
    plain = await house.published(title="普通")
    rich = await house.published(**RICH)
    for query in (
        "genre=notice", "audience=citizens", "keyword=服务时间", "doc_no=滨开档(2026)5号",
        "obligation=20-05", "matter=2026-windows", "stage=execution", "year=2025",
        "year=2025&matter=2026-windows",
    ):  # fmt: skip
        assert await listed(house, query) == [rich], query
        assert await listed(house, f"{query}&department=library") == []
    entry = (await read(house, f"/documents/{plain}")).json()
    assert await listed(house, f"index_no={entry['index_no']}") == [plain]
    assert await listed(house, "until=2020-01-01T00:00:00Z") == []
    assert await listed(house, "since=2020-01-01T00:00:00Z&year=2026") == [plain]
    at = (await read(house, f"/documents/{rich}")).json()["changed_at"].replace("+", "%2B")
    assert await listed(house, f"changed_since={at}") == [rich]
    assert (await read(house, "/documents?departmnet=archive")).status_code == 422


async def test_pages_lead_both_ways_and_a_withdrawal_in_between_loses_nothing(house: House) -> None:
    documents = [await house.published(title=f"通知{n}") for n in range(5)][::-1]
    first = await read(house, "/documents?limit=2")
    second = await read(house, _link(first, "next"))
    assert await house.withdraw(documents[1])
    assert await house.withdraw(documents[2])
    third = await read(house, _link(second, "next"))
    assert [entry["document_id"] for entry in third.json()["documents"]] == documents[4:]
    back = await read(house, _link(third, "prev"))
    assert [entry["document_id"] for entry in back.json()["documents"]] == [documents[0], documents[3]]
    whole = (await read(house, "/documents")).json()
    assert (whole["total"], whole["next"], whole["previous"]) == (3, None, None)


def _link(answer: httpx.Response, rel: str) -> str:
    return str(answer.links[rel]["url"])


async def test_every_answer_has_its_tag_and_is_not_sent_again(house: House) -> None:
    document = await house.published(**RICH)
    paths = (
        f"/documents/{document}", f"/documents/{document}/editions", f"/documents/{document}/editions/1",
        f"/documents/{document}/relations", f"/documents/{document}/files/1", "/documents", "/withdrawals",
        "/bodies", "/themes", "/feed.atom", "/feed.json", "/sitemap.xml", "/sitemaps/1.xml", "/robots.txt",
        "/catalogue.jsonld", "/pages/style.css",
    )  # fmt: skip
    for path in paths:
        whole = await read(house, path)
        assert whole.status_code == 200, path
        tag = whole.headers["etag"]
        assert tag.startswith('"'), "a strong one"
        again = await read(house, path, If_None_Match=tag)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), path
        if "style" not in path:
            assert whole.headers["cache-control"] == again.headers["cache-control"] == "public, no-cache"
        head = await house.ask("", "HEAD", "publish", path)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag), path
        other = await read(house, path, Origin="https://elsewhere.example")
        assert other.headers["access-control-allow-origin"] == "*"
    before = (await read(house, "/documents")).headers["etag"]
    await house.withdraw(document)
    assert (await read(house, "/documents", If_None_Match=before)).status_code == 200
    assert (await read(house, f"/documents/{document}", If_None_Match="*")).status_code == 410


async def test_what_is_sent_is_what_is_described(house: House) -> None:
    first = await house.published(title="决定", matter="2026-windows", stage="decision")
    implements = {"kind": "implements", "document_id": first}
    document = await house.published(
        **RICH, relations=[implements, {"kind": "cites", "doc_no": "国办发〔2016〕80号"}]
    )
    await house.published(document_id=document, **{**RICH, "amendment": "更正时间。"})
    for path in (f"/documents/{document}", f"/documents/{document}/editions/1"):
        entry = Entry.model_validate_json((await read(house, path)).content)
        assert (entry.title, entry.matter, entry.keywords) == (RICH["title"], "2026-windows", ["服务时间"])
        assert bool(entry.files[0].href) == (path[-1] != "1"), (
            "only the current edition's files are given out"
        )
    history = Editions.model_validate_json((await read(house, f"/documents/{document}/editions")).content)
    assert [(one.edition, one.amendment, one.withdrawn) for one in history.editions] == [
        (1, "", False),
        (2, "更正时间。", False),
    ]
    known = Relations.model_validate_json((await read(house, f"/documents/{first}/relations")).content)
    assert [one.stage for one in known.same_matter] == ["decision", "execution"]
    assert (await read(house, "/themes")).json()["themes"][1]["name"] == "综合政务"
    assert "档案馆" in [body["name"] for body in (await read(house, "/bodies")).json()["bodies"]]


@pytest.fixture
async def graves(house: House) -> AsyncIterator[dict[str, str]]:
    """A document withdrawn in each way; the last for secrecy."""
    kinds = {"withdrawn": "inaccurate", "gone": "inaccurate", "replaced": "replaced", "expired": "expired"}
    found = {}
    instead = await house.published(title="取而代之")
    for kind, reason in kinds.items():
        found[kind] = await house.published(title=f"信息{kind}")
        more = {"replaced_by": instead} if kind == "replaced" else {}
        assert (await house.withdraw(found[kind], kind=kind, reason=reason, **more)).status_code == 201
    found["secret"] = await house.published(title="信息secret")
    await house.withdraw(found["secret"], kind="replaced", reason="secrecy", replaced_by=instead)
    await house.withdraw(instead)
    return found


VISIBLE, SILENT = ("withdrawn", "replaced", "expired"), ("gone", "secret")


async def test_a_tombstone_says_by_its_kind_what_may_be_said_everywhere(
    house: House, graves: dict[str, str]
) -> None:
    instead = await house.published(
        title="新文本", relations=[{"kind": "replaces", "document_id": graves["replaced"]}]
    )
    feeds = [(await read(house, path)).text for path in ("/feed.atom", "/feed.json", "/withdrawals")]
    for kind, document in graves.items():
        problem = await read(house, f"/documents/{document}")
        page = await read(house, f"/documents/{document}", **PAGE)
        assert problem.status_code == page.status_code == 410
        assert problem.headers["content-type"] == "application/problem+json"
        shown = kind in VISIBLE
        assert (f"信息{kind}" in problem.text) == (f"信息{kind}" in page.text) == shown, kind
        for telling in ("secrecy", "inaccurate", "MB0A20027E"):
            assert shown or telling not in problem.text + page.text, (kind, telling)
        assert (await read(house, f"/documents/{document}/files/1")).status_code == 410
        assert (f"信息{kind}" in (await read(house, f"/documents/{document}/editions/1")).text) == shown
        assert all(document in feed for feed in feeds)
        assert (f"信息{kind}" in feeds[1]) == shown
        for path in ("/documents", "/sitemaps/1.xml", "/catalogue.jsonld", f"/documents/{instead}/relations"):
            assert f"信息{kind}" not in (await read(house, path)).text
    assert f"/documents/{instead}" in (await read(house, f"/documents/{graves['replaced']}", **PAGE)).text
    stones = Withdrawals.model_validate_json(feeds[2].encode()).tombstones
    assert {str(stone.document_id) for stone in stones} >= set(graves.values())


async def test_a_title_hidden_once_is_not_shown_by_a_later_milder_withdrawal(house: House) -> None:
    document = await house.published(title="某人的住址")
    await house.withdraw(document, reason="personal-information")
    await house.withdraw(document, reason="inaccurate", edition=3)
    for path in ("", "/editions/1"):
        answer = await read(house, f"/documents/{document}{path}")
        assert (answer.status_code, answer.json()["tombstone"]["kind"]) == (410, "gone")
        assert "住址" not in answer.text
    assert "住址" not in (await read(house, "/withdrawals")).text


async def test_the_page_of_a_document_says_everything_in_order_and_runs_nothing(house: House) -> None:
    document = await house.published(**RICH)
    answer = await read(house, f"/documents/{document}?lang=zh", **PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = LexborHTMLParser(answer.text)
    terms = [term.text() for term in page.css(".facts dt")][:8]
    assert terms == ["索引号", "主题分类", "发文机关", "成文日期", "标题", "发文字号", "发布日期", "主题词"]
    metas = {node.attributes["name"]: node.attributes["content"] for node in page.css("meta[name]")}
    assert metas["ArticleTitle"] == RICH["title"]
    assert metas["Author"] == metas["ContentSource"] == "档案馆"
    assert {"SiteName", "ColumnName", "PubDate", "Keywords", "Description", "Url"} <= metas.keys()
    [script] = page.css("script")
    assert script.attributes["type"] == "application/ld+json"
    assert "</script>" not in script.text()
    assert page.css_first("h1").text() == RICH["title"], "a title is text"
    assert [link.attributes["href"] for link in page.css(".files a[download]")] == [
        f"/documents/{document}/files/1"
    ]
    english = await read(house, f"/documents/{document}", Accept="text/html", Accept_Language="en")
    assert 'html lang="en"' in english.text
    assert "Index number" in english.text
    assert (await read(house, f"/documents/{document[:-12]}{'0' * 12}", **PAGE)).status_code == 404


async def test_the_list_is_a_page_too_with_the_feeds_of_its_search(house: House) -> None:
    documents = [await house.published(title=f"通知{n}") for n in range(3)]
    answer = await read(house, "/documents?department=archive&limit=2&theme=", **PAGE)
    page = LexborHTMLParser(answer.text)
    assert [link.attributes["href"] for link in page.css(".list a")] == [
        f"/documents/{document}" for document in documents[:0:-1]
    ]
    assert page.css_first("select[name=department] option[selected]").attributes["value"] == "archive"
    assert (
        page.css_first('link[type="application/atom+xml"]').attributes["href"]
        == "/feed.atom?department=archive"
    )
    older = await read(house, str(page.css_first("a[rel=next]").attributes["href"]), **PAGE)
    assert documents[0] in older.text
    assert "built-in" not in answer.text


async def test_the_sitemap_has_exactly_what_is_public(house: House) -> None:
    stays, goes = [await house.published(title=title) for title in ("留", "去")]
    await house.withdraw(goes)
    index = ElementTree.fromstring((await read(house, "/sitemap.xml")).content)
    [part] = [node.text for node in index.iter(f"{MAP}loc")]
    found = ElementTree.fromstring((await read(house, str(part).removeprefix("http://gongkai.test"))).content)
    assert [node.text for node in found.iter(f"{MAP}loc")] == [f"http://gongkai.test/documents/{stays}"]
    assert len(list(found.iter(f"{MAP}lastmod"))) == 1
    assert (await read(house, "/sitemaps/2.xml")).status_code == 404
    assert "Sitemap: http://gongkai.test/sitemap.xml" in (await read(house, "/robots.txt")).text


async def test_the_catalogue_is_linked_data_page_by_page(house: House) -> None:
    documents = [await house.published(title=f"通知{n}", keywords=["开放"]) for n in range(3)]
    path, found = "/catalogue.jsonld?limit=2", list[str]()
    while path:
        answer = await read(house, path)
        assert answer.headers["content-type"] == "application/ld+json"
        page = answer.json()
        found += [dataset["@id"].rpartition("/")[2] for dataset in page["dcat:dataset"]]
        following = page["hydra:view"].get("hydra:next", {}).get("@id", "")
        path = following.removeprefix("http://gongkai.test")
    assert found == documents[::-1]
    alone = await read(house, f"/documents/{documents[0]}", Accept="application/ld+json")
    kinds: Sequence[str] = [one["@type"] for one in alone.json()["@graph"]]
    assert kinds == ["DigitalDocument", "dcat:Dataset"]
