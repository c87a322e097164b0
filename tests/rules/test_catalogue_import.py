"""A catalogue that was kept elsewhere: understood in every usual way of writing, and every bad row named."""

import csv
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.faults import Fault
from gongkai.importing import sheets, template
from gongkai.importing.checking import Checked, Known, check, reasons
from gongkai.importing.columns import COLUMNS, field_of, shown
from gongkai.importing.dates import NotADate, day
from gongkai.importing.rows import House

HOUSE = House(
    "archive",
    "feng.xue",
    {"archive": "archive", "档案馆": "archive", "library": "library", "图书馆": "library"},
)
GOOD = {"名称": "开放时间通知", "成文日期": "2008-05-01", "主题分类": "政务公开", "附件": "a.txt"}


def checked(*rows: dict[str, str], known: Known | None = None, folder: Path | None = None) -> Checked:
    """What comes of these rows under these heads."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    lines = [[row.get(head, "") for head in heads] for row in rows]
    fields = [field_of(head) for head in heads]
    made = tuple(sheets._row(number, line, fields) for number, line in enumerate(lines, 2))
    return check(sheets.Sheet(tuple(heads), made), HOUSE, known or Known(), folder)


def meant(**cells: str) -> dict[str, Any]:
    """What a good row means."""
    [one] = (found := checked({**GOOD, **cells})).good or [None]  # type: ignore[list-item]
    assert one is not None, found.wrong
    return one.meant


def faults(**cells: str) -> list[tuple[str, str]]:
    return [(wrong.column, wrong.instead) for wrong in checked({**GOOD, **cells}).wrong]


# --- Dates

WAYS = (
    "{y}-{m}-{d}",
    "{y}-{m:02}-{d:02}",
    "{y}/{m}/{d}",
    "{y}.{m:02}.{d:02}",
    "{y}年{m}月{d}日",
    "{y} 年 {m} 月 {d} 日",
    "{y}{m:02}{d:02}",
    "{y}-{m:02}-{d:02} 00:00:00",
    "{y}-{m:02}-{d:02}T09:30",
    "　{y}-{m}-{d}　",
)


@given(st.dates(date(1950, 1, 2), date(2099, 12, 30)), st.sampled_from(WAYS), st.booleans())
def test_a_date_is_the_same_in_every_way_of_writing(on: date, way: str, wide: bool) -> None:
    text = way.format(y=on.year, m=on.month, d=on.day)
    assert day(text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else text) == on
    assert day(str((on - date(1899, 12, 30)).days)) == on


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("39569", date(2008, 5, 1)),
        ("二〇〇八年五月一日", date(2008, 5, 1)),
        ("二○一二年十二月三十一日", date(2012, 12, 31)),
        ("二〇二〇年十月二十日", date(2020, 10, 20)),
    ],
)
def test_excels_days_and_chinese_numerals_are_dates(text: str, on: date) -> None:
    assert day(text) == on


@pytest.mark.parametrize(
    "text", ["", "2008-02-30", "2008年5月", "5月1日", "20081301", "2008", "99999", "昨天", "2008-5-1-2"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        day(text)


# --- Columns


def test_every_head_of_real_catalogues_is_known() -> None:
    real = (
        "索引号 主题分类 发文机关 成文日期 标题 发文字号 发布日期 主题词 发布机构 发文日期 发布文号 关键词 "
        "信息来源 信息名称 内容概述 服务对象分类 体裁分类 文号 生效日期 名称 文件下载 时效 公开方式 废止日期 "
        "有效性 公文名称 发文单位 实施日期 公文生成日期"
    )
    assert list(shown(real.split())) == []
    assert field_of("＊名 称") == field_of("名称*") == field_of("TITLE") == "title"
    assert list(shown(["点击量", "序号", ""])) == ["点击量"]


def test_no_head_means_two_columns() -> None:
    for column in COLUMNS:
        for head in column.heads:
            assert field_of(head) == column.field, head


# --- Rows


def test_a_row_is_understood() -> None:
    said = meant(
        索引号="003111216/201012-00015",
        文号="滨开档[2008]第15号",
        体裁="通知",
        服务对象="公民、企业",
        主题词="档案；开放",
        发布机构="档案馆、图书馆",
        生效日期="2008年6月1日",
        废止日期="39999",
        有效性="失效",
        内容概述="—",
        信息类别="办事指南",
    )
    assert said == {
        "kind": "guide",
        "department": "archive",
        "author": "feng.xue",
        "title": "开放时间通知",
        "theme": "02.01",
        "created_on": date(2008, 5, 1),
        "former_index_no": "003111216/201012-00015",
        "doc_no": "滨开档[2008]第15号",
        "genre": "notice",
        "audience": ("citizens", "enterprises"),
        "keywords": ("档案", "开放"),
        "joint_with": ("library",),
        "effective_on": date(2008, 6, 1),
        "lapses_on": date(2009, 7, 5),
    }


def test_a_body_of_old_becomes_the_source_and_another_body_is_refused() -> None:
    assert meant(发布机构="滨海开发区档案局")["source"] == "滨海开发区档案局"
    assert faults(发布机构="图书馆") == [("发布机构", "archive")]


@pytest.mark.parametrize(
    ("cells", "column", "instead"),
    [
        ({"成文日期": "去年"}, "生成日期", "2008-05-01"),
        ({"成文日期": ""}, "生成日期", None),
        ({"名称": ""}, "名称", None),
        ({"名称": "长" * 301}, "名称", None),
        ({"主题分类": "02.10"}, "主题分类", "02.01 综合政务\\政务公开"),
        ({"主题分类": ""}, "主题分类", None),
        ({"文号": "关于停水"}, "文号", "滨开档〔2008〕15号"),
        ({"体裁": "小说"}, "体裁", "公告"),
        ({"服务对象": "公民、猫"}, "服务对象", "公民"),
        ({"有效性": "废止"}, "废止日期", "2020-12-31"),
        ({"有效性": "大概"}, "有效性", "有效"),
        ({"公开属性": "不予公开", "公开属性理由": "内部"}, "公开属性", "主动公开"),
        ({"索引号": "12345"}, "索引号", None),
        ({"生效日期": "2010-01-01", "废止日期": "2009-01-01"}, "行", None),
        ({"内容概述": "两\n行"}, "内容概述", None),
        ({"关键词": " ".join(map(str, range(21)))}, "主题词", None),
        ({"附件": ""}, "附件", None),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_what_to_write_instead(
    cells: dict[str, str], column: str, instead: str | None
) -> None:
    [(found, written)] = faults(**cells)
    assert found == column
    assert instead is None or instead in written


def test_all_faults_of_a_row_are_named_at_once() -> None:
    wrong = checked({"名称": "", "成文日期": "x", "主题分类": "y", "附件": ""}).wrong
    assert {one.column for one in wrong} == {"生成日期", "主题分类", "名称", "附件"}
    assert len(wrong) == 4


def test_a_number_that_stands_twice_is_the_fault_of_the_second_row() -> None:
    found = checked(
        {**GOOD, "文号": "滨开档〔2008〕15号"},
        {**GOOD, "名称": "另一份", "文号": "滨开档[2008]15号"},
        GOOD,
        GOOD,
    )
    assert [one.row.number for one in found.good] == [2, 4]
    assert [(wrong.row, wrong.column) for wrong in found.wrong] == [(3, "文号"), (5, "名称")]
    assert "第 2 行" in found.wrong[0].message


def test_what_the_catalogue_has_is_not_handed_in_again() -> None:
    known = Known(
        doc_nos={"滨开档〔2008〕15号": "A/2008-00001"}, index_nos=frozenset({"003111216/201012-00015"})
    )
    rows = [{**GOOD, "文号": "滨开档（2008）15号"}, {**GOOD, "索引号": "003111216/201012-00015"}]
    found = checked(*rows, known=known)
    assert [wrong.column for wrong in found.wrong] == ["文号", "索引号"]
    assert "A/2008-00001" in found.wrong[0].message


def test_a_row_keeps_its_key_wherever_it_stands() -> None:
    [first] = checked(GOOD).good
    turned = dict(reversed(GOOD.items()))
    again = checked({**GOOD, "名称": "另一份"}, turned).good[1]
    assert first.key == again.key
    assert checked(GOOD, known=Known(keys=frozenset({first.key}))).before[0].row.number == 2
    assert checked({**GOOD, "名称": "别的"}, known=Known(keys=frozenset({first.key}))).before == []


def test_a_file_is_looked_for_in_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "附件"
    folder.mkdir()
    (folder / "a.txt").write_text("正文")
    (tmp_path / "secret.txt").write_text("秘密")
    assert checked(GOOD, folder=folder).good
    for name in ("b.txt", "../secret.txt", str(tmp_path / "secret.txt"), "a.txt；b.txt", "."):
        assert [wrong.column for wrong in checked({**GOOD, "附件": name}, folder=folder).wrong] == ["附件"]


# --- Files

LINES = [
    ["某区公开目录"],
    [],
    ["序号", "名称", "成文日期", "点击量"],
    ["1", "通知", "2008-5-1", "9"],
    [],
    ["2", "公告", "39569", ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_read_in_every_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "目录.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(LINES)
    sheet = sheets.read(path)
    assert [(row.number, row.said) for row in sheet.rows] == [
        (4, {"title": "通知", "created_on": "2008-5-1"}),
        (6, {"title": "公告", "created_on": "39569"}),
    ]


def test_a_workbook_is_read_with_its_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in [["目录"], ["标题", "发文日期", "文号"], ["通知", date(2008, 5, 1), 15.0]]:
        book.active.append(line)
    book.save(tmp_path / "目录.xlsx")
    [row] = sheets.read(tmp_path / "目录.xlsx").rows
    assert (row.number, row.said) == (3, {"title": "通知", "created_on": "2008-05-01", "doc_no": "15"})


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\xff", b"a,b\n1,2\n", b"PK\x03\x04 broken", bytes(range(128, 256))]
)
def test_what_is_no_catalogue_is_a_fault_and_not_a_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(Fault):
        sheets.read(tmp_path / "x.csv")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_nothing_that_was_rejected_runs_as_a_formula_and_it_is_read_back_as_it_was(
    tmp_path: Path, cell: str
) -> None:
    sheets.write(tmp_path / "x.csv", ["名称", "文号"], [[cell, "x"]])
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][0] == f"'{cell}"
    assert sheets.read(tmp_path / "x.csv").rows[0].said["title"] == cell.strip()


def test_the_template_is_a_catalogue_that_can_be_read_and_offers_choices(tmp_path: Path) -> None:
    path = tmp_path / "目录.xlsx"
    template.write(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["目录", "说明", "选项"]
    offered = {str(one.sqref): one.formula1 for one in book["目录"].data_validations.dataValidation}
    assert len(offered) == 6
    for number, head in enumerate([cell.value for cell in book["目录"][1]], 1):
        assert field_of(str(head)) == COLUMNS[number - 1].field
    for row, value in ((2, "开放通知"),):
        book["目录"].cell(row, 2, value)
    book.save(path)
    [row] = sheets.read(path).rows
    assert row.said == {"title": "开放通知"}


def test_ten_thousand_rows_are_checked_in_seconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heads = ["名称", "成文日期", "主题分类", "文号", "体裁", "主题词", "附件"]
    with (tmp_path / "目录.csv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for n in range(10_000):
            on = date(2008, 5, 1) + timedelta(days=n % 3000)
            theme = "综合政务\\电子政务" if n % 10 else "没有这类"
            writer.writerow(
                [
                    f"通知{n}",
                    f"{on:%Y年%m月%d日}",
                    theme,
                    f"滨开档〔{on.year}〕{n + 1}号",
                    "通知",
                    "档案 开放",
                    "a.txt",
                ]
            )
    started = time.perf_counter()
    found = check(sheets.read(tmp_path / "目录.csv"), HOUSE, Known(), None)
    took = time.perf_counter() - started
    with capsys.disabled():
        print(f"\nrows={found.rows} bad={len(found.bad)} seconds={took:.2f}")
    assert (found.rows, len(found.bad)) == (10_000, 1_000)
    assert "电子政务" in reasons(found.bad[0]) or "主题分类" in reasons(found.bad[0])
    assert took < 20
