"""Files of public documents as pages and as downloads: safe, fresh, and gone when withdrawn."""

import asyncio
from typing import Any

import pytest

from services.publish.reading import rendered
from services.publish.reading.rendered import PublicFile, rendition_of
from services.publish.reading.renditions import NotRendered, Rendition
from services.publish.reading.renditions.apart import render_apart

from .conftest import House

NAME = "开放时间.html"
PAGE = "<!doctype html><h1>开放时间</h1><p onclick=alert(1)>自下月起</p><script>1</script>".encode()
TEXT = "档案馆开放时间调整，自下月起执行。".encode()
KEPT = "SELECT sha256, html, refused FROM rendition"


async def get(house: House, path: str, method: str = "GET", **headers: str) -> Any:
    return await house.ask("", method, "publish", path, headers=headers)


async def test_a_page_that_was_handed_in_is_shown_and_cannot_run(house: House) -> None:
    document = await house.published(files=[(NAME, PAGE)])
    answer = await get(house, f"/documents/{document}/files/1/html")
    assert answer.status_code == 200
    assert "<h1>开放时间</h1>" in answer.text
    assert "<p>自下月起</p>" in answer.text
    assert "<script" not in answer.text
    assert 'href="../1" download' in answer.text
    headers = answer.headers
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self'; img-src data:;"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"
    again = await get(house, f"/documents/{document}/files/1/html", **{"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    style = await get(house, "/assets/rendition.css")
    assert style.headers["content-type"].startswith("text/css")


async def test_there_is_no_page_of_what_is_not_public(house: House) -> None:
    document, _ = await house.in_review(files=[(NAME, PAGE)])
    assert (await get(house, f"/documents/{document}/files/1/html")).status_code == 404
    public = await house.published(files=[("a.txt", TEXT)])
    for number in (0, 2, -1, 10**30):
        assert (await get(house, f"/documents/{public}/files/{number}/html")).status_code == 404


async def test_a_rendition_is_made_once_and_then_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await house.published(files=[(NAME, PAGE)])
    made = []

    async def counted(content: bytes, media_type: str) -> Rendition:
        made.append(media_type)
        return await render_apart(content, media_type)

    monkeypatch.setattr(rendered, "render_apart", counted)
    answers = await asyncio.gather(*(get(house, f"/documents/{document}/files/1/html") for _ in range(5)))
    assert len({answer.text for answer in answers}) == 1
    assert made == ["text/html"]
    monkeypatch.setattr(rendered, "VERSION", 10**6)
    await get(house, f"/documents/{document}/files/1/html")
    assert len(made) == 2


async def test_a_file_without_a_rendition_is_offered_for_download_and_that_is_kept_for_a_day(
    house: House,
) -> None:
    document = await house.published(files=[("甲.html", b"<html>" + b"<div>" * 300 + "正文".encode())])
    answer = await get(house, f"/documents/{document}/files/1/html")
    assert answer.status_code == 200
    assert "文件结构过于复杂" in answer.text
    assert [row.refused for row in await house.rows("publish", KEPT)] == ["too-deep"]
    await house.rows("publish", "UPDATE rendition SET refused = 'too-slow', made_at = now() RETURNING 1")
    assert "超时" in (await get(house, f"/documents/{document}/files/1/html")).text
    await house.rows("publish", "UPDATE rendition SET made_at = now() - interval '2 days' RETURNING 1")
    assert "过于复杂" in (await get(house, f"/documents/{document}/files/1/html")).text


async def test_with_the_withdrawal_the_page_and_what_was_kept_are_gone(house: House) -> None:
    document = await house.published(files=[(NAME, PAGE)])
    answer = await get(house, f"/documents/{document}/files/1/html")
    assert len(await house.rows("publish", KEPT)) == 1
    await house.withdraw(document)
    assert await house.rows("publish", KEPT) == []
    for headers in ({}, {"If-None-Match": answer.headers["etag"]}):
        gone = await get(house, f"/documents/{document}/files/1/html", **headers)
        assert gone.status_code == 410
        assert "自下月起" not in gone.text
    file = await get(house, f"/documents/{document}/files/1", **{"If-None-Match": "*"})
    assert file.status_code == 410


async def test_a_new_edition_takes_the_rendition_of_the_old_one_away(house: House) -> None:
    document = await house.published(files=[(NAME, PAGE)])
    await get(house, f"/documents/{document}/files/1/html")
    await house.published(
        document_id=document, files=[(NAME, PAGE.replace("下月".encode(), "明日".encode()))]
    )
    assert await house.rows("publish", KEPT) == []
    assert "明日" in (await get(house, f"/documents/{document}/files/1/html")).text


async def test_a_withdrawal_while_the_page_is_made_leaves_nothing_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await house.published(files=[(NAME, PAGE)])

    async def withdrawn_meanwhile(content: bytes, media_type: str) -> Rendition:
        made = await render_apart(content, media_type)
        await house.withdraw(document)
        return made

    monkeypatch.setattr(rendered, "render_apart", withdrawn_meanwhile)
    answer = await get(house, f"/documents/{document}/files/1/html")
    assert answer.status_code == 410
    assert await house.rows("publish", KEPT) == []


async def test_renditions_and_withdrawals_in_any_order_leave_nothing_of_what_is_gone(house: House) -> None:
    documents = [await house.published(files=[(f"{n}.txt", TEXT + str(n).encode())]) for n in range(6)]

    async def withdraw(document: str, after: float) -> None:
        await asyncio.sleep(after)
        await house.withdraw(document)

    asked = [get(house, f"/documents/{document}/files/1/html") for document in documents * 2]
    await asyncio.gather(*asked, *(withdraw(document, n / 100) for n, document in enumerate(documents)))
    assert await house.rows("publish", KEPT) == []


async def test_a_file_changed_in_the_store_is_not_shown(house: House) -> None:
    document = await house.published(files=[("a.txt", TEXT)])
    for path in (house.data / "objects").rglob("*"):
        if path.is_file() and path.read_bytes() == TEXT:
            path.write_bytes(TEXT.replace(b"\xe4", b"\xe5"))
    answer = await get(house, f"/documents/{document}/files/1/html")
    assert answer.status_code >= 500
    assert await house.rows("publish", KEPT) == []


async def test_a_rendition_can_be_had_without_http(house: House) -> None:
    document = await house.published(files=[("a.txt", TEXT)])
    shown = (await get(house, f"/documents/{document}")).json()
    sha256 = shown["files"][0]["sha256"]
    file = PublicFile(document, shown["edition"], sha256, "text/plain")  # type: ignore[arg-type]
    rendition = await rendition_of(house.databases["publish"], house.objects, file)
    assert rendition == await rendition_of(house.databases["publish"], house.objects, file)
    other = PublicFile(document, shown["edition"], sha256, "application/pdf")  # type: ignore[arg-type]
    await house.rows("publish", "DELETE FROM rendition RETURNING 1")
    with pytest.raises(NotRendered, match="download-only"):
        await rendition_of(house.databases["publish"], house.objects, other)


# --- the original


async def test_a_file_has_a_plain_name_for_old_programmes_and_the_true_one_for_others(house: House) -> None:
    document = await house.published(files=[("通 知 2026;'.txt", TEXT)])
    headers = (await get(house, f"/documents/{document}/files/1")).headers
    assert headers["content-disposition"] == (
        "attachment; filename=\"2026.txt\"; filename*=UTF-8''%E9%80%9A%20%E7%9F%A5%202026%3B%27.txt"
    )
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-type"] == "text/plain; charset=utf-8"


async def test_a_text_says_in_which_encoding_it_is(house: House) -> None:
    text = TEXT.decode()
    files = [("a.txt", text.encode("gb18030")), ("b.txt", text.encode("utf-16"))]
    document = await house.published(files=files)
    for number, (encoding, (_, content)) in enumerate(zip(("gb18030", "utf-16"), files, strict=True), 1):
        answer = await get(house, f"/documents/{document}/files/{number}")
        assert answer.headers["content-type"] == f"text/plain; charset={encoding}"
        assert answer.content == content


async def test_a_download_can_be_asked_about_repeated_and_taken_up_again(house: House) -> None:
    document = await house.published(files=[("a.txt", TEXT)])
    path = f"/documents/{document}/files/1"
    head = await get(house, path, "HEAD")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(TEXT)))
    tag = head.headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        unchanged = await get(house, path, **{"If-None-Match": known})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == tag
    size = len(TEXT)
    for asked, first, last in (
        ("0-9", 0, 9),
        ("10-", 10, size - 1),
        ("-5", size - 5, size - 1),
        ("3-99999", 3, size - 1),
    ):
        part = await get(house, path, **{"Range": f"bytes={asked}", "If-Range": tag})
        assert (part.status_code, part.content) == (206, TEXT[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    for odd in ("bytes=9-3", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=x"):
        assert (await get(house, path, Range=odd)).content == TEXT
    for beyond in (f"bytes={size}-", "bytes=-0"):
        refused = await get(house, path, Range=beyond)
        assert (refused.status_code, refused.headers["content-range"]) == (416, f"bytes */{size}")
    assert (await get(house, path, **{"Range": "bytes=0-1", "If-Range": '"old"'})).content == TEXT
