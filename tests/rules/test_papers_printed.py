"""The papers as they are printed: every field stands on the page, and nothing that must not."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import orjson
import pypdfium2
import pytest

from services.review.papers import blanks, printing
from services.review.papers.hand_over import HandOver, Sealed
from services.review.papers.labels import HAND_OVER, MONTHLY, SHEET
from services.review.papers.lists import hand_over_shown, monthly_shown
from services.review.papers.monthly import Line, Monthly
from services.review.papers.printing import TEMPLATES, Paper
from services.review.papers.sheet import (
    Sheet,
)
from services.review.papers.shown import sheet_shown
from services.review.papers_api import disposition

from .sheets import AT, CASE, HASH, OPINIONS, SEALED, STEPS, WHOLE


def on_paper(content: bytes) -> str:
    """The words of a PDF without the places where lines end."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"[\s\u200b]+", "", "".join(pages))


def in_word(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s+", "", "".join([*(paragraph.text for paragraph in file.paragraphs), *cells]))


def printed(sheet: Sheet, english: bool = False) -> tuple[str, str]:
    shown = sheet_shown(sheet, STEPS, english)
    return (
        on_paper(printing.pdf(Paper.SHEET, shown, AT, english=english)),
        in_word(printing.docx(Paper.SHEET, shown, english=english)),
    )


def texts(shown: Any) -> list[str]:
    """Every text that is to be printed."""
    if isinstance(shown, str):
        return [shown]
    if isinstance(shown, Mapping):
        return [text for one in shown.values() for text in texts(one)]
    return [text for one in shown for text in texts(one)] if isinstance(shown, list | tuple) else []


def test_every_field_of_the_sheet_stands_on_both_its_forms() -> None:
    for page in printed(WHOLE):
        for text in texts(sheet_shown(WHOLE, STEPS)):
            assert re.sub(r"\s+", "", text) in page, text
        for zh, _ in SHEET.values():
            if zh not in ("无", "机关", "期限"):
                assert zh.replace(" ", "") in page, zh


def test_the_sheet_says_who_said_what_as_what_when_and_where_it_is_sealed() -> None:
    [row] = [one for one in sheet_shown(WHOLE, STEPS)["opinions"] if one["step"] == "部门负责人审批"]
    assert row == {
        "step": "部门负责人审批",
        "name": "曹致远",
        "role": "部门负责人",
        "department": "档案馆",
        "at": "2026.11.23 11:05",
        "act": "批准公开",
        "note": "可以公开",
        "basis": "条例第17条",
        "position": "12",
    }
    page, _ = printed(WHOLE)
    assert "本表4条意见已记入审查台账，位置7-9、12；另有1条待记入。" in page
    assert HASH in page


def test_boxes_are_ticked_as_the_sheet_says() -> None:
    shown = sheet_shown(WHOLE, STEPS)
    ticked = {
        name: [words for words, is_ in shown[name] if is_] for name in ("results", "attributes", "ways")
    }
    assert ticked == {"results": ["公开"], "attributes": ["主动公开"], "ways": ["政府网站"]}
    page, word = printed(WHOLE)
    assert "✓公文类" in page
    assert "☑公文类　□非公文类".replace("　", "") in word.replace("　", "")


def test_a_sheet_of_what_is_locked_away_says_so_and_nothing_of_it() -> None:
    for page in printed(SEALED):
        assert "已封存" in page
        assert "开放时间" not in page
        assert "滨开档" not in page


def test_english_stands_beside_chinese_where_it_is_asked_for() -> None:
    for page in printed(WHOLE, english=True):
        assert "政府信息公开保密审查表" in page
        assert "Secrecyreviewofinformationtobedisclosed" in page
        assert "Approvalbytheheadofthedepartment" in page
    assert "Secrecy" not in printed(WHOLE)[0]


def test_words_that_look_like_markup_are_printed_as_they_are() -> None:
    tricky = '#panic("x") *a* _b_ $c$ <w:p/> & {{ 7 * 7 }} {% if %} \\ @ref // 注'
    for page in printed(replace(WHOLE, title=tricky, reason=tricky)):
        assert re.sub(r"\s+", "", tricky) in page


def test_nothing_hangs_over_the_edge_however_long_the_words(tmp_path: Any) -> None:
    endless = "长" * 400 + "a" * 300 + " " + "https://example.org/" + "b" * 200
    opinions = tuple(replace(one, note=endless, name="某" * 12) for one in OPINIONS * 6)
    shown = sheet_shown(replace(WHOLE, title=endless, reason=endless, opinions=opinions), STEPS)
    with pypdfium2.PdfDocument(printing.pdf(Paper.SHEET, shown, AT)) as document:
        assert len(document) > 3
        for page in document:
            bitmap = page.render(scale=0.5, grayscale=True).to_pil()
            margins = [bitmap.crop(box) for box in _edges(*bitmap.size)]
            assert [margin.getextrema()[0] > 200 for margin in margins] == [True, True]


def _edges(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """The outer 15 mm at both sides."""
    edge = round(width * 15 / 210)
    return [(0, 0, edge, height), (width - edge, 0, width, height)]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    shown = sheet_shown(WHOLE, STEPS)
    assert printing.pdf(Paper.SHEET, shown, AT) == printing.pdf(Paper.SHEET, shown, AT)


def sealed(**more: Any) -> Sealed:
    one: dict[str, Any] = {
        "number": 1,
        "case_id": CASE,
        "department": "档案馆",
        "files": 2,
        "sha256": (HASH, HASH[::-1]),
        "sealed_at": AT,
        "cleared": True,
        "level": "",
        "authority": "provincial",
        "report_by": date(2026, 12, 7),
        "reported_on": None,
        "decide_by": date(2026, 12, 21),
        "provisional": False,
        "handed_over_at": None,
        "handed_over_to": None,
    }
    return Sealed(**{**one, **more})


def test_the_hand_over_list_has_hashes_dates_authorities_and_places_to_sign() -> None:
    listed = HandOver((sealed(), sealed(number=2, level="top-secret", authority="national")), AT)
    shown = hand_over_shown(listed)
    for page in (
        on_paper(printing.pdf(Paper.HAND_OVER, shown, AT)),
        in_word(printing.docx(Paper.HAND_OVER, shown)),
    ):
        for text in (HASH, HASH[::-1], str(CASE), "2026.12.07", "2026.12.21", "待拟定", "绝密"):
            assert text in page, text
        assert "国家保密行政管理部门" in page
        assert "省级保密行政管理部门" in page
        for name in ("giver", "witness", "receiver", "date", "signature"):
            assert HAND_OVER[name][0] in page


def test_a_hand_over_list_without_cases_says_so() -> None:
    assert "没有待移交的封存案件。" in on_paper(
        printing.pdf(Paper.HAND_OVER, hand_over_shown(HandOver((), AT)), AT)
    )


def test_every_department_has_a_line_and_nothing_is_a_nil_return() -> None:
    busy = Line("archive", "档案馆", 3, 1, 1, 1, {"art-16-internal-matter": 1}, 0, 1, 2, 2.5)
    summary = Monthly("2026-11", (busy, Line("library", "图书馆")), replace(busy, department="", name=""), AT)
    shown = monthly_shown(summary)
    assert [one["remark"] for one in shown["lines"]] == ["", "零报告"]
    assert [one["nil"] for one in orjson.loads(orjson.dumps(summary.as_json()))["lines"]] == [False, True]
    for page in (
        on_paper(printing.pdf(Paper.MONTHLY, shown, AT)),
        in_word(printing.docx(Paper.MONTHLY, shown)),
    ):
        for text in ("2026年11月", "档案馆", "图书馆", "零报告", "合计", "条例第16条：内部事务信息×1", "2.5"):
            assert text in page, text
        for zh, _ in MONTHLY.values():
            assert zh.replace(" ", "") in page, zh


@pytest.mark.parametrize("paper", Paper)
def test_the_blank_forms_are_what_the_programme_makes(paper: Paper) -> None:
    """Whoever changes one of the two changes the other; an office's own stand elsewhere."""
    assert (TEMPLATES / f"{paper}.docx").read_bytes() == blanks.FORMS[paper]().to_bytes()


def test_an_office_may_have_its_own_form(tmp_path: Any) -> None:
    own = docx.Document()
    own.add_paragraph("本局审查单 {{ title }}")
    own.save(str(tmp_path / "sheet.docx"))
    shown = sheet_shown(WHOLE, STEPS)
    assert in_word(printing.docx(Paper.SHEET, shown, templates=tmp_path)) == "本局审查单开放时间调整的通知"


def test_an_office_s_form_reaches_nothing_but_the_sheet(tmp_path: Any) -> None:
    own = docx.Document()
    own.add_paragraph("{{ title.__class__.__mro__[1].__subclasses__() }}")
    own.save(str(tmp_path / "sheet.docx"))
    with pytest.raises(Exception, match="unsafe"):
        printing.docx(Paper.SHEET, sheet_shown(WHOLE, STEPS), templates=tmp_path)


def test_a_file_is_named_in_chinese_and_for_old_programmes_in_ascii() -> None:
    said = disposition("sheet-1", "保密审查表-1", "pdf")
    assert said == (
        'attachment; filename="sheet-1.pdf"; '
        "filename*=UTF-8''%E4%BF%9D%E5%AF%86%E5%AE%A1%E6%9F%A5%E8%A1%A8-1.pdf"
    )
