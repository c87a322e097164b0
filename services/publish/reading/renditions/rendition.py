"""What a rendition is, what it tells about itself, and why a file may have none."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

VERSION = 1
"""Of the renderer: what another has made is made anew. Raised whenever renditions come out differently."""

PREFIX = "r-"
"""Of every id in a rendition, so that none can stand in for one of the page around it."""


class Heading(NamedTuple):
    level: int
    text: str
    id: str


class Note(NamedTuple):
    """What the original has and the rendition does not show."""

    code: str
    times: int = 1

    @property
    def zh(self) -> str:
        return NOTES[self.code][0].format(self.times)

    @property
    def en(self) -> str:
        return NOTES[self.code][1].format(self.times)


NOTES = {
    "pictures": ("{} 幅图片不能在此显示", "Pictures that cannot be shown here: {}"),
    "undescribed": ("{} 幅图片没有文字说明", "Pictures without a description: {}"),
    "links": (
        "{} 个链接已停用（站内相对地址或者不安全的地址）",
        "Links that cannot be followed from here: {}",
    ),
    "active": ("{} 处表单、框架、音视频或绘图未显示", "Forms, frames, players or drawings left out: {}"),
    "hidden": ("{} 处隐藏内容未显示", "Hidden passages left out: {}"),
    "headers": ("页眉页脚未显示", "Page headers and footers are left out"),
    "drawings": ("{} 处图形或嵌入对象未显示", "Drawings or embedded objects left out: {}"),
    "sheets": ("{} 个隐藏的工作表未显示", "Hidden sheets left out: {}"),
    "rows": ("表格过长，{} 行未显示", "Rows left out of long tables: {}"),
    "columns": ("表格过宽，{} 列未显示", "Columns left out of wide tables: {}"),
    "charts": ("{} 个图表未显示", "Charts left out: {}"),
    "uncomputed": ("{} 个公式没有保存结果", "Formulas whose results were not saved: {}"),
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """Its HTML stands under a heading of the first level: its title, or what the page says instead."""

    html: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    notes: tuple[Note, ...] = ()
    lang: str = "zh-CN"


class NotRendered(Exception):
    """The file has no rendition; the original can be downloaded. `reason` says why."""

    REASONS: ClassVar = {
        "download-only": ("这种格式只提供下载。", "Files of this type are only for download."),
        "too-large": ("文件过大，只提供下载。", "The file is too large to be shown; it is for download."),
        "too-deep": ("文件结构过于复杂，只提供下载。", "The file is built too deeply to be shown."),
        "too-slow": ("文件转换超时，只提供下载。", "Showing the file would take too long."),
        "damaged": ("文件无法读取，只提供下载。", "The file cannot be read to be shown."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def zh(self) -> str:
        return self.REASONS[self.reason][0]

    @property
    def en(self) -> str:
        return self.REASONS[self.reason][1]
