"""One case on a page: what it is about, its steps, what was found, and who said what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.review.papers.words import (
    ACTS,
    ANSWERS,
    AUTHORITIES,
    CONFIRMATIONS,
    GROUNDS,
    REFERRALS,
    ROLES,
    SECRECY,
)

from . import screen
from .policy_words import REASONS, SEVERITIES, name_of, said, whoever
from .words import KINDS, SENSITIVITIES, STATES, both, columns, word

Case = Mapping[str, Any]
Row = Sequence[Any]
Policy = Mapping[str, Any]
"""As review tells the policy that is in force."""


def show(case: Case, policy: Policy) -> None:
    """Everything a person needs who decides about it; a part that is empty is left out."""
    about = case["about"] or {}
    title = about.get("title") or both("（已封存或不在库中）", "(locked away, or not in the store)")
    screen.out().print(title, style="bold")
    for name, value in _facts(case, policy):
        screen.out().print(f"  {name}  {value}")
    screen.out().print()
    for heading, heads, rows in _parts(case):
        if rows:
            screen.table(heading, heads, rows)


def tier(policy: Policy, code: str) -> str:
    """A tier's name; its code where the policy knows it no longer."""
    return name_of(policy["tiers"][code]) if code in policy["tiers"] else code


def step(policy: Policy, code: str) -> str:
    """A step's name; its code where the policy knows it no longer."""
    return name_of(policy["steps"][code]) if code in policy["steps"] else code


def _facts(case: Case, policy: Policy) -> Iterator[tuple[str, Any]]:
    yield both("案件", "Case"), case["id"]
    yield both("信息", "Document"), both(f"{case['document_id']} 第 {case['edition']} 版", _edition(case))
    yield both("机关", "Body"), ", ".join([case["department"], *case["joint_with"]])
    kind = f"{word(KINDS, case['kind'])} ({word(SENSITIVITIES, case['sensitivity'])})"
    yield both("类别", "Kind"), kind
    yield both("审批层级", "Tier"), tier(policy, case["tier"])
    since = screen.moment(case["state_since"])
    yield both("状态", "State"), f"{word(STATES, case['state'])}  {both(f'自 {since}', f'since {since}')}"
    provisional = both("（暂定）", " (provisional)") if case["due_provisional"] else ""
    yield both("期限", "Due"), f"{case['due_on']}{provisional}"
    if case["index_no"]:
        yield both("索引号", "Index number"), case["index_no"]


def _edition(case: Case) -> str:
    return f"{case['document_id']}, edition {case['edition']}"


def _parts(case: Case) -> Iterator[tuple[str, list[str], list[Row]]]:
    files = (case["about"] or {}).get("files", [])
    yield both("文件", "Files"), columns("名称|字节|SHA-256", "Name|Bytes|SHA-256"), [*map(_file, files)]
    yield (
        both("步骤", "Steps"),
        columns("步骤|可由谁办理|办理人|期限", "Step|Who may|Taken by|Due"),
        _steps(case),
    )
    heads = columns("规则|程度|位置|摘录|依据", "Rule|Severity|Place|Excerpt|Why")
    yield both("筛查发现", "Findings"), heads, [_finding(one, files) for one in case["findings"]]
    heads = columns("机关|事由|状态|期限|说明", "Department|Why asked|State|Due|Said")
    yield both("信息确认", "Confirmation"), heads, [*map(_confirmation, case["confirmations"])]
    heads = columns("事项|受理机关|提出人|期限|答复|文号", "Question|Authority|Asked by|Due|Answer|Number")
    yield both("报请确定", "Referrals"), heads, [*map(_referral, case["referrals"])]
    heads = columns("文件|处理人|时间", "File|By|When")
    yield both("区分处理", "Redactions"), heads, [_redaction(one, files) for one in case["redactions"]]
    heads = columns("时间|姓名|身份|办理|步骤或对象|依据|说明", "When|Name|As|Did|Step or whom|Ground|Note")
    yield both("意见", "Opinions"), heads, [_opinion(one, case) for one in case["opinions"]]


def _file(file: Mapping[str, Any]) -> Row:
    return file["name"], f"{file['size']:,}", f"{file['sha256'][:16]}…"


def _steps(case: Case) -> list[Row]:
    names = {said["officer"]: said["name"] for said in case["opinions"]}
    return [_step(one, case, names) for one in case["steps"]]


def _step(one: Mapping[str, Any], case: Case, names: Mapping[str, str]) -> Row:
    people = f" × {one['people']}" if one["people"] > 1 else ""
    taken = [names.get(officer, officer) for officer in one["taken_by"]]
    is_due = one["due"] and case["state"] == "reviewing"
    if is_due:
        taken.append(both("▶ 待办", "▶ due"))
    late = both("（逾期，已上报）", " (late, escalated)") if case["escalated"] else ""
    until = f"{case['step_due_on']}{late}" if is_due else ""
    return name_of(one) + people, whoever(one["by"]), both("、", ", ").join(taken), until


def _finding(one: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Row:
    place = f"{_name(files, one['file'])} {one['place']} {one['starts']}–{one['ends']}"
    return one["rule"], said(SEVERITIES, one["severity"]), place.strip(), one["excerpt"], one["why"]


def _name(files: Sequence[Mapping[str, Any]], number: int) -> str:
    return str(files[number]["name"]) if len(files) > 1 and number < len(files) else ""


def _confirmation(one: Mapping[str, Any]) -> Row:
    answered = " ".join(filter(None, [one["answered_by"], one["reasons"]]))
    settled = " ".join(filter(None, [one["resolved_by"], one["resolution"]]))
    told = both("；", "; ").join(filter(None, [answered, settled]))
    return (
        one["department"],
        said(REASONS, one["why"]),
        said(CONFIRMATIONS, one["state"]),
        one["due_on"],
        told,
    )


def _referral(one: Mapping[str, Any]) -> Row:
    question = said(REFERRALS, one["kind"])
    if one["level"]:
        question += both(f"，暂定{said(SECRECY, one['level'])}级", f", provisionally {one['level']}")
    answer = said(ANSWERS, one["answer"]) or both("待答复", "open")
    return (
        question,
        said(AUTHORITIES, one["authority"]),
        one["asked_by"],
        one["due_on"],
        answer,
        one["answer_no"],
    )


def _redaction(one: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Row:
    return _name(files, one["file"]) or one["file"], one["officer"], screen.moment(one["at"])


def _opinion(one: Mapping[str, Any], case: Case) -> Row:
    named = {each["step"]: name_of(each) for each in case["steps"]}
    concerning = " ".join(filter(None, [named.get(one["step"], one["step"]), _about(one["about"])]))
    grounds = both("；", "; ").join(said(GROUNDS, ground) for ground in one["grounds"])
    when = screen.moment(one["at"])
    return (
        when,
        one["name"],
        said(ROLES, one["role"]),
        said(ACTS, one["act"]),
        concerning,
        grounds,
        one["note"],
    )


def _about(code: str) -> str:
    """A department, or what an authority answered."""
    return said({**ANSWERS, **SECRECY, **AUTHORITIES}, code)
