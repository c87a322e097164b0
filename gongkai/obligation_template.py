"""A register of obligations as a workbook: the form that offices know, empty or with what is in force."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from services.publish.obligations.register_entries import Entry, For, Manner, Tier

from .obligation_words import carrier_words, time_words

TITLE = "政府信息主动公开事项标准目录"

HEADS: Sequence[tuple[str, Sequence[str], int]] = (
    ("序号", (), 6),
    ("事项编码", (), 16),
    ("公开事项", ("一级事项", "二级事项"), 18),
    ("公开内容（要素）", (), 40),
    ("公开依据", (), 36),
    ("公开时限", (), 24),
    ("公开主体", (), 18),
    ("公开渠道和载体", (), 34),
    ("公开对象", ("全社会", "特定群体"), 8),
    ("公开方式", ("主动", "依申请"), 8),
    ("公开层级", ("县级", "乡镇级", "村级"), 8),
)
"""Each group with its columns, and how wide they are."""

ADVICE = (
    "一个事项一行；同一事项由几个机关公开的，公开主体用顿号分开。",
    "事项编码用小写字母、数字、点和横线；不填的，系统按事项名称沿用原编码，或另编新码。",
    "时限的写法：信息形成或者变更之日起20个工作日内；7个工作日内；20日内；24小时内；实时；每月结束后10个工作日内；"
    "每季度结束后15日内；每年1月31日前。",
    "渠道请把选中的□改为■；对象、方式、层级在相应栏内打√。",
    "再次导入时，文件中没有的自有事项自导入之日起停用；国家规定的事项不受影响。",
)


def save(path: Path, entries: Sequence[Entry], names: Mapping[str, str]) -> None:
    """The form with these entries; `names` are the bodies'."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "标准目录"
    width = _head(sheet)
    for number, entry in enumerate(entries, 1):
        _row(sheet, number + 3, _cells(number, entry, names))
    _look(sheet, width, max(4, len(entries) + 3))
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 110
    for line in ADVICE:
        notes.append([line])
    book.save(path)


def _head(sheet: Any) -> int:
    """Title, groups and columns; how many columns there are."""
    column = 0
    for group, parts, _ in HEADS:
        first = column + 1
        column += len(parts) or 1
        sheet.cell(2, first, group)
        for offset, part in enumerate(parts):
            sheet.cell(3, first + offset, part)
        sheet.merge_cells(start_row=2, start_column=first, end_row=2 if parts else 3, end_column=column)
    sheet.cell(1, 1, TITLE)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=column)
    return column


def _cells(number: int, entry: Entry, names: Mapping[str, str]) -> list[str]:
    return [
        str(number),
        entry.code,
        entry.matter,
        entry.second_matter,
        entry.content,
        entry.basis,
        time_words(entry.within, entry.repeats, entry.day),
        names.get(entry.body, entry.body),
        carrier_words(entry.channels),
        *(_tick(entry.audience is whom) for whom in For),
        *(_tick(entry.manner is manner) for manner in Manner),
        *(_tick(tier in entry.levels) for tier in Tier),
    ]


def _tick(yes: bool) -> str:
    return "√" if yes else ""


def _row(sheet: Any, row: int, cells: Sequence[str]) -> None:
    """All of it is text: a sheet must not reckon with what somebody wrote."""
    for column, text in enumerate(cells, 1):
        cell = sheet.cell(row, column, text)
        cell.data_type = "s"


def _look(sheet: Any, width: int, last: int) -> None:
    thin = Side(style="thin", color="999999")
    edge = Border(left=thin, right=thin, top=thin, bottom=thin)
    grey = PatternFill("solid", fgColor="EEEEEE")
    for row in sheet.iter_rows(min_row=2, max_row=last, max_col=width):
        for cell in row:
            cell.border = edge
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left")
            if cell.row <= 3:
                cell.font, cell.fill = Font(bold=True), grey
                cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    widths = [wide for _, parts, wide in HEADS for _ in (parts or ("",))]
    for column, wide in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.freeze_panes = "D4"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "2:3"
