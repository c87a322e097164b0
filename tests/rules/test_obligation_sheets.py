"""Registers of obligations as offices keep them: merged heads, boxes, ticks and times in words."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as some

from gongkai import obligation_grid
from gongkai.faults import Fault
from gongkai.obligation_sheet import Bad, Known, Sheet, read
from gongkai.obligation_template import save
from gongkai.obligation_words import carriers_of, time_of, time_words
from services.publish.obligations.clocks import Every, Unit
from services.publish.obligations.register_entries import Carrier, For, Manner, Put, Tier, Within

SAMPLES = Path(__file__).parents[2] / "samples"
BODIES = {
    one["name"]: one["code"]
    for one in yaml.safe_load((SAMPLES / "organisation.yaml").read_text("utf-8"))["departments"]
}
KNOWN = Known(BODIES)


@pytest.mark.parametrize(
    ("words", "number", "unit", "every", "day"),
    [
        ("信息形成或者变更之日起20个工作日内", 20, "working-days", "none", ""),
        ("自信息形成或变更之日起二十个工作日内予以公开", 20, "working-days", "none", ""),
        ("7个工作日", 7, "working-days", "none", ""),
        ("作出决定之日起七个 工作日内", 7, "working-days", "none", ""),
        ("收到申请之日起15个工作日内", 15, "working-days", "none", ""),
        ("批准后20日内", 20, "days", "none", ""),
        ("1个月内", 30, "days", "none", ""),
        ("24小时内", 24, "hours", "none", ""),
        ("实时", 0, "at-once", "none", ""),
        ("即时公开", 0, "at-once", "none", ""),
        ("实时公开，最迟不超过2个工作日", 2, "working-days", "none", ""),
        ("信息形成之日起20个工作日内，预警信息即时公开", 0, "at-once", "none", ""),
        ("20个工作日内；双公示7个工作日内", 7, "working-days", "none", ""),
        ("公示7个工作日，自决定之日起20个工作日内", 20, "working-days", "none", ""),
        ("及时公开", 20, "working-days", "none", ""),
        ("每季度结束后15日内", 15, "days", "quarter", ""),
        ("每月15日前", 0, "days", "month", "15"),
        ("按月公开", 20, "working-days", "month", ""),
        ("每半年", 20, "working-days", "half-year", ""),
        ("每年1月31日前", 0, "days", "year", "01-31"),
        ("3月31日前", 0, "days", "year", "03-31"),
        ("每年（截至3月31日）结束后10个工作日内", 10, "working-days", "year", "03-31"),
    ],
)
def test_a_time_is_read_as_offices_write_it(words: str, number: int, unit: str, every: str, day: str) -> None:
    assert time_of(words) == (Within(number=number, unit=Unit(unit)), Every(every), day)


@pytest.mark.parametrize("words", ["", "长期", "按规定", "公示期不少于7个工作日", "提前5日", "——"])
def test_what_says_no_time_is_not_guessed(words: str) -> None:
    assert time_of(words) is None


@given(
    some.integers(1, 999),
    some.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS, Unit.AT_ONCE]),
    some.sampled_from(Every),
    some.sampled_from(["", "15", "31", "03-31", "12-01"]),
)
def test_a_time_that_is_written_is_read_again(number: int, unit: Unit, every: Every, day: str) -> None:
    try:
        Put(matter="a", repeats=every, day=day)
    except ValueError:
        assume(False)
    within = Within(number=0 if unit is Unit.AT_ONCE else number, unit=unit)
    assert time_of(time_words(within, every, day)) == (within, every, day)


@pytest.mark.parametrize(
    ("cell", "carriers"),
    [
        ("■政府网站 □政府公报\n□两微一端 ■发布会/听证会", ["website", "conference"]),
        ("☑政府网站☐广播电视☑其他抖音", ["website", "other"]),
        ("政府网站■ 政府公报□ 精准推送■", ["website", "direct"]),
        ("政府网站、村公示栏，12345热线", ["website", "notice-board", "hotline"]),
        ("□政府网站 □政府公报", []),
        ("■社区/企事业单位/村公示栏（电子屏）■政务（行政）服务中心", ["service-centre", "notice-board"]),
        ("", []),
    ],
)
def test_boxes_are_read_by_their_ticks(cell: str, carriers: list[str]) -> None:
    assert [carrier.value for carrier in carriers_of(cell)] == carriers


def of_sample() -> Sheet:
    path = SAMPLES / "obligations.csv"
    return read(obligation_grid.read(path.name, path.read_bytes()), KNOWN)


def test_the_sample_register_is_read_whole() -> None:
    sheet = of_sample()
    assert sheet.bad == []
    assert len(sheet.entries) == 12
    by_code = {one.code: one for one in sheet.entries}
    assert by_code["development.project"].matter == "规划计划", "its first level stands in the row above"
    assert by_code["audit.report"].day == "08-31"
    allowance = by_code["labour.allowance"]
    assert (allowance.audience, allowance.manner) == (For.PARTICULAR, Manner.ON_REQUEST)
    assert by_code["water.stoppage"].levels == (Tier.COUNTY, Tier.TOWNSHIP, Tier.VILLAGE)


def test_what_is_written_as_the_form_is_read_again(tmp_path: Path) -> None:
    entries = of_sample().entries
    entries[0] = entries[0].model_copy(update={"basis": "=HYPERLINK(1)"})
    save(tmp_path / "form.xlsx", entries, {code: name for name, code in BODIES.items()})
    content = (tmp_path / "form.xlsx").read_bytes()
    again = read(obligation_grid.read("form.xlsx", content), KNOWN)
    assert (again.entries, again.bad) == (entries, [])
    cell = openpyxl.load_workbook(io.BytesIO(content))["标准目录"].cell(4, 6)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s"), "a sheet must not reckon with it"


HEAD = {
    "A": "序号",
    "B": "一级事项",
    "C": "二级事项",
    "D": "公开时限",
    "E": "公开主体",
    "F": "公开渠道和载体",
}


def book(*rows: Mapping[str, Any], merged: tuple[str, ...] = (), head: Mapping[str, str] = HEAD) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "教育"
    for number, row in enumerate([{"A": "某县标准目录"}, head, *rows], 1):
        for column, value in row.items():
            made.active[f"{column}{number}"] = value
    made.active.merge_cells("A1:F1")
    for area in merged:
        made.active.merge_cells(area)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def of(content: bytes, known: Known = KNOWN) -> Sheet:
    return read(obligation_grid.read("register.xlsx", content), known)


def row(number: int, matter: str | None = "馆务", second: str = "", **more: Any) -> dict[str, Any]:
    about = {"A": number, "B": matter, "C": second, "D": "7个工作日", "E": "档案馆", "F": "■政府网站"}
    return {**about, **more}


def test_merged_cells_say_the_same_in_every_row() -> None:
    first = row(1, second="开放时间")
    second = {"A": 2, "C": "查阅规则"}
    sheet = of(book(first, second, merged=("B3:B4", "D3:D4", "E3:E4", "F3:F4")))
    assert sheet.bad == []
    assert [(one.matter, one.second_matter, one.within.number) for one in sheet.entries] == [
        ("馆务", "开放时间", 7),
        ("馆务", "查阅规则", 7),
    ]


def test_columns_of_ticks_are_read_under_their_group() -> None:
    head = {**HEAD, "F": "公开渠道和载体", "G": "", "H": "公开对象", "I": "", "J": "公开方式", "K": ""}
    below = {"F": "政府网站", "G": "村公示栏", "H": "全社会", "I": "特定群体", "J": "主动", "K": "依申请公开"}
    entry = {**row(1), "F": "", "G": "√", "H": "", "I": "√", "J": "√", "K": ""}
    merged = ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:G2", "H2:I2", "J2:K2")
    sheet = of(book(below, entry, head=head, merged=merged))
    assert sheet.bad == []
    [one] = sheet.entries
    assert (one.channels, one.audience, one.manner) == (
        (Carrier.NOTICE_BOARD,),
        For.PARTICULAR,
        Manner.PROACTIVE,
    )


def test_every_bad_row_is_named_with_its_column_and_what_helps() -> None:
    sheet = of(
        book(
            row(1, "甲"),
            row(2, "乙", D="长期"),
            row(3, "丙", E="档按馆"),
            row(4, "丁" * 201),
            {"A": 5, "B": "戊", "D": "", "E": "档案馆"},
            {"A": "备注：本表由办公室填写"},
        )
    )
    assert len(sheet.entries) == 1
    found = [(one.sheet, one.row, one.column) for one in sheet.bad]
    assert found == [
        ("教育", 4, "D 公开时限"),
        ("教育", 5, "E 公开主体"),
        ("教育", 6, "B 一级事项"),
        ("教育", 7, "D 公开时限"),
    ]
    assert "长期" in sheet.bad[0].reason
    assert "20个工作日" in sheet.bad[0].advice
    assert "档案馆" in sheet.bad[1].advice
    assert all(isinstance(one, Bad) and one.reason and one.advice for one in sheet.bad)


def test_a_code_is_never_another_matters() -> None:
    first = of(book(row(1, "甲"), row(2, "乙")))
    assert [one.code for one in first.entries] == ["local.001", "local.002"]
    codes = {(one.body, one.matter, one.second_matter): one.code for one in first.entries}
    again = of(book(row(1, "新"), row(2, "甲"), row(3, "乙")), Known(BODIES, codes))
    assert {one.matter: one.code for one in again.entries} == {
        "新": "local.003",
        "甲": "local.001",
        "乙": "local.002",
    }
    head = {**HEAD, "G": "事项编码"}
    twice = of(book(row(1, "甲", G="x1"), row(2, "乙", G="x1"), row(3, "丙", G="大写"), head=head))
    assert [one.column for one in twice.bad] == ["G 事项编码", "G 事项编码"]


def test_a_row_of_several_bodies_is_an_entry_of_each() -> None:
    sheet = of(book(row(1, E="档案馆、区图书馆"), row(2, "乙", E="")), Known(BODIES, body="audit"))
    assert [(one.body, one.code) for one in sheet.entries[:2]] == [
        ("archive", "local.001"),
        ("library", "local.001"),
    ]
    alone = of(book(row(1, E="")), Known(BODIES, body="audit"))
    assert [one.body for one in alone.entries] == ["audit"]
    nobody = of(book(row(1, E="")))
    assert [one.column for one in nobody.bad] == ["E 公开主体"]


def test_a_sheet_without_its_columns_is_refused() -> None:
    sheet = of(book(row(1), head={**HEAD, "D": "备注"}))
    assert sheet.entries == []
    assert "公开时限" in sheet.bad[0].reason
    with pytest.raises(Fault, match="表头"):
        of(book(head={"A": "只是", "B": "一张", "C": "表"}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x00\x01\x02", b"%PDF-1.7 not a sheet"])
def test_what_is_no_sheet_is_said_in_one_sentence(content: bytes) -> None:
    with pytest.raises(Fault):
        of(content)


def test_a_table_in_gb18030_is_read_too() -> None:
    text = "序号,一级事项,公开时限,公开主体\n1,馆务,7个工作日,档案馆\n2,,实时,\n"
    sheet = read(obligation_grid.read("r.csv", text.encode("gb18030")), KNOWN)
    assert sheet.bad == []
    assert [(one.matter, one.body, one.within.unit) for one in sheet.entries] == [
        ("馆务", "archive", Unit.WORKING_DAYS),
        ("馆务", "archive", Unit.AT_ONCE),
    ]
