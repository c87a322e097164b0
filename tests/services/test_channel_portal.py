"""The portal's proof is what the public reads, and a hub hears of every change; both on real ports."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from aiohttp import web
from aiohttp.test_utils import unused_port

from services.publish.app import api
from services.publish.channels import Later
from services.publish.channels.register import read

from .conftest import House
from .outward import Outward


@asynccontextmanager
async def listening(house: House, port: int) -> AsyncIterator[None]:
    """The public's door."""
    server = uvicorn.Server(uvicorn.Config(api(), port=port, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


@asynccontextmanager
async def hub() -> AsyncIterator[tuple[str, list[list[str]]]]:
    """What is asked of a hub."""
    heard: list[list[str]] = []

    async def ping(request: web.Request) -> web.Response:
        form = await request.post()
        assert form["hub.mode"] == "publish"
        heard.append([str(url) for url in form.getall("hub.url")])
        return web.Response(status=202)

    app, port = web.Application(), unused_port()
    app.router.add_post("/hub", ping)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/hub", heard
    await runner.cleanup()


@pytest.fixture
def port() -> int:
    return int(unused_port())


def town(house: House, folder: Path, port: int, channels: str) -> Outward:
    path = folder / "channels.yaml"
    path.write_text(channels)
    base = f"http://127.0.0.1:{port}"
    return Outward(house.databases["publish"], house.objects, read(path), folder, base)


async def test_the_portal_is_proved_by_what_it_answers(house: House, tmp_path: Path, port: int) -> None:
    made = town(house, tmp_path, port, "channels:\n  portal:\n")
    document = await made.publish()
    await made.releaser("portal").work()
    row = await made.row(document, 1, "portal")
    assert row.state == "due", "nobody listens yet"
    assert "ClientConnectorError" in row.error
    await made.hasten()
    async with listening(house, port):
        await made.releaser("portal").work()
        row = await made.row(document, 1, "portal")
        assert (row.state, row.proof["release"]["status"]) == ("delivered", 200)
        await made.withdraw(document)
        await made.releaser("portal").work()
        row = await made.row(document, 1, "portal")
        assert (row.state, row.proof["recall"]["status"]) == ("recalled", 410)
    assert await made.open_places(document) == []


async def test_a_page_that_shows_something_else_is_no_proof(house: House, tmp_path: Path, port: int) -> None:
    made = town(house, tmp_path, port, "channels:\n  portal:\n")
    document = await made.publish()
    first = await made.record.edition(document, 1)
    await made.publish(document, 2)
    second = await made.record.edition(document, 2)
    channel = made.releaser("portal").channel
    async with listening(house, port):
        with pytest.raises(Later, match="not with edition 1"):
            await channel.release(first)
        with pytest.raises(Later, match="still answers 200"):
            await channel.recall(second, {})
        assert (await channel.recall(first, {})).said["status"] == 200, "a later edition is in its place"


async def test_a_hub_hears_of_publication_and_withdrawal(house: House, tmp_path: Path, port: int) -> None:
    async with hub() as (url, heard):
        register = f"channels:\n  websub: {{hub: '{url}', feeds: [/feed.json, /feed.atom]}}\n"
        made = town(house, tmp_path, port, register)
        document = await made.publish()
        await made.releaser("websub").work()
        await made.withdraw(document)
        await made.releaser("websub").work()
        assert heard == [[f"{made.public_url}/feed.json", f"{made.public_url}/feed.atom"]] * 2
        assert await made.state(document, 1, "websub") == "recalled"
