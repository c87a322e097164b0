"""Who may approve what (分级审批). Pure."""

from collections.abc import Set
from dataclasses import dataclass

from shared.contracts import DocumentKind, Level
from shared.identity import Officer
from shared.problems import Conflict, Forbidden

ORDER = (Level.HEAD, Level.LEADER, Level.PRINCIPAL)

LEVELS: dict[DocumentKind, Level] = {
    DocumentKind.NOTICE: Level.HEAD,
    DocumentKind.GUIDE: Level.HEAD,
    DocumentKind.REPORT: Level.HEAD,
    DocumentKind.STATISTICS: Level.HEAD,
    DocumentKind.PERSONNEL: Level.LEADER,
    DocumentKind.BUDGET: Level.LEADER,
    DocumentKind.PLAN: Level.LEADER,
    DocumentKind.REGULATION: Level.PRINCIPAL,
}
"""The lowest level that may approve each kind; what several bodies issue goes to the principal leader."""


class SelfApproval(Forbidden):
    """The author of a document may not approve it."""

    code = "self-approval"
    zh = "承办人不得审批自己承办的信息。"


class LevelTooLow(Forbidden):
    """A document of this kind must be approved at a higher level."""

    code = "level-too-low"
    zh = "此类信息须由更高层级审批。"


class FindingsOpen(Conflict):
    """Screening found something: return the document, or say in a note why it may be published."""

    code = "findings-open"
    zh = "机器筛查发现问题：请退回修改，或书面说明可以公开的理由。"


@dataclass(frozen=True)
class Question:
    """What is to be approved, as far as the rules ask."""

    department: str
    author: str
    level: Level
    open_findings: int


def required_level(kind: DocumentKind, joint_with: Set[str]) -> Level:
    """The lowest level that may approve."""
    return Level.PRINCIPAL if joint_with else LEVELS[kind]


def level_of(officer: Officer, department: str) -> Level | None:
    """The highest level at which the officer decides for the department; a head only for the own one."""
    roles = officer.roles - ({"head"} if officer.department != department else set())
    return next((level for level in reversed(ORDER) if level.value in roles), None)


def must_be_approvable_by(officer: Officer, question: Question, note: str) -> Level:
    """The level at which the officer approves; raises what forbids it."""
    if officer.id == question.author:
        raise SelfApproval
    level = level_of(officer, question.department)
    if level is None or ORDER.index(level) < ORDER.index(question.level):
        raise LevelTooLow(needs=question.level)
    if question.open_findings and not note.strip():
        raise FindingsOpen(findings=question.open_findings)
    return level
