"""`gongkai catalogue import` and `submit` with metadata, through intake's door on a real port."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer import Typer
from typer.testing import CliRunner

from gongkai import home
from gongkai.commands import catalogue
from gongkai.commands import submit as submit_command
from services.intake.app import api as intake_api

from .conftest import House

COMMANDS = Typer()
catalogue.register(COMMANDS)
submit_command.register(COMMANDS)

HEADS = ["名称", "成文日期", "主题分类", "文号", "附件"]
ROWS = [
    ["开放时间通知", "2008年5月1日", "政务公开", "滨开档〔2008〕1号", "a.txt"],
    ["利用办法", "39569", "02.01", "滨开档〔2008〕2号", "b.txt；a.txt"],
    ["=坏的一行", "去年", "没有", "滨开档〔2008〕3号", "a.txt"],
    ["重复的一行", "2008-05-02", "02.01", "滨开档[2008]1号", "a.txt"],
]


class Shop:
    """A house whose intake is open on a port, and a catalogue on its doorstep."""

    def __init__(self, house: House, url: str, folder: Path) -> None:
        self.house, self.url, self.folder = house, url, folder

    async def run(self, *arguments: str) -> Any:
        """The command as a process would run it: in a thread without our loop."""
        database = str(self.house.databases["intake"].engine.url.render_as_string(hide_password=False))
        home.write(self.house.data, home.Running(database, "", "", {"intake": self.url}))
        home.keep_tokens(self.house.data, dict(self.house.tokens))
        arguments = (*arguments, "--data", str(self.house.data))
        return await asyncio.to_thread(CliRunner().invoke, COMMANDS, list(arguments))

    async def imported(self, *more: str) -> dict[str, Any]:
        file, files = self.folder / "目录.csv", str(self.folder / "附件")
        ran = await self.run(
            "catalogue", "import", str(file), "--files", files, "--department", "archive", "--json", *more
        )
        assert ran.exit_code in (0, 1), ran.exception
        return dict(json.loads(ran.stdout))


def table_in(path: str) -> list[list[str]]:
    return list(csv.reader(Path(path).read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture
async def shop(house: House, tmp_path: Path) -> AsyncIterator[Shop]:
    folder = tmp_path / "旧目录"
    (folder / "附件").mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (folder / "附件" / name).write_text(f"档案馆开放时间，正文在 {name}。", encoding="utf-8")
    with (folder / "目录.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADS, *ROWS])
    server = uvicorn.Server(uvicorn.Config(intake_api(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Shop(house, f"http://127.0.0.1:{port}", folder)
    server.should_exit = True
    await serving


async def test_an_import_hands_in_the_good_rows_once_and_publishes_nothing(shop: Shop) -> None:
    dry = await shop.imported("--dry-run")
    assert (dry["good"], dry["bad"], dry["handed_in"], dry["rejected_file"]) == (2, 2, [], "")
    assert await shop.house.rows("intake", "SELECT 1 FROM submission") == []
    done = await shop.imported()
    assert [one["row"] for one in done["handed_in"]] == [2, 3]
    assert {fault["row"]: fault["column"] for fault in done["faults"]} == {4: "主题分类", 5: "文号"}
    heads, bad, twice = table_in(done["rejected_file"])
    assert (heads[-2:], bad[0], bad[-2], twice[-2]) == (["行号", "原因"], "'=坏的一行", "4", "5")
    assert "看不懂这个日期" in bad[-1]
    again = await shop.imported()
    assert (again["handed_in"], again["handed_in_before"], again["bad"]) == ([], 2, 2)
    await shop.house.settle()
    states = await shop.house.rows("intake", "SELECT state, title FROM submission ORDER BY title")
    assert [row.state for row in states] == ["in review", "in review"]
    assert await shop.house.rows("publish", "SELECT 1 FROM edition") == []


async def test_what_intake_refuses_is_a_bad_row_and_holds_up_no_other(shop: Shop) -> None:
    (shop.folder / "附件" / "b.txt").write_bytes(b"")
    done = await shop.imported()
    assert [one["row"] for one in done["handed_in"]] == [2]
    assert 3 in [fault["row"] for fault in done["faults"]]


async def test_a_document_is_described_by_a_file_and_by_options(shop: Shop) -> None:
    about = shop.folder / "about.yaml"
    about.write_text(
        "title: 利用办法\nsummary: 概述\nstage: decision\nmatter: 2026-ring-road\ncreated_on: 2026-11-20\n"
        "relations:\n  - {kind: repeals, doc_no: 滨开档〔2008〕1号}\n",
        encoding="utf-8",
    )
    file = str(shop.folder / "附件" / "a.txt")
    ran = await shop.run(
        *(
            "submit",
            file,
            "--department",
            "archive",
            "--about",
            str(about),
            "--genre",
            "通知",
            "--stage",
            "result",
        ),
        *("--keyword", "档案", "--effective-on", "2027-01-01", "--json"),
    )
    assert ran.exit_code == 0, ran.output
    objects = shop.house.objects
    manifest = json.loads(await objects.get(json.loads(ran.stdout)["content_sha256"]))
    assert (manifest["title"], manifest["genre"], manifest["stage"]) == ("利用办法", "notice", "result")
    assert (manifest["keywords"], manifest["effective_on"]) == (["档案"], "2027-01-01")
    assert manifest["relations"][0]["doc_no"] == "滨开档〔2008〕1号"


@pytest.mark.parametrize("said", ["- 1", "title: [", "标题"])
async def test_a_description_that_is_none_is_a_fault(shop: Shop, said: str) -> None:
    (shop.folder / "about.yaml").write_text(said, encoding="utf-8")
    file, about = str(shop.folder / "附件" / "a.txt"), str(shop.folder / "about.yaml")
    ran = await shop.run("submit", file, "--department", "archive", "--about", about)
    assert type(ran.exception).__name__ == "Fault"
