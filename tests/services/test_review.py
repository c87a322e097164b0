"""A case: opened, screened, decided by who may, closed once."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from services.review.lifecycle import MOVES, Move, State
from shared.contracts import (
    ApprovalVoided,
    CaseOpened,
    CaseSuperseded,
    DocumentApproved,
    DocumentKind,
    DocumentRejected,
    DocumentReturned,
    Level,
)
from tests.conftest import owner

from .conftest import House
from .desk import unpadded

WITH_PHONE = "联系人张三，手机13812345678，身份证号11010519491231002X。"


async def decide(house: House, officer: str, case: str, what: str, **asked: Any) -> Any:
    return await house.ask(officer, "PUT", "review", f"/cases/{case}/{what}", json=asked)


RETURN = {"grounds": ["inaccurate"], "note": "时间有误"}
REJECTION = {"ground": "art-16-internal-matter", "note": "内部事务"}


async def test_a_submission_opens_a_case_that_says_who_must_approve_and_by_when(house: House) -> None:
    document, case = await house.in_review()
    [opened] = await house.facts("review", CaseOpened)
    assert (opened["document_id"], opened["case_id"], opened["level"]) == (document, case, "head")
    shown = (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{case}")).json()
    assert shown["state"] == "reviewing"
    assert shown["outcome"] == "clear"
    assert shown["about"]["title"] == "开放时间调整的通知"


async def test_the_author_may_not_approve(house: House) -> None:
    _, case = await house.in_review("cao.zhiyuan")
    answer = await decide(house, "cao.zhiyuan", case, "approval")
    assert (answer.status_code, answer.json()["code"]) == (403, "self-approval")
    await house.reviewed(case)
    assert (await decide(house, "gao.mingyuan", case, "approval")).status_code == 201


KINDS = {
    DocumentKind.NOTICE: Level.HEAD,
    DocumentKind.GUIDE: Level.HEAD,
    DocumentKind.REPORT: Level.HEAD,
    DocumentKind.STATISTICS: Level.HEAD,
    DocumentKind.PERSONNEL: Level.LEADER,
    DocumentKind.BUDGET: Level.LEADER,
    DocumentKind.PLAN: Level.LEADER,
    DocumentKind.REGULATION: Level.PRINCIPAL,
}
WHO = {Level.HEAD: "cao.zhiyuan", Level.LEADER: "xu.jing", Level.PRINCIPAL: "liang.guodong"}


async def test_every_kind_needs_its_level(house: House) -> None:
    for kind in DocumentKind:
        await house.submit(kind=kind.value)
    await house.settle()
    rows = await house.rows("review", "SELECT id, kind, level FROM review_case")
    assert {row.kind: row.level for row in rows} == {kind.value: level.value for kind, level in KINDS.items()}
    for row in rows:
        await house.reviewed(row.id)
        for level, officer in WHO.items():
            answer = await decide(house, officer, row.id, "approval")
            high_enough = list(Level).index(level) >= list(Level).index(Level(row.level))
            assert answer.status_code == (201 if high_enough else 403), (row.kind, officer, answer.text)
            if high_enough:
                break
            assert answer.json()["code"] in ("not-your-step", "took-a-step")


async def test_a_head_approves_only_for_the_own_department(house: House) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    answer = await house.agree("peng.bo", case, "head")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-step")
    assert (await house.ask("peng.bo", "GET", "review", f"/cases/{case}")).status_code == 404


async def test_what_several_bodies_issue_needs_the_principal_leader_and_two_secrecy_reviewers(
    house: House,
) -> None:
    _, case = await house.in_review(joint_with=["library"])
    assert (await confirm(house, "peng.bo", case, "library", "confirmed")).status_code == 201
    assert (await house.agree("cao.zhiyuan", case, "department")).status_code == 201
    assert (await house.agree("han.mei", case, "secrecy")).status_code == 201
    assert (await house.agree("gao.mingyuan", case, "vice")).json()["code"] == "step-not-due"
    assert (await house.agree("han.mei", case, "secrecy")).json()["code"] == "took-a-step"
    assert (await house.agree("lu.ning", case, "secrecy")).status_code == 201
    assert (await house.agree("gao.mingyuan", case, "vice")).status_code == 201
    assert (await decide(house, "xu.jing", case, "approval")).status_code == 403
    assert (await decide(house, "liang.guodong", case, "approval")).status_code == 201


async def test_steps_are_taken_in_their_order_and_nobody_takes_two(house: House) -> None:
    _, case = await house.in_review("cao.zhiyuan")
    early = await decide(house, "gao.mingyuan", case, "approval")
    assert (early.status_code, early.json()["code"], early.json()["due"]) == (409, "step-not-due", "check")
    assert (await house.agree("feng.xue", case, "check")).json()["next_step"] == "head"
    assert (await house.agree("feng.xue", case, "head")).json()["code"] == "took-a-step"
    assert (await house.agree("gao.mingyuan", case, "head")).status_code == 201
    opinions = (await house.ask("gao.mingyuan", "GET", "review", f"/cases/{case}")).json()["opinions"]
    assert [(said["act"], said["step"], said["name"], said["role"]) for said in opinions] == [
        ("proposed", "initial", "曹志远", "author"),
        ("agreed", "check", "冯雪", "officer"),
        ("approved", "head", "高明远", "leader"),
    ]


async def confirm(house: House, officer: str, case: str, department: str, given: str, note: str = "") -> Any:
    path = f"/cases/{case}/confirmations/{department}/answer"
    return await house.ask(officer, "PUT", "review", path, json={"answer": given, "note": note})


async def test_what_screening_found_needs_a_note(house: House) -> None:
    _, case = await house.in_review(text=WITH_PHONE)
    shown = (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{case}")).json()
    assert shown["outcome"] == "findings"
    assert "11010519491231002X" not in str(shown["findings"]), "excerpts are masked"
    assert (shown["tier"], shown["level"]) == ("important", "leader"), "grave findings raise the tier"
    await house.reviewed(case)
    for note in ("", "   "):
        answer = await decide(house, "gao.mingyuan", case, "approval", note=note)
        assert (answer.status_code, answer.json()["code"]) == (409, "findings-open")
    assert (await decide(house, "gao.mingyuan", case, "approval", note="已征得本人同意")).status_code == 201


async def test_a_return_names_its_grounds(house: House) -> None:
    document, case = await house.in_review()
    for wrong in (
        {"grounds": [], "note": "x"},
        {"grounds": ["whim"], "note": "x"},
        {"grounds": ["inaccurate"]},
    ):
        assert (await decide(house, "cao.zhiyuan", case, "return", **wrong)).status_code == 422
    assert (await decide(house, "cao.zhiyuan", case, "return", **RETURN)).status_code == 201
    await house.settle()
    [fact] = await house.facts("review", DocumentReturned)
    assert (fact["grounds"], fact["returned_by"]) == (["inaccurate"], "cao.zhiyuan")
    assert "时间有误" not in str(fact), "the note is text and stays here"
    again = await house.submit(document_id=document)
    assert (again.status_code, again.json()["edition"]) == (201, 2)


async def test_a_rejection_names_its_ground_of_law(house: House) -> None:
    _, case = await house.in_review()
    assert (await decide(house, "cao.zhiyuan", case, "rejection", ground="whim", note="x")).status_code == 422
    assert (await decide(house, "han.mei", case, "rejection", **REJECTION)).status_code == 201
    await house.settle()
    [fact] = await house.facts("review", DocumentRejected)
    assert (fact["ground"], fact["rejected_by"]) == ("art-16-internal-matter", "han.mei")


async def test_who_decides_nothing_for_the_department_sends_nothing_back(house: House) -> None:
    _, case = await house.in_review()
    for stranger in ("peng.bo", "feng.xue", "zhang.tao"):
        assert (await decide(house, stranger, case, "return", **RETURN)).status_code == 403
        assert (await decide(house, stranger, case, "rejection", **REJECTION)).status_code == 403


DECISIONS: dict[Move, tuple[str, dict[str, Any]]] = {
    Move.APPROVE: ("approval", {}),
    Move.RETURN: ("return", RETURN),
    Move.REJECT: ("rejection", REJECTION),
}


async def test_a_decision_is_possible_from_exactly_the_states_the_table_names(
    house: House, database_url: str
) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    for state in State:
        for move, (what, asked) in DECISIONS.items():
            owner(database_url, "DELETE FROM review.opinion WHERE act NOT IN ('proposed', 'agreed')")
            owner(database_url, f"UPDATE review.review_case SET state = '{state}'")
            answer = await decide(house, "liang.guodong", case, what, **asked)
            if (state, move) in MOVES:
                assert answer.status_code == 201, (state, move, answer.text)
            else:
                assert (answer.status_code, answer.json()["code"]) == (409, "not-possible"), (state, move)


async def test_a_case_is_decided_once_however_many_decide_at_the_same_time(house: House) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    answers = await asyncio.gather(
        decide(house, "cao.zhiyuan", case, "approval"),
        decide(house, "gao.mingyuan", case, "approval"),
        decide(house, "liang.guodong", case, "return", **RETURN),
        decide(house, "lu.ning", case, "rejection", **REJECTION),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    closing = "SELECT * FROM opinion WHERE act IN ('approved', 'returned', 'rejected')"
    assert len(await house.rows("review", closing)) == 1


async def test_the_record_itself_refuses_self_approval_and_changed_opinions(house: House) -> None:
    from sqlalchemy.exc import IntegrityError, ProgrammingError

    _, case = await house.in_review()
    await house.reviewed(case)
    for statement in ("UPDATE opinion SET officer = 'x'", "DELETE FROM opinion", "DELETE FROM ledger"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with house.databases["review"].transaction() as unit:
                await unit.run(statement)
    for officer, author, wrong in (("a", "a", "the_author_does_not_decide"), ("han.mei", "a", "one_each")):
        with pytest.raises(IntegrityError, match=wrong):
            async with house.databases["review"].transaction() as unit:
                await unit.run(
                    "INSERT INTO opinion (id, case_id, act, officer, name, role, department, policy,"
                    " content_sha256, author, at)"
                    " VALUES (:id, :case, 'agreed', :officer, '', '', '', '', '', :author, now())",
                    {"id": uuid4(), "case": case, "officer": officer, "author": author},
                )


async def test_an_unknown_case_is_not_found(house: House) -> None:
    assert (await decide(house, "cao.zhiyuan", str(uuid4()), "approval")).status_code == 404
    assert (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{uuid4()}")).status_code == 404


async def test_a_new_edition_ends_the_case_of_the_one_before(house: House) -> None:
    document, first = await house.in_review()
    await house.reviewed(first)
    await house.submit(document_id=document)
    await house.settle()
    [fact] = await house.facts("review", CaseSuperseded)
    assert (fact["case_id"], fact["edition"]) == (first, 1)
    answer = await decide(house, "cao.zhiyuan", first, "approval")
    assert answer.status_code == 409
    second = await house.case_of(document)
    early = await decide(house, "cao.zhiyuan", second, "approval")
    assert early.json()["code"] == "step-not-due", "opinions on another edition count for nothing"
    await house.reviewed(second)
    assert (await decide(house, "cao.zhiyuan", second, "approval")).status_code == 201


async def test_an_edit_after_the_approval_voids_it(house: House) -> None:
    """The approval waits somewhere on its way to publish while the document is changed."""
    document, case = await house.in_review()
    await house.reviewed(case)
    await decide(house, "cao.zhiyuan", case, "approval")
    async with house.databases["review"].transaction() as unit:
        held = (await unit.run("DELETE FROM announcement WHERE type LIKE '%approved%' RETURNING *")).one()
    await house.submit(document_id=document)
    await house.settle()
    [voided] = await house.facts("review", ApprovalVoided)
    assert (voided["case_id"], voided["approval_id"]) == (case, str(json.loads(held.data)["approval_id"]))
    assert (await house.case_of(document, "voided")) == case
    [row] = await house.rows("publish", "SELECT approval_id FROM voided_approval")
    assert str(row.approval_id) == voided["approval_id"]


async def test_a_case_that_was_published_is_not_voided_by_the_next_edition(house: House) -> None:
    document = await house.published()
    assert await house.case_of(document, "published")
    await house.submit(document_id=document)
    await house.settle()
    assert await house.facts("review", CaseSuperseded) == []
    assert await house.facts("review", ApprovalVoided) == []


async def test_whoever_handed_in_an_earlier_edition_decides_nothing_about_a_later_one(house: House) -> None:
    document, first = await house.in_review("cao.zhiyuan")
    await decide(house, "gao.mingyuan", first, "return", **RETURN)
    await house.submit("feng.xue", document_id=document)
    await house.settle()
    second = await house.case_of(document)
    await house.reviewed(second)
    assert (await decide(house, "cao.zhiyuan", second, "approval")).json()["code"] == "self-approval"
    assert (await decide(house, "gao.mingyuan", second, "approval")).status_code == 201


async def test_an_approval_is_announced_with_its_signature_and_all_opinions(house: House) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    await decide(house, "cao.zhiyuan", case, "approval")
    await house.settle()
    [fact] = await house.facts("review", DocumentApproved)
    [row] = await house.rows("review", "SELECT approval FROM opinion WHERE act = 'approved'")
    assert row.approval == fact["approval"]
    signed = json.loads(unpadded(fact["approval"].split(".")[1]))
    assert [(one["step"], one["officer"], one["role"]) for one in signed["opinions"]] == [
        ("check", "han.mei", "secrecy"),
        ("head", "cao.zhiyuan", "head"),
    ]
    assert (signed["policy"], signed["tier"]) == ("development-zone/2026.1", "ordinary")
