"""What is public, and what is no more."""

from uuid import uuid4

import pytest

from shared.contracts import DocumentPublished, DocumentWithdrawn

from .conftest import House

TITLE = "开放时间调整的通知"


async def test_what_was_approved_is_public(house: House) -> None:
    document = await house.published()
    answer = await house.ask("", "GET", "publish", f"/documents/{document}")
    shown = answer.json()
    assert shown["title"] == "开放时间调整的通知"
    assert shown["index_no"].startswith("12219900MB0A20027E/")
    assert answer.headers["cache-control"] == "public, no-cache"
    [fact] = await house.facts("publish", DocumentPublished)
    assert fact["document_id"] == document
    assert "开放时间" not in str(fact)


async def test_what_was_not_approved_is_not_public(house: House) -> None:
    document, _ = await house.in_review()
    assert (await house.ask("", "GET", "publish", f"/documents/{document}")).status_code == 404
    assert (await house.ask("", "GET", "publish", f"/documents/{document}/files/1")).status_code == 404
    assert (await house.ask("", "GET", "publish", "/documents")).json()["documents"] == []


async def test_a_file_is_given_as_it_was_approved_and_cannot_run(house: House) -> None:
    name = '通知"; x="<b>.txt'
    document = await house.published(files=[(name, "正文".encode())])
    answer = await house.ask("", "GET", "publish", f"/documents/{document}/files/1")
    assert answer.content == "正文".encode()
    headers = answer.headers
    assert headers["content-disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''%E9%80%9A" in headers["content-disposition"]
    assert not set('"<>;') & set(headers["content-disposition"].partition("''")[2])
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    for number in (0, 2, -1, 10**30):
        missing = await house.ask("", "GET", "publish", f"/documents/{document}/files/{number}")
        assert missing.status_code == 404


async def test_a_file_changed_in_the_store_is_not_given_out(house: House) -> None:
    document = await house.published(files=[("a.txt", "正文".encode())])
    for path in (house.data / "objects").rglob("*"):
        if path.is_file() and path.read_bytes() == "正文".encode():
            path.write_bytes("正午".encode())
    answer = await house.ask("", "GET", "publish", f"/documents/{document}/files/1")
    assert answer.status_code >= 500
    assert "正午".encode() not in answer.content


async def test_what_was_withdrawn_answers_410_with_a_tombstone_that_says_no_more_than_it_must(
    house: House,
) -> None:
    document = await house.published()
    assert (await house.withdraw(document)).status_code == 201
    for path in ("", "/files/1"):
        answer = await house.ask("", "GET", "publish", f"/documents/{document}{path}")
        assert answer.status_code == 410
        stone = answer.json()["tombstone"]
        assert (stone["kind"], stone["reason"], stone["title"]) == ("withdrawn", "inaccurate", TITLE)
        assert "时间有误" not in answer.text, "the officer's note is for the file"
    assert (await house.ask("", "GET", "publish", "/documents")).json()["documents"] == []
    feed = await house.ask("", "GET", "publish", "/feed.json")
    assert feed.json()["items"] == []
    [edition] = (await house.ask("", "GET", "publish", f"/documents/{document}/editions")).json()["editions"]
    assert edition["withdrawn"] is True
    await house.settle()
    [fact] = await house.facts("publish", DocumentWithdrawn)
    assert (fact["document_id"], fact["department"]) == (document, "archive")


async def test_a_withdrawal_said_again_changes_nothing(house: House) -> None:
    document = await house.published()
    assert (await house.withdraw(document)).status_code == 201
    assert (await house.withdraw(document)).status_code == 200
    await house.settle()
    assert len(await house.facts("publish", DocumentWithdrawn)) == 1


async def test_only_who_answers_for_it_withdraws(house: House) -> None:
    document = await house.published()
    for stranger in ("feng.xue", "peng.bo", "zhang.tao", "he.yun"):
        assert (await house.withdraw(document, stranger)).status_code == 403
    assert (await house.ask("", "PUT", "publish", f"/documents/{document}/withdrawal")).status_code in (
        401,
        422,
    )
    assert (await house.withdraw(document, "han.mei")).status_code == 201


@pytest.mark.parametrize(
    "wrong", [{"reason": "whim"}, {"note": ""}, {"edition": 0}, {"edition": 2**31}, {"x": 1}]
)
async def test_a_withdrawal_that_is_wrong_is_refused(house: House, wrong: dict[str, object]) -> None:
    answer = await house.withdraw(str(uuid4()), "han.mei", **wrong)
    assert answer.status_code == 422, answer.text


async def test_an_unknown_document_can_be_withdrawn_before_it_comes(house: House) -> None:
    document, case = await house.in_review()
    assert (await house.withdraw(document, "han.mei")).status_code == 404, "which edition is not said"
    assert (await house.withdraw(document, "han.mei", edition=1)).status_code == 201
    await house.reviewed(case)
    await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/approval", json={})
    await house.settle()
    answer = await house.ask("", "GET", "publish", f"/documents/{document}")
    assert answer.status_code == 410
    refusals = (await house.ask("zhang.tao", "GET", "publish", "/refusals")).json()["refusals"]
    assert [refusal["fault"] for refusal in refusals] == ["withdrawn"]
    assert (await house.ask("feng.xue", "GET", "publish", "/refusals")).status_code == 403


async def test_a_new_edition_replaces_the_one_before_under_the_same_number(house: House) -> None:
    document = await house.published()
    before = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    await house.published(document_id=document, title="更正后的通知")
    after = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    assert (after["edition"], after["title"]) == (2, "更正后的通知")
    assert after["index_no"] == before["index_no"]


async def test_the_list_is_in_pages_and_by_department_theme_and_kind(house: House) -> None:
    documents = [await house.published(title=f"通知{n}") for n in range(3)]
    other = await house.published("peng.bo", "song.jia", department="library", theme="03", kind="report")

    async def listed(query: str) -> list[str]:
        answer = await house.ask("", "GET", "publish", f"/documents?{query}")
        assert answer.status_code == 200, answer.text
        return [entry["document_id"] for entry in answer.json()["documents"]]

    assert await listed("") == [other, *reversed(documents)]
    assert await listed("department=library") == [other]
    assert await listed("theme=02") == [*reversed(documents)]
    assert await listed("theme=03") == [other]
    assert await listed("kind=report") == [other]
    assert await listed("limit=2") == [other, documents[2]]
    first = (await house.ask("", "GET", "publish", "/documents?limit=2")).json()
    assert await listed(f"limit=2&after={first['next']}") == [documents[1], documents[0]]


@pytest.mark.parametrize(
    "query",
    [
        "department=%00",
        "theme=%00",
        "kind=%00",
        "theme=%25",
        "kind=gossip",
        "after=1",
        "limit=0",
        "limit=1000000000",
    ],
)
@pytest.mark.parametrize("path", ["/documents"])
async def test_a_question_that_makes_no_sense_is_refused(house: House, path: str, query: str) -> None:
    answer = await house.ask("", "GET", "publish", f"{path}?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_feed_tells_what_was_published_last(house: House) -> None:
    document = await house.published()
    answer = await house.ask("", "GET", "publish", "/feed.json")
    assert answer.headers["content-type"] == "application/feed+json"
    [item] = answer.json()["items"]
    assert item["id"] == f"urn:uuid:{document}"
    assert item["url"] == f"http://gongkai.test/documents/{document}"
    assert item["attachments"][0]["url"].endswith("/files/1")
    for wrong in ("department=%00", "theme=%00"):
        assert (await house.ask("", "GET", "publish", f"/feed.json?{wrong}")).status_code == 422
