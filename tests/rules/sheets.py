"""A whole review sheet, as the tests of the papers know it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.review.papers.sheet import (
    Confirmed,
    Publication,
    Referred,
    Said,
    Sheet,
    checks,
)

AT = datetime(2026, 11, 23, 3, 5, 7, 123456, tzinfo=UTC)
"""11:05 in Beijing."""
CASE = UUID("01a20426-9278-710e-971c-e4fd927eb31c")
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
STEPS = {"head": ("部门负责人审批", "Approval by the head of the department")}


def said(act: str, name: str, role: str, **more: Any) -> Said:
    one = {
        "step": "",
        "department": "档案馆",
        "at": AT,
        "note": "",
        "grounds": (),
        "about": "",
        "position": None,
    }
    return Said(CASE, act=act, name=name, role=role, hash=None, **{**one, **more})


OPINIONS = (
    said(
        "proposed",
        "冯雪",
        "author",
        step="initial",
        position=7,
    ),
    said("agreed", "韩梅", "secrecy", note="未发现涉密内容", position=8),
    said("confirmed", "彭博", "head", about="图书馆", position=9),
    replace(
        said(
            "approved", "曹致远", "head", step="head", note="可以公开", grounds=("条例第17条",), position=12
        ),
        hash=HASH,
    ),
    said("upheld", "曹致远", "head"),
)

WHOLE = Sheet(
    case_id=CASE,
    document_id=CASE,
    edition=2,
    filled_on=date(2026, 11, 20),
    department="档案馆",
    author="冯雪",
    title="开放时间调整的通知",
    sealed=False,
    doc_no="滨开档〔2026〕12号",
    kind="notice",
    official=True,
    ways=("website",),
    due_on=date(2026, 11, 27),
    attribute="disclose",
    declassified=1,
    checks=checks(["personal.mobile"], [], "findings"),
    confirmations=(
        Confirmed("图书馆", "objected", AT, date(2026, 11, 26), AT, "彭博", "电话有误", "已更正"),
    ),
    referrals=(
        Referred(
            "disclosure", "competent-department", AT, date(2026, 12, 7), "disclose", "管复〔2026〕3号", AT
        ),
    ),
    opinions=OPINIONS,
    result="disclose",
    basis=("条例第17条",),
    reason="可以公开",
    publication=Publication(
        AT, "12219900MB0A20027E/2026-00017", "开放时间调整的通知", "冯雪", ("韩梅",), "曹致远"
    ),
    printed_at=AT,
)
SEALED = replace(
    WHOLE, title=None, sealed=True, doc_no=None, official=None, result="refer", publication=None, opinions=()
)
