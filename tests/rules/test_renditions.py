"""What a rendition shows of an honest file: its parts, its order, its tables, what it leaves out."""

import datetime
import io
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image

from services.publish.reading.renditions import NotRendered, Rendition, render
from services.publish.reading.renditions.cell_values import shown
from services.publish.reading.renditions.numbering import _FORMS
from services.publish.reading.renditions.page import Original, page, page_without
from shared import files
from shared.files import FileType
from tests.rules import hostile, workbook

SAMPLES = Path(__file__).parents[2] / "samples" / "documents"
NOTICE = """　　　　　　滨海经济技术开发区管理委员会
　　　　　　关于做好政府信息公开工作的通知
　　　　　　　　滨开管办〔2026〕3号
各部门、各直属单位：
　　为做好工作，现将有关事项通知如下：
　　一、公开范围
　　（一）主动公开
　　1．机关职能。
　　2．办事指南。
　　（1）条件；
　　二、加强领导。各单位要高度重视。
附件：1．目录
　　　　　　　　　　滨海经济技术开发区管理委员会办公室
　　　　　　　　　　2026年3月1日
"""


def of_text(text: str, encoding: str = "utf-8") -> Rendition:
    return render(text.encode(encoding), FileType.TXT.media_type)


def of_page(text: str) -> Rendition:
    return render(f"<!doctype html>{text}".encode(), FileType.HTML.media_type)


def of_word(document: Any) -> Rendition:
    return render(hostile.saved(document), FileType.DOCX.media_type)


def of_book(book: Any) -> Rendition:
    return render(workbook.saved(book), FileType.XLSX.media_type)


# --- plain text


def test_a_text_is_told_by_the_conventions_of_official_documents() -> None:
    rendition = of_text(NOTICE)
    assert rendition.title == "滨海经济技术开发区管理委员会关于做好政府信息公开工作的通知"
    assert [(one.level, one.text) for one in rendition.headings] == [
        (2, "一、公开范围"),
        (3, "（一）主动公开"),
    ]
    for part in (
        '<p class="number">滨开管办〔2026〕3号</p>',
        '<p class="addressee">各部门、各直属单位：</p>',
        "<p>为做好工作，现将有关事项通知如下：</p>",
        '<ul class="items" role="list"><li>1．机关职能。</li><li>2．办事指南。</li>',
        '<li class="deep">（1）条件；</li></ul>',
        "<p>二、加强领导。各单位要高度重视。</p>",
        '<p class="attachment">附件：1．目录</p>',
        '<p class="signature">滨海经济技术开发区管理委员会办公室</p>',
        '<p class="date">2026年3月1日</p>',
    ):
        assert part in rendition.html


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_reads_the_same_in_every_encoding(encoding: str) -> None:
    assert of_text(NOTICE, encoding) == of_text(NOTICE)


def test_lines_broken_to_fit_a_page_are_joined() -> None:
    line = "为提高供水管网运行安全改善居民用水水质我公司定于本月实施改造"
    text = "\n".join([f"　　{line[:28]}", line, line, f"{line[:10]}。", f"　　{line[:28]}", line, "完。"])
    assert of_text(text).html.count("<p>") == 2


def test_lines_with_tabs_are_a_table() -> None:
    html = of_text("收费公告\n项目\t金额\n水费\t12\n电费\t30\n以上。").html
    assert '<th scope="col">项目</th>' in html
    assert html.count("<tr>") == 3


# --- pages


def test_headings_of_a_page_begin_on_the_second_level_and_do_not_jump() -> None:
    rendition = of_page("<h1>公告</h1><h4>甲</h4><h2>乙</h2><h5>丙</h5><h1>丁</h1><h6></h6>")
    assert rendition.title == "公告"
    assert [(one.level, one.text) for one in rendition.headings] == [
        (2, "甲"),
        (2, "乙"),
        (3, "丙"),
        (2, "丁"),
    ]


def test_a_page_without_a_heading_is_named_by_its_title() -> None:
    rendition = of_page("<html lang=en><title> A  notice </title><p>Text")
    assert (rendition.title, rendition.lang) == ("A notice", "en")
    assert 'lang="en"' in page(rendition, "x", Original("a.html", 1, "../1"))


def test_what_a_page_loses_is_said() -> None:
    rendition = of_page(
        "<p>甲<a href='/x'>乙</a><a href='https://x.test/y'>丙</a><p hidden>丁<p style='display: none'>戊"
        "<form><input></form><img src=x.png alt='示意图'><script>1</script>"
    )
    assert dict(rendition.notes) == {"active": 2, "hidden": 2, "links": 1, "pictures": 1}
    assert '<a href="https://x.test/y" rel="nofollow noopener">丙</a>' in rendition.html
    assert "［图片：示意图］" in rendition.html
    assert "丁" not in rendition.html
    assert "戊" not in rendition.html


def test_blocks_that_are_not_kept_still_divide_the_text() -> None:
    assert of_page("<center>甲</center><article>乙</article>").html == "<div>甲</div><div>乙</div>"


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><th>姓名<th>金额<tr><td>甲<td>1",
        "<tr><td><b>姓名</b><td><b>金额</b><tr><td>甲<td>1",
        "<thead><tr><td>姓名<td>金额<tbody><tr><td>甲<td>1",
        "<tr><td>序号<td>金额<tr><td>1<td>1",
        "<tr><td>街道<td>户数<td>金额<tr><td>甲<td>1<td>2",
    ],
)
def test_the_first_row_of_a_table_heads_its_columns(rows: str) -> None:
    html = of_page(f"<table>{rows}</table>").html
    assert html.count('<th scope="col">') == html.count("</th>") >= 2
    assert 'role="group" tabindex="0" aria-label="表格 1"' in html


def test_a_table_of_data_alone_has_no_header() -> None:
    assert "<th" not in of_page("<table><tr><td>1<td>2<tr><td>3<td>4</table>").html


def test_a_row_across_a_table_is_its_caption_and_layout_is_no_table() -> None:
    html = of_page("<table><tr><td>外<td><table><tr><td colspan=2>表1<tr><td>a<td>b</table></table>").html
    assert html.count("<table") == 1
    assert "<caption>表1</caption>" in html


def test_ids_of_a_file_cannot_stand_in_for_those_of_the_page() -> None:
    html = of_page("<h1>x</h1><p id=main name=x>甲</p><a href='#main'>乙</a><a href='#none'>丙</a>").html
    assert '<p id="r-main">甲</p><a href="#r-main"' in html
    assert "<span>丙</span>" in html


# --- Word


def official() -> Any:
    document = docx.Document()
    for text, size in (("滨开管发〔2026〕12号", 16), ("滨海管委会", 22), ("关于印发办法的通知", 22)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = size == 22
    document.add_paragraph("各部门：")
    document.add_paragraph("现将办法印发给你们。")
    return document


def counted(document: Any, form: str, pattern: str, *texts: str) -> None:
    """Paragraphs that Word numbers by itself."""
    numbering = document.part.numbering_part.element
    abstract, number = OxmlElement("w:abstractNum"), OxmlElement("w:num")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("start", "1"), ("numFmt", form), ("lvlText", pattern)):
        _put(level, name, value)
    abstract.set(qn("w:abstractNumId"), f"9{len(numbering)}")
    abstract.append(level)
    number.set(qn("w:numId"), f"9{len(numbering)}")
    _put(number, "abstractNumId", f"9{len(numbering)}")
    for text in texts:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        numbered = OxmlElement("w:numPr")
        _put(numbered, "ilvl", "0")
        _put(numbered, "numId", number.get(qn("w:numId")))
        properties.append(numbered)
    numbering.insert(0, abstract)
    numbering.append(number)


def _put(parent: Any, name: str, value: str) -> None:
    element = OxmlElement(f"w:{name}")
    element.set(qn("w:val"), value)
    parent.append(element)


def test_bold_centred_paragraphs_of_a_word_document_are_its_title() -> None:
    rendition = of_word(official())
    assert rendition.title == "滨海管委会关于印发办法的通知"
    assert '<p class="number">滨开管发〔2026〕12号</p>' in rendition.html
    assert '<p class="addressee">各部门：</p>' in rendition.html


def test_numbers_that_word_counts_are_written_out() -> None:
    document = official()
    counted(document, "chineseCountingThousand", "第%1条", *["内容。"] * 21)
    counted(document, "chineseCounting", "%1、", "组织领导", "工作要求")
    counted(document, "bullet", "•", "甲", "乙")
    rendition = of_word(document)
    assert "<p>第一条　内容。</p>" in rendition.html
    assert "<p>第二十一条　内容。</p>" in rendition.html
    assert [one.text for one in rendition.headings] == ["一、组织领导", "二、工作要求"]
    assert "<ul><li>甲</li><li>乙</li></ul>" in rendition.html


def test_chinese_numbers_are_written_as_they_are_said() -> None:
    chinese = _FORMS["chineseCounting"]
    assert [chinese(count) for count in (0, 1, 10, 12, 20, 21, 100, 103, 110, 1005)] == [
        "〇", "一", "十", "十二", "二十", "二十一", "一百", "一百零三", "一百一十", "一千零五",
    ]  # fmt: skip
    assert [_FORMS["upperRoman"](count) for count in (4, 9, 14, 1999)] == ["IV", "IX", "XIV", "MCMXCIX"]


def test_hidden_words_and_revisions_of_a_word_document_are_not_shown() -> None:
    document = official()
    paragraph = document.add_paragraph("看得见。")
    paragraph.add_run("看不见。").font.hidden = True
    deleted = OxmlElement("w:del")
    deleted.append(paragraph.add_run("删去了。")._r)
    paragraph._p.append(deleted)
    rendition = of_word(document)
    assert "看得见。" in rendition.html
    assert "看不见" not in rendition.html
    assert "删去了" not in rendition.html
    assert dict(rendition.notes) == {"hidden": 1}


def test_pictures_of_a_word_document_keep_their_description_or_say_that_they_have_none() -> None:
    document, file = official(), io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    for description in ("流程示意图", ""):
        file.seek(0)
        document.add_picture(file)
        document.inline_shapes[-1]._inline.docPr.set("descr", description)
    rendition = of_word(document)
    assert 'alt="流程示意图"' in rendition.html
    assert 'alt="图片（原文件没有说明）"' in rendition.html
    assert dict(rendition.notes) == {"undescribed": 1}


def test_page_headers_of_a_word_document_are_said_to_be_missing() -> None:
    document = official()
    document.sections[0].header.paragraphs[0].text = "内部编号"
    rendition = of_word(document)
    assert dict(rendition.notes) == {"headers": 1}
    assert "内部编号" not in rendition.html


# --- workbooks


def test_a_workbook_is_a_table_for_each_sheet_that_can_be_seen() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "预算"
    for row in (
        ["收支总表", None, None],
        ["项目", "预算数", "增长率"],
        ["教育", 1234.5, 0.0531],
        ["隐藏", 1, 2],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet["B3"].number_format, sheet["C3"].number_format = "#,##0.00", "0.0%"
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("底稿").sheet_state = "hidden"
    rendition = of_book(book)
    assert "<caption>预算　收支总表</caption>" in rendition.html
    assert '<th scope="col">项目</th><th scope="col" class="figure">预算数</th>' in rendition.html
    assert '<td class="figure">1,234.50</td><td class="figure">5.3%</td>' in rendition.html
    assert "隐藏" not in rendition.html
    assert dict(rendition.notes) == {"hidden": 1, "sheets": 1}


def test_a_long_and_wide_sheet_is_cut_and_that_is_said() -> None:
    rendition = render(workbook.made([["甲"] * 65] * 1_010), FileType.XLSX.media_type)
    assert rendition.html.count("<tr") == 1_000
    assert dict(rendition.notes) == {"columns": 5, "rows": 10}


def test_a_formula_that_nobody_worked_out_is_said_to_be_missing() -> None:
    assert dict(render(workbook.made([["甲", "=1+1"]]), FileType.XLSX.media_type).notes) == {"uncomputed": 1}


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (0.1 + 0.2, "0.00", "0.30"),
        (2.675, "0.00", "2.68"),
        (1234567, "#,##0", "1,234,567"),
        (0.5, "0%", "50%"),
        (12.5, "0.0##", "12.5"),
        (7, "000", "007"),
        (1.5, "General", "1.5"),
        (-3, '#,##0"元"', "-3"),
        (True, "General", "TRUE"),
        (datetime.datetime(2026, 3, 1), "yyyy-mm-dd", "2026-03-01"),
        (datetime.datetime(2026, 3, 1, 9, 30), "General", "2026-03-01 09:30"),
        (1e300, "0.00", "1e+300"),
    ],
)
def test_a_value_is_shown_as_its_format_says(value: Any, form: str, expected: str) -> None:
    assert shown(value, form) == expected


# --- all of them


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_has_a_rendition_or_is_for_download(sample: Path) -> None:
    content = sample.read_bytes()
    kind = files.recognise(sample.name, content)
    if kind in (FileType.PDF, FileType.OFD):
        with pytest.raises(NotRendered, match="download-only"):
            render(content, kind.media_type)
        return
    rendition = render(content, kind.media_type)
    assert rendition.title
    assert rendition.notes == ()
    assert "<h1" not in rendition.html
    assert render(content, kind.media_type) == rendition


def test_the_page_has_one_heading_of_the_first_level_and_the_way_to_the_original() -> None:
    original = Original("通知.txt", 2_500_000, "../1")
    whole = page(of_text(NOTICE), "目录标题", original)
    assert whole.count("<h1>") == 1
    assert "（TXT，2.4 MB）" in whole
    assert '<a href="../1" download>' in whole
    assert "<h1>目录标题</h1>" in page_without(NotRendered("download-only"), "目录标题", original)
