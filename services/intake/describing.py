"""What the catalogue's words must be beyond their shape: a place of the theme tree, and open at all. Pure."""

import unicodedata
from typing import Any

from shared.contracts.intake import SubmissionMetadata
from shared.contracts.vocabulary import Openness
from shared.labels import OPENNESS
from shared.themes import UnknownTheme, by_code, path

NOT_PUBLISHED = (Openness.ON_REQUEST, Openness.WITHHELD)

Fault = dict[str, Any]


def faults_of(said: SubmissionMetadata) -> list[Fault]:
    """Everything that is wrong with what is said, each with what to do about it."""
    return [*_control_characters(said), *_theme(said.theme), *_openness(said.openness)]


def fault(at: str, code: str, message: str, **members: Any) -> Fault:
    return {"at": at, "code": code, "message": message, **members}


def _control_characters(said: SubmissionMetadata) -> list[Fault]:
    words = {"title": said.title, "doc_no": said.doc_no or ""}
    return [
        fault(at, "control-character", "不得含有控制字符。 No control characters.")
        for at, value in words.items()
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value)
    ]


def _theme(code: str) -> list[Fault]:
    try:
        by_code(code)
    except UnknownTheme as unknown:
        near = [{"code": theme.code, "path": path(theme.code)} for theme in unknown.near]
        named = "、".join(f"{one['code']} {one['path']}" for one in near)
        message = f"{unknown} 相近的 Near: {named}"
        return [fault("theme", "unknown-theme", message, near=near)]
    return []


def _openness(openness: Openness) -> list[Fault]:
    """Here is handed in what is to be published; the rest is answered when asked for, or kept."""
    if openness not in NOT_PUBLISHED:
        return []
    zh, en = OPENNESS[openness]
    message = (
        f"公开属性为“{zh}”，不得提交公开；只能部分公开的，请作区分处理后以“部分公开”提交。 "
        f"It is marked {en.lower()}: it cannot be handed in for publication. Redact it and mark it partial."
    )
    return [fault("openness", "not-to-be-published", message)]
