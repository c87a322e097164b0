"""The labels of the catalogue's codes, in Chinese and English, for every page, feed, table and command."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeVar

from .contracts.vocabulary import (
    Audience,
    DocumentKind,
    Genre,
    Openness,
    RelationKind,
    Stage,
    Validity,
    WithdrawalKind,
    WithdrawalReason,
)

Language = Literal["zh", "en"]
Code = TypeVar("Code", bound=StrEnum)


class Label(NamedTuple):
    """What a code is called."""

    zh: str
    en: str


KINDS: Mapping[DocumentKind, Label] = {
    DocumentKind.NOTICE: Label("通知公告", "Notice"),
    DocumentKind.GUIDE: Label("办事指南", "Guide to a service"),
    DocumentKind.REPORT: Label("报告", "Report"),
    DocumentKind.STATISTICS: Label("统计数据", "Statistics"),
    DocumentKind.PERSONNEL: Label("人事信息", "Personnel"),
    DocumentKind.BUDGET: Label("预算决算", "Budget and accounts"),
    DocumentKind.PLAN: Label("规划计划", "Plan"),
    DocumentKind.REGULATION: Label("规范性文件", "Regulatory document"),
}

GENRES: Mapping[Genre, Label] = {
    Genre.RESOLUTION: Label("决议", "Resolution"),
    Genre.DECISION: Label("决定", "Decision"),
    Genre.ORDER: Label("命令（令）", "Order"),
    Genre.COMMUNIQUE: Label("公报", "Communiqué"),
    Genre.ANNOUNCEMENT: Label("公告", "Announcement"),
    Genre.PUBLIC_NOTICE: Label("通告", "Public notice"),
    Genre.OPINION: Label("意见", "Opinion"),
    Genre.NOTICE: Label("通知", "Notice"),
    Genre.CIRCULAR: Label("通报", "Circular"),
    Genre.REPORT: Label("报告", "Report"),
    Genre.REQUEST: Label("请示", "Request for instructions"),
    Genre.REPLY: Label("批复", "Reply"),
    Genre.BILL: Label("议案", "Bill"),
    Genre.LETTER: Label("函", "Letter"),
    Genre.MINUTES: Label("纪要", "Minutes"),
    Genre.PLAN: Label("规划", "Plan"),
    Genre.STATISTICS: Label("统计数据", "Statistics"),
    Genre.BUDGET: Label("预决算", "Budget and accounts"),
    Genre.GUIDE: Label("办事指南", "Guide to a service"),
    Genre.INTERPRETATION: Label("解读", "Interpretation"),
    Genre.PUBLICITY: Label("公示", "Notice for objections"),
    Genre.ANNUAL_REPORT: Label("年报", "Annual report"),
    Genre.OTHER: Label("其他", "Other"),
}

AUDIENCES: Mapping[Audience, Label] = {
    Audience.CITIZENS: Label("公民", "Citizens"),
    Audience.ENTERPRISES: Label("企业", "Enterprises"),
    Audience.ASSOCIATIONS: Label("社会团体", "Associations"),
    Audience.GOVERNMENT: Label("政府机关", "Government bodies"),
    Audience.PARTICULAR_GROUPS: Label("特定群体", "Particular groups"),
}

OPENNESS: Mapping[Openness, Label] = {
    Openness.OPEN: Label("主动公开", "Open"),
    Openness.PARTIAL: Label("部分公开", "Open in part"),
    Openness.ON_REQUEST: Label("依申请公开", "On request"),
    Openness.WITHHELD: Label("不予公开", "Withheld"),
}

RELATIONS: Mapping[RelationKind, Label] = {
    RelationKind.AMENDS: Label("修改", "Amends"),
    RelationKind.REPEALS: Label("废止", "Repeals"),
    RelationKind.INTERPRETS: Label("解读", "Interprets"),
    RelationKind.ANSWERS: Label("答复", "Answers"),
    RelationKind.IMPLEMENTS: Label("执行", "Implements"),
    RelationKind.REPLACES: Label("代替", "Replaces"),
    RelationKind.CITES: Label("引用", "Cites"),
}

RELATED_BY: Mapping[RelationKind, Label] = {
    RelationKind.AMENDS: Label("被修改", "Amended by"),
    RelationKind.REPEALS: Label("被废止", "Repealed by"),
    RelationKind.INTERPRETS: Label("有解读", "Interpreted by"),
    RelationKind.ANSWERS: Label("有答复", "Answered by"),
    RelationKind.IMPLEMENTS: Label("有执行文件", "Implemented by"),
    RelationKind.REPLACES: Label("被代替", "Replaced by"),
    RelationKind.CITES: Label("被引用", "Cited by"),
}
"""The same relations as they are read from the other document."""

STAGES: Mapping[Stage, Label] = {
    Stage.DECISION: Label("决策", "Decision"),
    Stage.EXECUTION: Label("执行", "Execution"),
    Stage.RESULT: Label("结果", "Result"),
}

VALIDITIES: Mapping[Validity, Label] = {
    Validity.NOT_YET: Label("尚未生效", "Not yet in force"),
    Validity.IN_FORCE: Label("有效", "In force"),
    Validity.MODIFIED: Label("已修改", "Modified"),
    Validity.LAPSED: Label("失效", "Lapsed"),
    Validity.REPEALED: Label("废止", "Repealed"),
}

WITHDRAWAL_KINDS: Mapping[WithdrawalKind, Label] = {
    WithdrawalKind.WITHDRAWN: Label("撤回", "Withdrawn"),
    WithdrawalKind.GONE: Label("删除", "Gone"),
    WithdrawalKind.REPLACED: Label("已被替换", "Replaced"),
    WithdrawalKind.EXPIRED: Label("期满下线", "Expired"),
}

WITHDRAWAL_REASONS: Mapping[WithdrawalReason, Label] = {
    WithdrawalReason.SECRECY: Label("涉及国家秘密", "State secret"),
    WithdrawalReason.PERSONAL_INFORMATION: Label("涉及个人信息", "Personal information"),
    WithdrawalReason.INACCURATE: Label("内容有误", "Inaccurate"),
    WithdrawalReason.REPLACED: Label("已有新文本", "Replaced"),
    WithdrawalReason.REPEALED: Label("文件已废止", "Repealed"),
    WithdrawalReason.EXPIRED: Label("公开期满", "Its time is over"),
    WithdrawalReason.COURT_OR_RECONSIDERATION: Label(
        "法院裁判或者复议决定", "Judgment of a court or decision on reconsideration"
    ),
}

ALL: tuple[Mapping[Any, Label], ...] = (
    KINDS,
    GENRES,
    AUDIENCES,
    OPENNESS,
    RELATIONS,
    STAGES,
    VALIDITIES,
    WITHDRAWAL_KINDS,
    WITHDRAWAL_REASONS,
)
_BY_LIST = {type(next(iter(labels))): labels for labels in ALL}


def label(code: StrEnum, language: Language = "zh") -> str:
    """What a code of the catalogue is called."""
    return _BY_LIST[type(code)][code][0 if language == "zh" else 1]


def said(labels: Mapping[Code, Label], words: str) -> Code | None:
    """The code that somebody means by these words: the code itself or either of its labels."""
    wanted = words.strip().casefold()
    named = (
        (code, (code.value, *label, *label.zh.rstrip("）").split("（"))) for code, label in labels.items()
    )
    return next((code for code, names in named if wanted in map(str.casefold, names)), None)
