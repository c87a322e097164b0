"""`gongkai obligation import`, `list`, `board`, `show`, `template`, over a real record and a real port."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import uvicorn
from typer import Typer
from typer.testing import CliRunner

from gongkai import home
from gongkai.commands import obligation
from services.publish.app import api
from services.publish.obligations import register

from .conftest import House

SAMPLE = Path(__file__).parents[2] / "samples" / "obligations.csv"
COMMANDS = Typer()
obligation.register(COMMANDS)


@asynccontextmanager
async def listening() -> AsyncIterator[str]:
    """Publish's door on a real port; its address."""
    server = uvicorn.Server(uvicorn.Config(api(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


class Office:
    """The command line beside a running platform."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def run(self, *words: str) -> Any:
        """The command as a process would run it: in a thread without our loop."""
        return await asyncio.to_thread(
            CliRunner().invoke, COMMANDS, ["obligation", *words, "--data", str(self.house.data)]
        )

    async def json(self, *words: str, code: int = 0) -> Any:
        told = await self.run(*words, "--json")
        assert told.exit_code == code, told.output
        return json.loads(told.stdout)


@pytest.fixture
async def office(house: House, database_url: str) -> AsyncIterator[Office]:
    async with house.databases["publish"].transaction() as unit:
        await register.lay_down(unit)
    async with listening() as url:
        home.write(house.data, home.Running(database_url, "", "", {"publish": url}))
        home.keep_tokens(house.data, dict(house.tokens))
        yield Office(house)


async def test_a_register_is_tried_and_then_taken_in_and_taken_in_again_changes_nothing(
    office: Office,
) -> None:
    tried = await office.json("import", str(SAMPLE), "--dry-run")
    assert (len(tried["new"]), tried["rows"]) == (12, 12)
    assert [one["code"] for one in await office.json("list", "--body", "water")] == ["55-01"]
    done = await office.json("import", str(SAMPLE))
    assert len(done["new"]) == 12
    again = await office.json("import", str(SAMPLE))
    assert (again["new"], again["changed"], again["ended"], again["same"]) == ([], [], [], 12)
    water = await office.json("list", "--body", "water")
    assert [one["code"] for one in water] == ["55-01", "water.quality", "water.stoppage"]


async def test_a_new_version_of_the_file_is_told_as_what_it_changes(office: Office, tmp_path: Path) -> None:
    await office.run("import", str(SAMPLE))
    lines = SAMPLE.read_text("utf-8").replace("24小时内", "实时").splitlines()
    file = tmp_path / "register.csv"
    file.write_text("\n".join(line for line in lines if "water.quality" not in line), "utf-8")
    done = await office.json("import", str(file), "--as", "sun.wei")
    assert [(one["code"], one["fields"]) for one in done["changed"]] == [("water.stoppage", ["within"])]
    assert [one["code"] for one in done["ended"]] == ["water.quality"]
    shown = await office.json("show", "water", "water.stoppage")
    assert [(one["version"], one["changed_by"]) for one in shown["versions"]] == [
        (2, "sun.wei"),
        (1, "gao.mingyuan"),
    ]
    told = await office.run("show", "water", "water.stoppage", "--as", "sun.wei")
    assert "供水服务／停水通知" in told.output


async def test_one_bad_row_and_nothing_is_taken_in(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(SAMPLE.read_text("utf-8").replace("24小时内", "视情况"), "utf-8")
    said = await office.json("import", str(file), code=1)
    assert [(one["row"], one["column"]) for one in said["bad"]] == [(14, "G 公开时限")]
    told = await office.run("import", str(file))
    assert (told.exit_code, "视情况" in told.output) == (1, True)
    assert [one["code"] for one in await office.json("list", "--body", "water")] == ["55-01"]


async def test_whoever_does_not_answer_for_a_body_takes_nothing_in(office: Office) -> None:
    before = await office.json("list")
    assert (await office.run("import", str(SAMPLE), "--as", "cao.zhiyuan")).exit_code == 1
    assert await office.json("list") == before, "one of twelve rows is the archive's"


async def test_the_form_of_a_body_holds_what_is_in_force_and_comes_in_unchanged(
    office: Office, tmp_path: Path
) -> None:
    await office.run("import", str(SAMPLE))
    file = tmp_path / "form.xlsx"
    told = await office.run("template", str(file), "--body", "development")
    assert told.exit_code == 0, told.output
    again = await office.json("import", str(file), "--dry-run")
    assert (again["new"], again["changed"], again["ended"]) == ([], [], [])
    assert again["same"] == len(await office.json("list", "--body", "development"))
    await office.run("template", str(tmp_path / "empty.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "empty.xlsx")["标准目录"]
    assert [cell.value for cell in sheet[2]][:3] == ["序号", "事项编码", "公开事项"]


async def test_the_board_is_shown(office: Office) -> None:
    document, _ = await office.house.in_review(created_on="2026-01-05", obligations=["archive.x"])
    told = await office.run("board", "--as", "sun.wei")
    assert told.exit_code == 0, told.output
    assert document in told.output
    assert "archive.x" in told.output
    found = await office.json("board", "--body", "archive")
    assert [one["document_id"] for one in found["late"]] == [document]
    listed = await office.run("list", "--body", "archive")
    assert "20-02" in listed.output
