"""Every month each reading room gets what was published, once, and signs for it."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from services.publish.transfers import Transfers
from shared.db import Database
from tests.services.conftest import House
from tests.services.outward import Outward, outward

OCTOBER = datetime(2026, 10, 12, 3, tzinfo=UTC)
AFTER = date(2026, 11, 3)


@pytest.fixture
async def town(house: House, database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Outward]:
    async with outward(house.databases["publish"], house.objects, tmp_path) as (made, _):
        yield made


def transfers(town: Outward) -> Transfers:
    return Transfers(town.database, town.record, town.objects, town.register.rooms)


async def listed(house: House, place: str = "archive") -> dict[str, dict[str, Any]]:
    answer = await house.ask("feng.xue", "GET", "publish", f"/transfers?place={place}")
    assert answer.status_code == 200, answer.text
    return {one["month"]: one for one in answer.json()["transfers"]}


async def package(house: House, officer: str = "feng.xue", place: str = "archive") -> Any:
    return await house.ask(officer, "GET", "publish", f"/transfers/{place}/2026-10/package")


async def sign(house: House, digest: str, officer: str = "feng.xue") -> Any:
    asked = {"package_sha256": digest}
    return await house.ask(officer, "PUT", "publish", "/transfers/archive/2026-10/receipt", json=asked)


async def test_every_room_gets_its_package_once_and_signs_for_it(house: House, town: Outward) -> None:
    document = await town.publish(at=OCTOBER, title="=关于开放时间的通知")
    await town.publish(at=datetime(2026, 10, 31, 16, tzinfo=UTC), title="十一月一日零时")
    assert await transfers(town).hand_over(AFTER) == 2
    assert await transfers(town).hand_over(AFTER) == 0
    assert await town.announced("transfer.sent") == 2
    answer = await package(house)
    assert answer.headers["cache-control"] == "no-store"
    digest = sha256(answer.content).hexdigest()
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    for line in held.read("manifest-sha256.txt").decode().splitlines():
        wanted, name = line.split("  ")
        assert sha256(held.read(name)).hexdigest() == wanted
    [text] = [name for name in held.namelist() if name.endswith("通知.txt")]
    assert str(document) in held.read(text).decode()
    book = openpyxl.load_workbook(io.BytesIO(held.read("data/移送目录.xlsx")))
    rows = list(book["移送目录"].values)
    assert [row[2] for row in rows] == ["标题", "=关于开放时间的通知"], "and nothing of November"
    assert book["移送目录"].cell(2, 3).data_type == "s", "a title is no formula"
    for wrong, officer, status in (
        ("0" * 64, "feng.xue", 409),
        (digest, "peng.bo", 403),
        (digest, "he.yun", 403),
    ):
        assert (await sign(house, wrong, officer)).status_code == status
    assert (await sign(house, digest)).status_code == 201
    assert (await sign(house, digest)).status_code == 200
    assert await town.announced("transfer.received") == 1
    assert (await listed(house))["2026-10"]["received_by"] == "feng.xue"


async def test_months_without_anything_are_reported_and_missed_months_are_made_up_for(
    house: House, town: Outward
) -> None:
    await town.publish(at=datetime(2026, 8, 12, tzinfo=UTC))
    assert await transfers(town).hand_over(date(2026, 8, 31)) == 0, "the month is not over"
    assert await transfers(town).hand_over(AFTER) == 6, "three months, two rooms"
    months = await listed(house)
    assert {month: one["nil"] for month, one in months.items()} == {
        "2026-08": False,
        "2026-09": True,
        "2026-10": True,
    }
    from docx import Document

    held = zipfile.ZipFile(io.BytesIO((await package(house)).content))
    said = "\n".join(line.text for line in Document(io.BytesIO(held.read("data/交接文据.docx"))).paragraphs)
    assert "零报告" in said
    assert "一式 4 份" in said
    assert held.read("data/交接文据.pdf").startswith(b"%PDF")


async def test_what_was_withdrawn_in_between_is_not_in_it(house: House, town: Outward) -> None:
    kept, gone = await town.publish(at=OCTOBER), await town.publish(at=OCTOBER)
    await town.withdraw(gone)
    await transfers(town).hand_over(AFTER)
    assert await items(house) == [str(kept)]


async def test_a_withdrawal_before_the_receipt_makes_it_again_and_after_it_asks_for_it_back(
    house: House, town: Outward
) -> None:
    kept, gone = await town.publish(at=OCTOBER), await town.publish(at=OCTOBER)
    await transfers(town).hand_over(AFTER)
    first = (await listed(house))["2026-10"]["package_sha256"]
    await town.withdraw(gone)
    assert "archive" in await town.open_places(gone)
    answer = await package(house)
    assert (answer.status_code, answer.json()["code"]) == (409, "made-again")
    assert (await sign(house, first)).json()["code"] == "made-again"
    assert await transfers(town).hand_over(AFTER) == 2
    assert await items(house) == [str(kept)]
    digest = sha256((await package(house)).content).hexdigest()
    assert (await sign(house, first)).json()["code"] == "other-package"
    assert (await sign(house, digest)).status_code == 201
    await town.withdraw(kept)
    assert "archive" in await town.open_places(kept)
    assert await transfers(town).hand_over(AFTER) == 1, "the library has not signed yet"
    assert (await listed(house))["2026-10"]["package_sha256"] == digest, "what was signed for stays"


async def test_the_next_package_lists_what_was_withdrawn_from_what_the_room_had(
    house: House, town: Outward
) -> None:
    document = await town.publish(at=OCTOBER, title="不应再出现的标题")
    await transfers(town).hand_over(AFTER)
    await town.withdraw(document)
    async with town.database.transaction() as unit:
        await unit.run("UPDATE withdrawal SET withdrawn_at = '2026-11-10 00:00:00+08'")
    await transfers(town).hand_over(date(2026, 12, 1))
    answer = await house.ask("feng.xue", "GET", "publish", "/transfers/archive/2026-11/package")
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    book = openpyxl.load_workbook(io.BytesIO(held.read("data/移送目录.xlsx")))
    [_, row] = book["撤回目录"].values
    assert row[1:] == (f"12219900MB0A20027E/2026-{int(document) % 10**9:09}", "1", "2026年11月10日")
    assert "不应再出现的标题".encode() not in b"".join(map(held.read, held.namelist()))


async def test_a_withdrawal_while_it_is_made_leaves_it_out(
    house: House, town: Outward, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = await town.publish(at=OCTOBER), await town.publish(at=OCTOBER)
    put = town.objects.put

    async def withdraw_first(content: bytes) -> str:
        await town.withdraw(gone)
        return await put(content)

    monkeypatch.setattr(town.objects, "put", withdraw_first)
    assert await transfers(town).hand_over(AFTER) == 1, "one noticed, one came after"
    monkeypatch.setattr(town.objects, "put", put)
    assert await transfers(town).hand_over(AFTER) == 1
    assert await items(house) == [str(kept)]
    assert "archive" not in await town.open_places(gone)


async def test_two_who_make_it_at_once_make_it_once(house: House, town: Outward) -> None:
    await town.publish(at=OCTOBER)
    made = await asyncio.gather(*(transfers(town).hand_over(AFTER) for _ in range(4)))
    assert sum(made) == 2
    assert await town.announced("transfer.sent") == 2


async def test_only_the_place_itself_fetches_its_package(house: House, town: Outward) -> None:
    await town.publish(at=OCTOBER)
    await transfers(town).hand_over(AFTER)
    assert (await package(house, "peng.bo")).status_code == 403
    assert (await package(house, "zhang.tao")).status_code == 200
    assert (await package(house, "")).status_code == 401
    nothing = await house.ask("feng.xue", "GET", "publish", "/transfers/archive/2026-01/package")
    assert nothing.status_code == 404


async def items(house: House) -> list[str]:
    answer = await house.ask("peng.bo", "GET", "publish", "/transfers/archive/2026-10")
    return [item["document_id"] for item in answer.json()["items"] if UUID(item["document_id"])]
