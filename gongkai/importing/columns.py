"""The columns of a catalogue: by which heads real ones are known, and what is to be written under them."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column; the first head is the one that the template has."""

    field: str
    heads: tuple[str, ...]
    zh: str
    en: str
    needed: bool = False

    @property
    def head(self) -> str:
        return self.heads[0]


COLUMNS = (
    Column(
        "former_index_no",
        ("索引号", "信息索引号", "索引", "Index number", "Index no", "Identifier"),
        "原索引号；只查形式，如 003111216/201012-00015。符合本平台格式且前缀是本机关的，沿用为索引号。",
        "The index number it had; only its form is checked.",
    ),
    Column(
        "title",
        ("名称", "标题", "信息名称", "公文名称", "文件名称", "Title", "Name"),
        "标题，不超过 300 字。",
        "The title, at most 300 characters.",
        needed=True,
    ),
    Column(
        "summary",
        ("内容概述", "内容摘要", "摘要", "概述", "Summary", "Description"),
        "不超过 500 字，不换行。",
        "At most 500 characters, on one line.",
    ),
    Column(
        "publisher",
        ("发布机构", "发文机关", "发文单位", "发布单位", "公开主体", "Publisher", "Issuing body"),
        "本机关的代码或名称；联合发文的用“、”分开。不在名录中的旧名称记入信息来源。",
        "This body's code or name; several are parted by commas. A name of old becomes the source.",
    ),
    Column(
        "created_on",
        (
            "生成日期",
            "成文日期",
            "发文日期",
            "制发日期",
            "公文生成日期",
            "Created on",
            "Date created",
            "Date",
        ),
        "如 2008-05-01、2008年5月1日、20080501。",
        "Such as 2008-05-01 or 20080501.",
        needed=True,
    ),
    Column(
        "published_on",
        ("发布日期", "公开日期", "发布时间", "Published on", "Date issued"),
        "原发布日期；只核对写法。在本平台上的发布日期由批准之后的发布决定。",
        "When it was published elsewhere; only its form is checked.",
    ),
    Column(
        "theme",
        ("主题分类", "主题", "主题导航", "Theme", "Subject"),
        "国务院主题分类的编号、名称或路径，如 02.04、电子政务、综合政务\\电子政务。",
        "A theme by code, name or path.",
        needed=True,
    ),
    Column(
        "doc_no",
        ("文号", "发文字号", "发布文号", "文件编号", "Document number", "Document no"),
        "如 滨开档〔2008〕15号。",
        "The document number.",
    ),
    Column(
        "kind",
        ("信息类别", "类别", "Kind"),
        "通知公告、办事指南、报告等。",
        "Notice, guide, report and so on.",
    ),
    Column(
        "genre", ("体裁", "体裁分类", "文种", "Genre"), "通知、公告、意见等。", "Notice, opinion and so on."
    ),
    Column(
        "audience",
        ("服务对象", "服务对象分类", "Audience"),
        "公民、企业、社会团体、政府机关、特定群体，可有多个。",
        "Citizens, enterprises and so on; several are parted.",
    ),
    Column(
        "keywords",
        ("主题词", "关键词", "Keywords"),
        "不超过 20 个，用“；”或空格分开。",
        "At most 20, parted by semicolons or spaces.",
    ),
    Column(
        "effective_on",
        ("生效日期", "施行日期", "实施日期", "Effective on", "Valid from"),
        "从这一天起施行。",
        "In force from this day.",
    ),
    Column(
        "lapses_on",
        ("废止日期", "失效日期", "有效期至", "Lapses on", "Valid to"),
        "从这一天起失效。",
        "In force until the day before.",
    ),
    Column(
        "validity",
        ("有效性", "时效", "是否有效", "Validity"),
        "有效、失效、废止、已修改、尚未生效；失效和废止须有废止日期。",
        "In force, lapsed, repealed; what ended needs its day.",
    ),
    Column(
        "source",
        ("信息来源", "来源", "Source"),
        "不是本机关的，写明来源。",
        "Where it is not the body itself.",
    ),
    Column(
        "office",
        ("责任处室", "责任部门", "责任科室", "承办处室", "Office", "Division"),
        "承办的处室。",
        "The part of the body that answers for it.",
    ),
    Column(
        "openness",
        ("公开属性", "公开方式", "公开类别", "Openness"),
        "只接收主动公开和部分公开的信息。",
        "Only what is open, or open in part, is taken.",
    ),
    Column(
        "openness_reason",
        ("公开属性理由", "部分公开理由", "Openness reason"),
        "部分公开的须写明理由。",
        "Why it is open in part only.",
    ),
    Column(
        "files",
        ("附件", "文件", "附件下载", "文件下载", "正文文件", "Files", "Attachments"),
        "--files 目录中的文件名，正文在前，用“；”分开。",
        "Names of files in the --files folder, the text first, parted by semicolons.",
        needed=True,
    ),
)

IGNORED = ("序号", "行号", "原因", "row", "reason", "no")
"""Heads that say nothing of a document; the last of them are our own in what was rejected."""

BY_FIELD = {column.field: column for column in COLUMNS}


def field_of(head: str) -> str | None:
    """The field under this head, whatever its width, case, spaces and stars."""
    return _KNOWN.get(_plain(head))


def ignored(head: str) -> bool:
    return _plain(head) in {_plain(one) for one in IGNORED} | {""}


def shown(head_of: Sequence[str]) -> Iterator[str]:
    """The heads that nobody knows."""
    return (head for head in head_of if not field_of(head) and not ignored(head))


def _plain(head: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", head).casefold() if letter.isalnum())


_KNOWN = {_plain(head): column.field for column in COLUMNS for head in column.heads}
