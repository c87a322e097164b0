"""The language of the command line: Chinese first, English where the locale asks for it."""

import os
from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

VARIABLES = ("GONGKAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(environment: Mapping[str, str]) -> Language:
    """The first variable that is set decides; C and POSIX name no language, so Chinese stays."""
    said = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    code = said.partition(".")[0].lower()
    return "zh" if code in ("", "c", "posix") or code.startswith("zh") else "en"


LANGUAGE = language_of(os.environ)


def both(zh: str, en: str) -> str:
    """The one of the two that the reader wants."""
    return zh if LANGUAGE == "zh" else en


def columns(zh: str, en: str) -> list[str]:
    """The heads of a table, parted by strokes."""
    return both(zh, en).split("|")


KINDS = {
    "notice": "通知公告",
    "guide": "办事指南",
    "report": "报告",
    "statistics": "统计数据",
    "personnel": "人事信息",
    "budget": "预算决算",
    "plan": "规划计划",
    "regulation": "规范性文件",
}

LEVELS = {"head": "部门负责人", "leader": "分管领导", "principal": "主要领导"}

STATES = {
    "received": "已收件",
    "in review": "审查中",
    "screening": "筛查中",
    "reviewing": "审查审批中",
    "referred": "报请确定中",
    "approved": "已批准",
    "returned": "已退回",
    "rejected": "不予公开",
    "quarantined": "已封存",
    "superseded": "已被新版取代",
    "voided": "批准已作废",
    "published": "已发布",
    "reexamining": "复查中",
    "withdrawn": "已撤回",
    "refused": "未通过发布核验",
}

CASE_STATES = tuple(state for state in STATES if state not in ("received", "in review", "refused"))
"""Those of a case; the others are a submission's."""

VALIDITY = {
    "in-force": "有效",
    "not-yet": "尚未施行",
    "modified": "已修改",
    "lapsed": "失效",
    "repealed": "废止",
}

SENSITIVITIES = {"ordinary": "一般", "sensitive": "敏感"}

EVENTS = {
    "document.submitted": "已提交",
    "submission.rejected": "未予收件",
    "case.opened": "审查立案",
    "screening.completed": "筛查完成",
    "case.quarantined": "已封存",
    "case.superseded": "被新版取代",
    "document.returned": "退回修改",
    "document.rejected": "不予公开",
    "document.approved": "批准公开",
    "opinion.given": "同意并转下一步骤",
    "confirmation.requested": "征求有关机关意见",
    "confirmation.answered": "有关机关已答复",
    "objection.resolved": "异议已协调一致",
    "case.referred": "报请确定",
    "referral.answered": "收到答复",
    "case.late": "逾期",
    "approval.voided": "批准作废",
    "document.redacted": "已作区分处理",
    "case.reopened": "复查立案",
    "case.upheld": "复查后维持公开",
    "ledger.sealed": "记录链封存",
    "document.published": "已发布",
    "document.withdrawn": "已撤回",
    "publication.refused": "未通过发布核验",
    "delivery.confirmed": "部门已确认",
    "obligation.overdue": "公开事项逾期",
}

SERVICES = {"intake": "收件", "review": "审查", "publish": "发布", "notify": "通知", "search": "检索"}


def word(names: Mapping[str, str], code: str | None) -> str:
    """A code as the reader's language says it."""
    return (names.get(code or "", code or "") if LANGUAGE == "zh" else code) or ""


def fact(event_type: str) -> str:
    """An event's type without prefix and version, or its Chinese name."""
    short = event_type.removeprefix("cn.gongkai.").rpartition(".v")[0]
    return word(EVENTS, short or event_type)
