"""A review policy's and a case's codes, as the reader's language says them."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.review.papers import words

from .words import both

SCOPES = {"own": ("本部门", "of the own department"), "office": ("公开工作机构", "of the disclosure office")}

REASONS: words.Names = {
    "kind": ("信息类别和敏感程度", "its kind and sensitivity"),
    "joint": ("联合发文", "issued jointly"),
    "blocking_findings": ("筛查发现严重问题", "grave findings of the screening"),
    "named": ("提交时指明", "named when handed in"),
    "found": ("筛查发现涉及", "screening found it concerned"),
    "asked": ("审查中征求", "asked during review"),
}
"""Why a tier is demanded, or a department is asked."""

SILENCES: words.Names = {
    "consent": ("逾期视为同意", "silence is consent"),
    "escalate": ("逾期由公开工作机构协调", "silence goes to the disclosure office"),
}

SEVERITIES: words.Names = {
    "stop": ("封存", "stop"),
    "block": ("严重", "block"),
    "person": ("待人工判断", "person"),
}


def said(names: words.Names, code: str | None) -> str:
    """A code in the reader's language; what is no code is said as it is."""
    return both(*names.get(code or "", (code or "", code or "")))


def who(allowed: str) -> str:
    """One entry of a policy's lists of people, such as `own head`."""
    scope, _, role = allowed.rpartition(" ")
    if not scope:
        return said(words.ROLES, role)
    place, place_en = SCOPES[scope]
    # 部门负责人 of the own department is its 负责人: no office would say 部门 twice.
    zh = f"{place}负责人" if role == "head" else f"{place}{words.ROLES[role][0]}"
    return both(zh, f"{words.ROLES[role][1]} {place_en}")


def whoever(allowed: Iterable[str]) -> str:
    """Any of these."""
    return both("、", ", ").join(map(who, allowed))


def name_of(named: Mapping[str, Any] | Any) -> str:
    """A step's or a tier's own name, whether it came over HTTP or from a file."""
    about = named if isinstance(named, Mapping) else named.model_dump()
    return str(both(about["name"], about["name_en"]))
