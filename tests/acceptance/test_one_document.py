"""One document's whole way: submitted, screened, checked, approved, published, received, recalled."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis

from gongkai.up import Platform

from .conftest import Somebody, eventually

Who = Callable[[str], Somebody]


def a_notice(
    text: str = "滨海经济技术开发区档案馆开放时间调整的通知，自2026年12月1日起执行。", **more: Any
) -> dict[str, Any]:
    about = {
        "title": "开放时间调整的通知",
        "kind": "notice",
        "department": "archive",
        "theme": "02.01",
        "created_on": "2026-11-20",
        **more,
    }
    return {
        "data": {"submission": json.dumps(about)},
        "files": [("file", ("notice.txt", text.encode(), "text/plain"))],
        "headers": {"Idempotency-Key": str(uuid4())},
    }


async def test_one_document_from_submission_to_recall(up: Platform, somebody: Who) -> None:
    officers = {name: somebody(name) for name in up.tokens}
    author, head, reader = officers["feng.xue"], officers["cao.zhiyuan"], officers["peng.bo"]
    issued = await reader.ask("POST", "notify", "/departments/library/mailbox/passwords")
    assert issued.status_code == 201, issued.text
    subscribed = await reader.ask("POST", "notify", "/subscriptions", json={"department": "library"})
    assert subscribed.status_code == 201, subscribed.text

    receipt = await author.ask("POST", "intake", "/submissions", **a_notice(f"正文 {uuid4()}"))
    assert receipt.status_code == 201, receipt.text
    document = receipt.json()["document_id"]

    async def ready() -> Any:
        cases = await head.ask("GET", "review", f"/cases?document={document}&state=reviewing")
        return cases.json()["cases"]

    [case] = await eventually(ready)
    self_approved = await author.ask("PUT", "review", f"/cases/{case['id']}/approval", json={})
    assert self_approved.status_code == 403
    early = await head.ask("PUT", "review", f"/cases/{case['id']}/approval", json={})
    assert (early.status_code, early.json()["due"]) == (409, "check")
    checked = await officers["han.mei"].ask("PUT", "review", f"/cases/{case['id']}/opinions/check", json={})
    assert checked.status_code == 201, checked.text
    approved = await head.ask("PUT", "review", f"/cases/{case['id']}/approval", json={})
    assert approved.status_code == 201, approved.text

    async def public() -> Any:
        found = await author.ask("GET", "publish", f"/documents/{document}")
        return found.status_code == 200 and found.json()

    entry = await eventually(public)
    assert entry["title"] == "开放时间调整的通知"
    assert entry["index_no"].startswith("12219900MB0A20027E/")

    mailbox = Redis.from_url(issued.json()["url"], decode_responses=True)
    [[_, [[first, event]]]] = await mailbox.xreadgroup(
        "main", "desk", {"mailbox:library": ">"}, block=5000, count=1
    )
    assert event["type"] == "cn.gongkai.document.published.v1"
    assert json.loads(event["data"])["document_id"] == document
    await mailbox.xack("mailbox:library", "main", first)

    withdrawn = await head.ask(
        "PUT",
        "publish",
        f"/documents/{document}/withdrawal",
        json={"reason": "inaccurate", "note": "时间有误"},
    )
    assert withdrawn.status_code == 201, withdrawn.text
    gone = await author.ask("GET", "publish", f"/documents/{document}")
    assert gone.status_code == 410
    assert gone.json()["tombstone"]["reason"] == "inaccurate"

    [[_, [[second, event]]]] = await mailbox.xreadgroup(
        "main", "desk", {"mailbox:library": ">"}, block=5000, count=1
    )
    assert event["type"] == "cn.gongkai.document.withdrawn.v1"
    board = (await head.ask("GET", "notify", f"/deliveries/{document}")).json()
    assert board["recalled"] is False
    await mailbox.xack("mailbox:library", "main", second)
    await mailbox.aclose()

    async def recalled() -> Any:
        return (await head.ask("GET", "notify", f"/deliveries/{document}")).json()["recalled"]

    assert await eventually(recalled)
