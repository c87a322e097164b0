"""The papers over HTTP: gathered from the record, for those who may see them, as JSON, PDF and DOCX."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import docx
import httpx
import psycopg
import pypdfium2
import pytest
from fastapi import FastAPI
from typer import Typer
from typer.testing import CliRunner

from gongkai import home
from gongkai.commands import audit
from services.review.papers_api import routes
from services.review.sealed import CHAIN
from shared import keys, problems
from shared.checkpoints import Sealer
from shared.clock import new_id
from shared.contracts import DocumentKind
from shared.db import Database
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, open_store
from shared.policy_file import load
from tests.conftest import owner

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""09:00 in Beijing."""
DAY = timedelta(days=1)


@dataclass
class Papers:
    """Review's record with the door to its papers; cases are put in as review's other parts would."""

    review: Database
    objects: Objects
    client: httpx.AsyncClient
    tokens: dict[str, str]
    data: Path
    url: str

    async def get(self, officer: str, path: str, language: str = "zh", **asked: Any) -> httpx.Response:
        headers = {"Accept-Language": language}
        if officer:
            headers["Authorization"] = f"Bearer {self.tokens[officer]}"
        return await self.client.get(path, params=asked, headers=headers)

    async def insert(self, table: str, **row: Any) -> None:
        names = ", ".join(row)
        async with self.review.transaction() as unit:
            await unit.run(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})", row)

    async def case(self, title: str = "开放时间调整的通知", **more: Any) -> UUID:
        file = ManifestFile(name="a.txt", media_type="text/plain", size=1, sha256="0" * 64)
        manifest = Manifest(
            title=title,
            kind=DocumentKind.NOTICE,
            department="archive",
            author="feng.xue",
            theme="02.01",
            created_on=date(2026, 11, 2),
            doc_no="滨开档〔2026〕12号",
            files=(file,),
        )
        row: dict[str, Any] = {
            "id": new_id(),
            "document_id": new_id(),
            "edition": 1,
            "department": "archive",
            "author": "feng.xue",
            "kind": "notice",
            "theme": "02.01",
            "joint_with": [],
            "content_sha256": await self.objects.put(manifest.to_bytes()),
            "level": "head",
            "state": "reviewing",
            "state_since": MONDAY,
            "opened_at": MONDAY,
            "due_on": date(2026, 11, 9),
            "due_provisional": False,
            "outcome": "clear",
            **more,
        }
        await self.insert("review_case", **row)
        return UUID(str(row["id"]))

    async def say(self, case: UUID, act: str, **more: Any) -> None:
        row: dict[str, Any] = {
            "id": new_id(),
            "case_id": case,
            "act": act,
            "officer": "cao.zhiyuan",
            "name": "曹致远",
            "role": "head",
            "department": "archive",
            "policy": "development-zone/2026.1",
            "content_sha256": "0" * 64,
            "author": "feng.xue",
            "at": MONDAY + DAY,
            **more,
        }
        await self.insert("opinion", **row)

    @property
    def sealer(self) -> Sealer:
        key = keys.private(self.data / "keys", "review")
        return Sealer(self.review, CHAIN, key, self.data / "ledger" / "checkpoints.jsonl")


@pytest.fixture
async def papers(
    database: Callable[[str], Database],
    database_url: str,
    tokens: dict[str, str],
    made_keys: Path,
    tmp_path: Path,
) -> AsyncIterator[Papers]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "keys").symlink_to(made_keys)
    review, objects = database("review"), open_store("", data / "objects")
    app = FastAPI()
    problems.install(app)
    app.include_router(routes(review, objects, load("default")))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongkai.test") as client:
        yield Papers(review, objects, client, tokens, data, database_url)


def words(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", "", "".join(pages))


async def approved(papers: Papers) -> UUID:
    """A case that was proposed, confirmed, checked, approved and published."""
    case = await papers.case(
        state="published", published_at=MONDAY + 2 * DAY, index_no="12219900MB0A20027E/2026-00001"
    )
    await papers.say(
        case, "proposed", officer="feng.xue", name="冯雪", role="author", step="initial", at=MONDAY
    )
    await papers.say(case, "confirmed", officer="peng.bo", name="彭博", department="library", about="library")
    await papers.say(case, "agreed", officer="han.mei", name="韩梅", role="secrecy", step="secrecy")
    await papers.say(case, "approved", step="head", note="可以公开", grounds=["政府信息公开条例第17条"])
    await papers.insert(
        "confirmation",
        case_id=case,
        department="library",
        why="named",
        state="confirmed",
        asked_at=MONDAY,
        due_on=date(2026, 11, 5),
        answered_at=MONDAY + DAY,
        answered_by="peng.bo",
    )
    return case


async def test_the_sheet_is_gathered_from_the_whole_record(papers: Papers) -> None:
    case = await approved(papers)
    await papers.sealer.work()
    sheet = (await papers.get("cao.zhiyuan", f"/cases/{case}/sheet")).json()
    assert sheet["title"] == "开放时间调整的通知"
    assert (sheet["department"], sheet["author"]) == ("档案馆", "冯雪")
    assert (sheet["result"], sheet["basis"], sheet["official"]) == (
        "disclose",
        ["政府信息公开条例第17条"],
        True,
    )
    assert [(one["name"], one["act"], one["position"]) for one in sheet["opinions"]] == [
        ("冯雪", "proposed", 1),
        ("彭博", "confirmed", 2),
        ("韩梅", "agreed", 3),
        ("曹致远", "approved", 4),
    ]
    assert [(one["department"], one["answered_by"]) for one in sheet["confirmations"]] == [("图书馆", "彭博")]
    assert sheet["publication"]["index_no"] == "12219900MB0A20027E/2026-00001"
    [(head,)] = owner(papers.url, "SELECT hash FROM review.ledger WHERE position = 4")
    assert sheet["opinions"][3]["hash"] == head


async def test_the_sheet_can_be_printed_and_edited(papers: Papers) -> None:
    case = await approved(papers)
    pdf = await papers.get("cao.zhiyuan", f"/cases/{case}/sheet", format="pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith(
        f'attachment; filename="sheet-{case}.pdf"; filename*='
    )
    for text in (
        "开放时间调整的通知",
        "部门负责人审批",
        "保密审查机构审查",
        "可以公开",
        "✓公开",
        "滨开档〔2026〕12号",
    ):
        assert text in words(pdf.content), text
    word = await papers.get("cao.zhiyuan", f"/cases/{case}/sheet", format="docx")
    cells = [cell.text for table in docx.Document(io.BytesIO(word.content)).tables for cell in table._cells]
    assert "开放时间调整的通知" in cells
    assert "部门负责人审批" in cells
    english = await papers.get("cao.zhiyuan", f"/cases/{case}/sheet", "en", format="pdf")
    assert "Secrecyreviewofinformation" in words(english.content)


async def test_only_who_may_see_a_case_is_given_its_sheet(papers: Papers) -> None:
    case = await papers.case()
    for officer in ("feng.xue", "cao.zhiyuan", "han.mei", "liang.guodong"):
        assert (await papers.get(officer, f"/cases/{case}/sheet")).status_code == 200
    assert (await papers.get("peng.bo", f"/cases/{case}/sheet")).status_code == 404
    assert (await papers.get("", f"/cases/{case}/sheet")).status_code == 401
    assert (await papers.get("han.mei", f"/cases/{new_id()}/sheet")).status_code == 404
    assert (await papers.get("han.mei", f"/cases/{case}/sheet", format="exe")).status_code == 422


async def quarantined(papers: Papers, title: str = "关于某某事项的请示", **more: Any) -> UUID:
    case = await papers.case(title, state="quarantined", outcome="stop")
    row = {"case_id": case, "sealed": ["a" * 64, "b" * 64], "at": MONDAY, **more}
    await papers.insert("quarantine", **row)
    return case


async def test_what_is_locked_away_is_not_read_even_while_it_is_still_in_the_store(papers: Papers) -> None:
    case = await quarantined(papers)
    sheet = (await papers.get("han.mei", f"/cases/{case}/sheet")).json()
    assert (sheet["title"], sheet["doc_no"], sheet["sealed"], sheet["result"]) == (None, None, True, "refer")
    for format in ("pdf", "docx", "json"):
        answer = await papers.get("han.mei", f"/cases/{case}/sheet", format=format)
        assert "某某" not in (words(answer.content) if format == "pdf" else str(answer.content))


async def test_the_hand_over_list_says_how_many_to_whom_and_by_when(papers: Papers) -> None:
    by_machine, by_person = await quarantined(papers), await quarantined(papers)
    await quarantined(papers, handed_over_at=MONDAY, handed_over_to="市国家保密局")
    await papers.insert(
        "referral",
        id=new_id(),
        case_id=by_person,
        kind="state-secret",
        authority="national",
        level="top-secret",
        asked_by="han.mei",
        asked_at=MONDAY,
        report_by=date(2026, 11, 16),
        due_on=date(2026, 11, 30),
    )
    cases = (await papers.get("han.mei", "/hand-over-list")).json()["cases"]
    assert [(one["case_id"], one["files"], one["sha256"]) for one in cases] == [
        (str(by_machine), 2, ["a" * 64, "b" * 64]),
        (str(by_person), 2, ["a" * 64, "b" * 64]),
    ]
    said = [(one["level"], one["authority"], one["report_by"], one["decide_by"]) for one in cases]
    assert said == [
        ("", "provincial", "2026-11-16", "2026-11-30"),
        ("top-secret", "national", "2026-11-16", "2026-11-30"),
    ]
    everything = (await papers.get("han.mei", "/hand-over-list", everything=True)).json()["cases"]
    assert [one["handed_over_to"] for one in everything] == [None, None, "市国家保密局"]


async def test_no_title_is_ever_on_the_hand_over_list(papers: Papers) -> None:
    await quarantined(papers)
    for format in ("json", "pdf", "docx"):
        answer = await papers.get("han.mei", "/hand-over-list", format=format)
        text = answer.text if format == "json" else ""
        text = words(answer.content) if format == "pdf" else text
        if format == "docx":
            tables = docx.Document(io.BytesIO(answer.content)).tables
            text = "".join(cell.text for table in tables for cell in table._cells)
        assert "a" * 64 in text
        assert "某某" not in text
        assert "滨开档" not in text


async def test_the_hand_over_list_is_for_the_secrecy_office_and_the_operators(papers: Papers) -> None:
    for officer, status in (
        ("han.mei", 200),
        ("zhang.tao", 403),
        ("cao.zhiyuan", 403),
        ("liang.guodong", 403),
    ):
        answer = await papers.get(officer, "/hand-over-list")
        roles = owner(papers.url, f"SELECT roles FROM shared.officer WHERE id = '{officer}'")[0][0]
        allowed = {"secrecy", "operator"} & set(roles)  # type: ignore[call-overload]
        assert answer.status_code == (200 if allowed else 403), (officer, status)


async def test_the_monthly_summary_counts_by_beijings_month_and_names_every_department(
    papers: Papers,
) -> None:
    one, other = await approved(papers), await papers.case(state="rejected")
    grounds = {"grounds": ["art-16-internal-matter"], "at": MONDAY + 2 * DAY}
    await papers.say(other, "rejected", **grounds)
    last = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # Half past midnight on 1 December in Beijing.
    late = await papers.case(opened_at=last)
    await papers.say(late, "returned", at=last)
    await quarantined(papers)
    summary = (await papers.get("han.mei", "/monthly-summary", month="2026-11")).json()
    lines = {line["department"]: line for line in summary["lines"]}
    known = {code for (code,) in owner(papers.url, "SELECT code FROM shared.department")}
    assert set(lines) == known
    archive = lines.pop("archive")
    counted = ("submitted", "approved", "returned", "rejected", "quarantined", "referred", "confirmations")
    assert [archive[name] for name in counted] == [3, 1, 0, 1, 1, 0, 1]
    assert archive["rejected_by_ground"] == {"art-16-internal-matter": 1}
    assert archive["mean_working_days"] == 1.5, "one took a day, the other two"
    assert all(line["nil"] for line in lines.values())
    assert summary["total"]["submitted"] == 3
    december = (await papers.get("han.mei", "/monthly-summary", month="2026-12")).json()
    assert (december["total"]["submitted"], december["total"]["returned"]) == (1, 1)
    assert one != late


async def test_a_department_sees_its_own_month(papers: Papers) -> None:
    await approved(papers)
    summary = (await papers.get("peng.bo", "/monthly-summary", month="2026-11")).json()
    assert [line["department"] for line in summary["lines"]] == ["library"]
    assert summary["total"]["submitted"] == 0
    assert (await papers.get("peng.bo", "/monthly-summary", month="2026-13")).status_code == 422


# --- gongkai audit verify, over the same record

commands = Typer()
audit.register(commands)
commands.command("other")(lambda: None)


async def run(papers: Papers, *arguments: str) -> Any:
    """The command as a process would run it: in a thread without our loop."""
    home.write(papers.data, home.Running(papers.url, "", "", {}))
    given = ["audit", "verify", "--data", str(papers.data), *arguments]
    return await asyncio.to_thread(CliRunner().invoke, commands, given)


async def test_a_whole_record_is_told_and_ends_well(papers: Papers) -> None:
    await approved(papers)
    await papers.sealer.work()
    told = await run(papers)
    assert (told.exit_code, "记录完好" in told.output or "whole" in told.output) == (0, True), told.output
    said = json.loads((await run(papers, "--json")).output)
    assert (said["whole"], said["rows"], said["faults"]) == (True, 4, [])


async def test_an_altered_record_is_told_with_its_place_and_ends_badly(papers: Papers) -> None:
    await approved(papers)
    await papers.sealer.work()
    with psycopg.connect(papers.url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE review.opinion SET note = '不得公开' WHERE act = 'approved'")
    told = await run(papers)
    assert told.exit_code == 1
    assert re.search(r"第 4 位：意见 \S+ 被改动|Position 4: opinion \S+ was altered", told.output), (
        told.output
    )
    said = json.loads((await run(papers, "--json", "--since", "3")).output)
    assert [(fault["wrong"], fault["position"]) for fault in said["faults"]] == [("row-altered", 4)]


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    from shared.tampering import Fault, Wrong

    assert set(audit.SENTENCES) == {str(wrong) for wrong in Wrong}
    for wrong in Wrong:
        assert "{" not in audit.sentence(Fault(wrong, 3, until=4, record=new_id(), where="outbox"))
