"""`gongkai audit verify`, `sheet`, `hand-over`, `monthly`, over a real record and a real port."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvicorn
from typer import Typer
from typer.testing import CliRunner

from gongkai import home
from gongkai.commands import audit
from gongkai.commands import papers as paper_commands
from gongkai.faults import Fault, Refused
from shared.clock import new_id
from shared.db import Database
from tests.conftest import owner

from .papers_desk import Papers, application, approved, opened


@pytest.fixture
async def papers(
    database: Callable[[str], Database],
    database_url: str,
    tokens: dict[str, str],
    made_keys: Path,
    tmp_path: Path,
) -> AsyncIterator[Papers]:
    (tmp_path / "keys").symlink_to(made_keys)
    async with opened(database("review"), database_url, tokens, tmp_path) as one:
        yield one


COMMANDS = Typer()
audit.register(COMMANDS)
paper_commands.register(COMMANDS)


async def run(papers: Papers, *arguments: str, review: str = "") -> Any:
    """The command as a process would run it: in a thread without our loop."""
    home.write(papers.data, home.Running(papers.url, "", "", {"review": review}))
    home.keep_tokens(papers.data, papers.tokens)
    return await asyncio.to_thread(CliRunner().invoke, COMMANDS, [*arguments, "--data", str(papers.data)])


@asynccontextmanager
async def listening(papers: Papers) -> AsyncIterator[str]:
    """Review's door on a real port; its address."""
    app = application(papers.review, papers.objects)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def test_a_whole_record_is_told_and_ends_well(papers: Papers) -> None:
    await approved(papers)
    await papers.sealer.work()
    told = await run(papers, "audit", "verify")
    assert (told.exit_code, "记录完好" in told.output or "whole" in told.output) == (0, True), told.output
    said = json.loads((await run(papers, "audit", "verify", "--json")).output)
    assert (said["whole"], said["rows"], said["faults"]) == (True, 4, [])


async def test_an_altered_record_is_told_with_its_place_and_ends_badly(papers: Papers) -> None:
    await approved(papers)
    await papers.sealer.work()
    with psycopg.connect(papers.url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE review.opinion SET note = '不得公开' WHERE act = 'approved'")
    told = await run(papers, "audit", "verify")
    assert told.exit_code == 1
    assert re.search(r"第 4 位：意见 \S+ 被改动|Position 4: opinion \S+ was altered", told.output), (
        told.output
    )
    said = json.loads((await run(papers, "audit", "verify", "--json", "--since", "3")).output)
    assert [(fault["wrong"], fault["position"]) for fault in said["faults"]] == [("row-altered", 4)]


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    from shared.tampering import Fault, Wrong

    assert set(audit.SENTENCES) == {str(wrong) for wrong in Wrong}
    for wrong in Wrong:
        assert "{" not in audit.sentence(Fault(wrong, 3, until=4, record=new_id(), where="outbox"))


async def test_the_papers_can_be_kept_as_files_or_looked_at(papers: Papers) -> None:
    case, to = await approved(papers), papers.data / "out.pdf"
    async with listening(papers) as review:
        kept = await run(papers, "sheet", str(case), "--to", str(to), "--as", "han.mei", review=review)
        assert (kept.exit_code, to.read_bytes()[:5]) == (0, b"%PDF-"), kept.output
        [(document,)] = owner(papers.url, "SELECT document_id FROM review.review_case")
        told = await run(papers, "sheet", str(document), "--as", "han.mei", review=review)
        assert "开放时间调整的通知" in told.output, "the document's latest case"
        assert "可以公开" in told.output
        said = await run(papers, "hand-over", "--json", "--as", "han.mei", review=review)
        assert json.loads(said.output)["cases"] == []
        month = await run(papers, "monthly", "--month", "2026-11", "--as", "han.mei", review=review)
        assert "档案馆" in month.output
        wrong = await run(papers, "monthly", "--to", "summary.txt", "--as", "han.mei", review=review)
        assert isinstance(wrong.exception, Fault)
        refused = await run(papers, "hand-over", "--to", str(to), "--as", "feng.xue", review=review)
        assert isinstance(refused.exception, Refused)
