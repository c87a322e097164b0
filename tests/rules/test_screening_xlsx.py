"""What a workbook says: cell by cell under its headings, in hidden places, in every other part."""

from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from services.review.screening import screen
from services.review.screening.extract import extract
from services.review.screening.pieces import Piece
from shared.files import FileType
from tests.rules import hostile, workbook

ID, MARK = "11010519491231002X", "机密★20年"
HEADS = ("姓名", "身份证\n号码", "联系电话", "出生日期")
SHEET = "工作表 sheet 名单"


def read(content: bytes) -> list[Piece]:
    return extract(FileType.XLSX, content)


def place_of(content: bytes, text: str = ID) -> str:
    [place] = [piece.place_at(piece.text.index(text)) for piece in read(content) if text in piece.text]
    return place


def doubtful(content: bytes) -> list[str]:
    return [piece.place for piece in read(content) if piece.unreadable]


@pytest.fixture
def book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "名单"
    for row in (["困难群众名单"], HEADS, ["张三", "甲", 13800138000, date(1949, 12, 31)]):
        book.active.append(list(row))
    return book


def test_a_value_stands_behind_its_heading(book: openpyxl.Workbook) -> None:
    [sheet] = [piece for piece in read(workbook.saved(book)) if piece.place == SHEET]
    assert sheet.text.split("\n") == [
        "困难群众名单",
        "姓名\t身份证",
        "号码\t联系电话\t出生日期",
        "姓名: 张三\t身份证号码: 甲\t13800138000\t出生日期: 1949-12-31",
        "",
    ]


def test_a_heading_reaches_the_last_row_of_a_long_list() -> None:
    """An old number has no check digit: it is one by its heading alone, far above."""
    rows = [["姓名", "身份证号"], *(["某某", "说明"] for _ in range(3_000)), ["张三", "110105491231002"]]
    found = {finding.rule: finding.where.place for finding in screen(read(workbook.made(rows))).findings}
    assert found["personal.id15"] == "工作表 sheet Sheet!B3002"


def test_a_mark_alone_in_its_row_is_not_put_behind_a_heading() -> None:
    rows = [["名称", "说明"], ["公告", "甲"], ["机密"]]
    assert [finding.rule for finding in screen(read(workbook.made(rows))).findings] == ["mark.level"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (f'<c r="C7" t="str"><v>{ID}</v></c>', ID),
        (f'<c r="C7" t="inlineStr"><is><r><t>110105</t></r><r><t>{ID[6:]}</t></r></is></c>', ID),
        ('<c r="C7"><v>110105194912310020</v></c>', "110105194912310020"),
        ('<c r="C7"><v>1.1010519491231E+17</v></c>', "110105194912310000"),
        ('<c r="C7"><v>138.00000000000001</v></c>', "138\n"),
        (f'<c r="C7" t="str"><f>A1&amp;B1</f><v>{ID}</v></c>', ID),
    ],
)
def test_a_finding_says_its_cell(cell: str, shown: str) -> None:
    assert place_of(workbook.by_hand(f'<row r="7">{cell}</row>'), shown) == f"{SHEET}!C7"


def test_a_cell_that_does_not_say_where_it_stands_is_counted() -> None:
    assert place_of(workbook.by_hand(workbook.row("甲") + workbook.row("甲", "乙", ID))) == f"{SHEET}!C2"


def test_what_is_hidden_says_how(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet["A4"], sheet["B5"], sheet["E3"], sheet["F3"] = "隐行", "丁", "隐列", "白字"
    sheet.row_dimensions[4].hidden = sheet.column_dimensions["E"].hidden = True
    sheet["F3"].font = Font(color="FFFFFFFF")
    sheet["G3"], sheet["G3"].number_format = 13900139000, ";;;"
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state).sheet_state = state
        book[state]["B2"] = state
    content = workbook.saved(book)
    assert place_of(content, "隐行") == f"{SHEET}（隐藏行 hidden row）!A4"
    assert place_of(content, "隐列") == f"{SHEET}（隐藏列 hidden column）!E3"
    assert place_of(content, "白字") == f"{SHEET}!F3（白色文字 white text）"
    assert place_of(content, "13900139000") == f"{SHEET}!G3（不显示的格式 invisible format）"
    hidden = {piece.place_at(0) for piece in read(content) if piece.text in ("hidden\n", "veryHidden\n")}
    assert hidden == {
        "工作表 sheet hidden（隐藏工作表 hidden sheet）!B2",
        "工作表 sheet veryHidden（深度隐藏工作表 very hidden sheet）!B2",
    }


def test_what_stands_beside_the_cells_is_read(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet["B3"].comment = Comment("批注一", "作者甲")
    sheet.oddHeader.center.text = "页眉一"
    choice = DataValidation("list", formula1='"选项一,选项二"', prompt="提示一")
    choice.add("A3")
    sheet.add_data_validation(choice)
    book.defined_names["x"] = DefinedName("x", attr_text='"名称一"')
    book.properties.subject = MARK
    sheet["Z3"] = '=IF(A1="公式一",1,2)'
    content = workbook.saved(book)
    assert place_of(content, "批注一") == f"批注 comments {SHEET}!B3"
    for text in ("作者甲", "页眉一", "选项二", "提示一", "名称一", MARK):
        assert place_of(content, text)
    assert place_of(content, "公式一") == f"公式 formulas {SHEET}!Z3"
    assert doubtful(content) == [f"{SHEET}!Z3（公式没有结果 formula without its value）"]


def test_words_that_no_cell_uses_any_more_are_read() -> None:
    strings = f"<sst><si><t>用</t></si><si><t>110105</t><rPh><t>注</t></rPh><r><t>{ID[6:]}</t></r></si></sst>"
    content = workbook.by_hand('<row><c t="s"><v>0</v></c></row>', ("xl/sharedStrings.xml", strings.encode()))
    assert place_of(content) == "不再使用的文字 strings of no cell"
    assert place_of(content, "注") == "不再使用的文字 strings of no cell"
    assert place_of(content, "用") == f"{SHEET}!A1"


@pytest.mark.parametrize(
    ("name", "body", "place"),
    [
        ("xl/threadedComments/a.xml", '<c><threadedComment ref="C7"><text>{}</text></threadedComment></c>',
         "批注 comments 工作表 sheet xl/threadedComments/a.xml（未登记 unlisted）!C7"),
        ("xl/pivotCache/records1.xml", '<r><s v="{}"/></r>', "部件 part xl/pivotCache/records1.xml"),
        ("xl/externalLinks/a.xml", "<e><cell><v>{}</v></cell></e>", "部件 part xl/externalLinks/a.xml"),
        ("xl/drawings/a.xml", "<a:p xmlns:a='a'><a:r><a:rPr/><a:t>110105</a:t></a:r>"
         "<a:r><a:t>{:.12}</a:t></a:r></a:p>", "部件 part xl/drawings/a.xml"),
        ("xl/embeddings/a.docx", hostile.word(ID), "部件 part xl/embeddings/a.docx › 正文 text"),
        ("xl/worksheets/other.xml", f"<worksheet><sheetData>{workbook.row('{}')}</sheetData></worksheet>",
         "工作表 sheet xl/worksheets/other.xml（未登记 unlisted）!A1"),
    ],
)  # fmt: skip
def test_every_other_part_is_read(name: str, body: str | bytes, place: str) -> None:
    said = ID[6:] if isinstance(body, str) and ":.12" in body else ID
    part = body if isinstance(body, bytes) else body.format(said).encode()
    assert place_of(workbook.by_hand("", (name, part))) == place


def test_data_that_another_programme_would_fetch_is_for_a_person() -> None:
    link = (
        "xl/externalLinks/a.xml",
        b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    )
    assert doubtful(workbook.by_hand("", link)) == [
        "部件 part xl/externalLinks/a.xml（动态数据交换 DDE cmd）"
    ]


def test_a_damaged_sheet_is_for_a_person_and_the_others_are_read() -> None:
    content = workbook.by_hand("<row>", ("docProps/custom.xml", f"<a>{ID}</a>".encode()))
    assert doubtful(content) == ["部件 part xl/worksheets/sheet1.xml"]
    assert place_of(content) == "属性 properties docProps/custom.xml"


def test_a_workbook_of_pictures_only_is_unreadable() -> None:
    assert doubtful(workbook.by_hand("", ("xl/media/a.png", b"\x89PNG"))) == ["图片 pictures"]


def test_a_name_of_a_sheet_cannot_break_the_record() -> None:
    parts = (workbook.BOOK.replace("名单", "a&#xA;b" + "长" * 200), workbook.RELATIONS)
    content = hostile.zipped(
        [
            ("xl/workbook.xml", parts[0].encode()),
            ("xl/_rels/workbook.xml.rels", parts[1].encode()),
            ("xl/worksheets/sheet1.xml", f"<w><sheetData>{workbook.row(ID)}</sheetData></w>".encode()),
        ]
    )
    place = place_of(content)
    assert place.isprintable()
    assert len(place) < 120
