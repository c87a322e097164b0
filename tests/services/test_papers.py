"""The papers over HTTP: gathered from the record, for those who may see them, as JSON, PDF and DOCX."""

import io
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import docx
import pypdfium2
import pytest

from shared.clock import new_id
from shared.db import Database
from tests.conftest import owner

from .papers_desk import DAY, MONDAY, Papers, approved, opened


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


def words(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", "", "".join(pages))


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
    for officer in ("han.mei", "zhang.tao", "cao.zhiyuan", "liang.guodong", "feng.xue"):
        answer = await papers.get(officer, "/hand-over-list")
        [(allowed,)] = owner(
            papers.url,
            f"SELECT roles && '{{secrecy,operator}}' FROM shared.officer WHERE id = '{officer}'",
        )
        assert answer.status_code == (200 if allowed else 403), officer


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
