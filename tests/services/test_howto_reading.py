"""The commands of the guide for harvesters, as they stand there, in a shell."""

import asyncio
import json
import re
import subprocess
from pathlib import Path

import uvicorn

from services.publish.app import api

from .conftest import House
from .test_public_openapi import Serving

GUIDE = Path(__file__).parents[2] / "docs/howto/read-the-catalogue.md"


async def test_the_guide_for_harvesters_is_right(house: House, tmp_path: Path) -> None:
    kept = await house.published(theme="02.01", kind="notice")
    gone = await house.published()
    await house.withdraw(gone)
    serving = Serving(uvicorn.Config(api(), port=0, log_level="critical", lifespan="off", loop="asyncio"))
    url = serving.begin()
    try:
        said = [await asyncio.to_thread(shell, block, url, tmp_path) for block in blocks()]
    finally:
        await asyncio.to_thread(serving.end)
    whole, linked, changed, withdrawn, again, feeds = said
    for listed in (whole, changed):
        assert [one["document_id"] for one in json.loads(listed)["documents"]] == [kept]
    assert kept in linked
    assert gone not in linked
    assert [one["document_id"] for one in json.loads(withdrawn)["tombstones"]] == [gone]
    assert again == "304"
    assert feeds.count(f"urn:uuid:{kept}") == 2


def blocks() -> list[str]:
    return re.findall(r"(?s)```\n(.+?)```", GUIDE.read_text())


def shell(commands: str, url: str, folder: Path) -> str:
    ran = subprocess.run(
        ["sh", "-eu", "-c", commands], cwd=folder, env={"GONGKAI": url, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
