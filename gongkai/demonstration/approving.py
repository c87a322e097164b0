"""Review in the story: departments confirm, and step by step each by somebody else, down to the approval."""

from collections.abc import Collection, Iterable
from typing import Any

from shared.identity import Officer

from ..faults import Fault, Refused
from ..words import STATES, both, word
from .played import Played, cases
from .stage import Stage

TOOK = ("agreed", "approved")
"""What an opinion says that takes a step."""


def refuse_self_approval(stage: Stage, played: list[Played]) -> bool | None:
    """An author tries to approve; True when that was refused, None where nothing is left to try it on."""
    stage.narrator.act(both("承办人不得自审自批", "No author approves the own document"))
    known = cases(stage)
    one = next((one for one in played if known[one.document, one.edition]["state"] == "reviewing"), None)
    if one is None:
        stage.narrator.noted(both("都已审批过。", "All were decided before."))
        return None
    author = stage.script.person(one.part.author)
    case = known[one.document, one.edition]["id"]
    try:
        stage.desk(one.part.author).ask("PUT", "review", f"/cases/{case}/approval", json={})
    except Refused as refused:
        stage.narrator.did(
            both(f"{author} 想审批自己承办的信息", f"{author} tries to approve the own document"),
            str(refused.problem["title"]), mark="✗", style="red",
        )  # fmt: skip
        return refused.problem.get("code") == "self-approval"
    return False


def confirm(stage: Stage, played: list[Played]) -> None:
    """Every department that was asked answers: it is right, or one objection (Regulations, art. 11)."""
    stage.narrator.act(both("信息确认：涉及的机关先答复", "The departments concerned confirm, or object"))
    waiting = [(one, case) for one in played for case in [_case(stage, one)] if case["state"] == "reviewing"]
    asked = [(one, case, each) for one, case in waiting for each in case["confirmations"]]
    for one, case, each in asked:
        if each["state"] == "asked":
            _answer(stage, one, case, each["department"])
    if not asked:
        stage.narrator.noted(both("都已答复过。", "All have answered before."))


def decide(stage: Stage, played: list[Played]) -> None:
    """Each by those who may: returned where that is called for, else agreed to step by step."""
    stage.narrator.act(both("逐级审查审批，一人一步", "Step by step, nobody takes two"))
    open_ = [(one, case) for one in played for case in [_case(stage, one)] if case["state"] == "reviewing"]
    for one, case in open_:
        if one.part.expect == "returned":
            _return(stage, one, case)
        else:
            approve(stage, one)
    if not open_:
        stage.narrator.noted(both("都已审批过。", "All were decided before."))


def approve(stage: Stage, one: Played) -> None:
    """All steps that are left of its tier, the approval last."""
    took = []
    while (case := _case(stage, one))["state"] == "reviewing":
        officer, step = _whose_turn(stage, case)
        if step is case["steps"][-1] and (open_ := _objections(case)):
            _held(stage, one, case, officer)
            for department in open_:
                _settle(stage, one, case, department)
        note = "同意。" if case["outcome"] == "clear" else "已逐项核对筛查结果，所涉内容依法可以公开。"
        asked = {"note": note}
        stage.desk(officer).ask("PUT", "review", f"/cases/{case['id']}/opinions/{step['step']}", json=asked)
        took.append(stage.script.person(officer))
    tier = stage.policy.tiers[case["tier"]]
    stage.narrator.did(f"{both(tier.name, tier.name_en)}  {' → '.join(took)}", one.part.title)
    stage.listen()


def chosen(stage: Stage, allowed: Iterable[str], department: str, but: Collection[str]) -> str:
    """The first who may, in the order in which the policy names them; raises Fault when nobody is left."""
    people = [
        Officer(each.id, each.name, each.department, frozenset(each.roles))
        for each in stage.script.who.officers
        if each.id not in but
    ]
    for who in allowed:
        for person in people:
            if stage.policy.is_one_of(person, [who], department):
                return person.id
    names = ", ".join(allowed)
    raise Fault(f"没有人可以办理：{names}（{department}）", f"Nobody is left to act: {names} ({department})")


def _case(stage: Stage, one: Played) -> dict[str, Any]:
    """The latest edition's case, with everything that was said."""
    case = cases(stage)[one.document, one.edition]["id"]
    return dict(stage.chair.ask("GET", "review", f"/cases/{case}"))


def _whose_turn(stage: Stage, case: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Somebody who may take the step that is due, and has taken none."""
    step = next(each for each in case["steps"] if each["due"])
    taken = {said["officer"] for said in case["opinions"] if said["act"] in TOOK}
    return chosen(stage, step["by"], case["department"], taken.union(case["authors"])), step


def _answer(stage: Stage, one: Played, case: dict[str, Any], department: str) -> None:
    """By the head of the department that was asked."""
    officer = chosen(stage, stage.policy.confirmation.by, department, case["authors"])
    who = f"{stage.script.name_of(department)} {stage.script.person(officer)}"
    objection = one.part.objection
    objects = objection is not None and objection.department == department
    said = {"answer": "objected", "note": objection.reasons} if objection and objects else None
    asked = said or {"answer": "confirmed", "note": "情况属实，同意公开。"}
    path = f"/cases/{case['id']}/confirmations/{department}/answer"
    stage.desk(officer).ask("PUT", "review", path, json=asked)
    if objection and objects:
        words = both(f"{who} 提出异议", f"{who} objects")
        stage.narrator.did(words, objection.reasons, mark="!", style="yellow")
    else:
        stage.narrator.did(both(f"{who} 确认", f"{who} confirms"), one.part.title)


def _objections(case: dict[str, Any]) -> list[str]:
    return [each["department"] for each in case["confirmations"] if each["state"] == "objected"]


def _held(stage: Stage, one: Played, case: dict[str, Any], officer: str) -> None:
    """The approval is tried before the objection is settled: it must be refused."""
    try:
        stage.desk(officer).ask("PUT", "review", f"/cases/{case['id']}/approval", json={"note": "同意。"})
    except Refused as refused:
        if refused.problem.get("code") != "confirmation-open":
            raise
        person = stage.script.person(officer)
        who = both(f"{person} 审批未获受理", f"{person} cannot approve")
        stage.narrator.did(who, str(refused.problem["title"]), mark="✗", style="red")
        return
    raise Fault(
        f"异议未解决就批准了：{one.part.title}", f"Approved though an objection stands: {one.part.title}"
    )


def _settle(stage: Stage, one: Played, case: dict[str, Any], department: str) -> None:
    """By a leader, with what was agreed."""
    assert one.part.objection, "only the script objects"
    officer = chosen(stage, stage.policy.confirmation.settled_by, case["department"], case["authors"])
    path = f"/cases/{case['id']}/confirmations/{department}/resolution"
    stage.desk(officer).ask("PUT", "review", path, json={"note": one.part.objection.resolution})
    person = stage.script.person(officer)
    stage.narrator.did(
        both(f"{person} 协商解决", f"{person} settles it"), one.part.objection.resolution, style="yellow"
    )


def _return(stage: Stage, one: Played, case: dict[str, Any]) -> None:
    """By whoever's turn it is."""
    officer, _ = _whose_turn(stage, case)
    asked = {"grounds": ["personal-information"], "note": "名单中有完整的身份证件号码，请隐去后重新提交。"}
    stage.desk(officer).ask("PUT", "review", f"/cases/{case['id']}/return", json=asked)
    stage.narrator.did(
        f"{stage.script.person(officer)} {word(STATES, 'returned')}",
        f"{one.part.title}  {both('含身份证件号码', 'it holds ID numbers')}",
        mark="↩", style="magenta",
    )  # fmt: skip
