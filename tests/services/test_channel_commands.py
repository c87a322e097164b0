"""Channels, releases and transfers over HTTP and on the command line, as officers use them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from typer import Typer
from typer.testing import CliRunner

from gongkai import home
from gongkai.commands import channel, transfer
from gongkai.faults import Refused
from services.publish.app import api, channels

from .conftest import House
from .outward import Outward, Site, outward
from .test_releases import settle

COMMANDS = Typer()
channel.register(COMMANDS)
transfer.register(COMMANDS)


@pytest.fixture
async def town(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Outward, Site]]:
    async with outward(house.databases["publish"], house.objects, tmp_path) as (made, site):
        monkeypatch.setenv("GONGKAI_CHANNELS", str(tmp_path / "channels.yaml"))
        monkeypatch.setenv("GONGKAI_PUBLIC_URL", made.public_url)
        yield made, site


async def run(house: House, *arguments: str) -> Any:
    """The command as a process would run it, against the service on a real port."""
    server = uvicorn.Server(uvicorn.Config(api(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    database_url = house.databases["publish"].engine.url.render_as_string(hide_password=False)
    home.write(house.data, home.Running(database_url, "redis://unused", "redis://unused", {"publish": url}))
    home.keep_tokens(house.data, dict(house.tokens))
    ran = await asyncio.to_thread(CliRunner().invoke, COMMANDS, [*arguments, "--data", str(house.data)])
    server.should_exit = True
    await serving
    return ran


async def test_a_document_of_the_house_goes_out_on_every_channel(
    house: House, town: tuple[Outward, Site]
) -> None:
    """From the approval to the proofs, with the register that the consumer is given."""
    from services.publish import consumers
    from shared import keys
    from shared.policy_file import load

    made, site = town
    [hears] = [one for one in house.consumers if (one.name, one.stream) == ("publish", "review")]
    pinned = keys.pinned(house.data / "keys", "review")
    table = consumers.table(house.objects, pinned, load("default"), made.register)["review"]
    hears.hears = {fact.type: hearing for fact, hearing in table.items()}
    document = await house.published()
    await settle(made)
    assert site.shown[document]["title"] == "开放时间调整的通知"
    answer = await house.ask("liu.fang", "GET", "publish", f"/documents/{document}/releases")
    shown = {one["channel"]: one for one in answer.json()["releases"]}
    assert {one["state"] for one in shown.values()} == {"delivered"}
    proof = json.dumps(
        shown["press"]["proof"]["release"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert sha256(proof.encode()).hexdigest() == shown["press"]["proof_sha256"]["release"]
    await house.withdraw(document)
    await settle(made)
    assert (site.shown, await made.open_places(UUID(document))) == ({}, [])


async def test_the_process_for_the_channels_works_them_off_and_says_that_it_is_ready(
    house: House, town: tuple[Outward, Site]
) -> None:
    made, site = town
    document = await made.publish()
    server = uvicorn.Server(uvicorn.Config(channels(), port=0, log_level="warning", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while (
            await made.state(document) != "delivered" or await made.state(document, 1, "press") != "delivered"
        ):
            await asyncio.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/ready")).status_code == 200
        await made.withdraw(document)
        while await made.open_places(document):
            await asyncio.sleep(0.05)
    server.should_exit = True
    await serving
    assert site.shown == {}


async def test_who_fetches_a_sheet_must_say_that_it_is_gone(house: House, town: tuple[Outward, Site]) -> None:
    made, _ = town
    document = await made.publish()
    await settle(made)
    path = f"/documents/{document}/releases/bulletin/1/papers"
    sheet = await house.ask("liu.fang", "GET", "publish", f"{path}/A4.pdf")
    assert sheet.content.startswith(b"%PDF")
    for wrong, status in ((f"{path}/A5.pdf", 409), (path.replace("bulletin", "radio") + "/A4.pdf", 404)):
        assert (await house.ask("liu.fang", "GET", "publish", wrong)).status_code == status
    assert (await house.ask("", "GET", "publish", f"{path}/A4.pdf")).status_code == 401
    await made.withdraw(document)
    refused = await house.ask("liu.fang", "GET", "publish", f"{path}/A4.pdf")
    assert (refused.status_code, refused.json()["code"]) == (409, "no-paper")
    await settle(made)
    assert await made.open_places(document) == ["bulletin"]
    note = await house.ask("liu.fang", "GET", "publish", f"{path}/已撤下.pdf")
    assert note.content.startswith(b"%PDF")


async def test_the_playlist_is_public_and_true_at_every_moment(
    house: House, town: tuple[Outward, Site]
) -> None:
    made, _ = town
    document = await made.publish(about={"summary": "周六照常开放"})
    first = await house.ask("", "GET", "publish", "/screen/playlist.json")
    [item] = first.json()["items"]
    assert (first.json()["schema"], first.json()["version"]) == ("gongkai.screen", 1)
    assert (item["title"], item["summary"]) == ("关于开放时间的通知", "周六照常开放")
    assert item["url"] == f"{made.public_url}/documents/{document}"
    assert item["qr_svg"].startswith("<svg")
    known = {"If-None-Match": first.headers["etag"]}
    again = await house.ask("", "GET", "publish", "/screen/playlist.json", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await made.withdraw(document)
    after = await house.ask("", "GET", "publish", "/screen/playlist.json", headers=known)
    assert (after.status_code, after.json()["items"]) == (200, [])


async def test_the_commands_show_and_retry(house: House, town: tuple[Outward, Site]) -> None:
    made, site = town
    document = await made.publish()
    site.moods = ["400"]
    await made.releaser().work()
    listed = json.loads((await run(house, "channel", "list", "--json", "--as", "zhang.tao")).stdout)
    assert listed["channels"][0]["states"] == {"failed": 1}
    assert listed["troubles"][0]["error"] == "HTTP 400"
    assert "HTTP 400" in (await run(house, "channel", "show", str(document), "--as", "zhang.tao")).stdout
    strange = await run(house, "channel", "retry", str(document), "municipal", "--as", "peng.bo")
    assert isinstance(strange.exception, Refused)
    ran = await run(house, "channel", "retry", str(document), "municipal", "--as", "zhang.tao", "--json")
    assert json.loads(ran.stdout)["editions"] == [1]
    await made.releaser().work()
    assert await made.state(document) == "delivered"


async def test_a_package_is_made_fetched_and_signed_for_by_command(
    house: House, town: tuple[Outward, Site], tmp_path: Path
) -> None:
    await town[0].publish(at=datetime(2026, 10, 12, tzinfo=UTC))
    made = json.loads((await run(house, "transfer", "make", "--json")).stdout)
    assert made["made"] >= 2
    package = str(tmp_path / "移送包.zip")
    of = ("archive", "2026-10", package, "--as", "feng.xue")
    assert (await run(house, "transfer", "fetch", *of)).exit_code == 0
    assert (await run(house, "transfer", "receive", *of)).exit_code == 0
    ran = await run(house, "transfer", "list", "--place", "archive", "--json", "--as", "feng.xue")
    [october] = [one for one in json.loads(ran.stdout)["transfers"] if one["month"] == "2026-10"]
    assert (october["received_by"], october["documents"], october["nil"]) == ("feng.xue", 1, False)
    other = ("archive", "2026-10", str(Path(__file__)), "--as", "feng.xue")
    assert isinstance((await run(house, "transfer", "receive", *other)).exception, Refused)
