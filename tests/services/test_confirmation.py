"""信息确认: whom it concerns is asked, an objection holds publication, silence means what the policy says."""

from typing import Any

import pytest

from services.review import lateness
from shared.contracts import ConfirmationAnswered, ConfirmationRequested, ObjectionResolved
from shared.policy_file import load
from tests.conftest import owner

from .conftest import House

POLICY = load("default")


async def put(house: House, officer: str, case: str, path: str, **asked: Any) -> Any:
    return await house.ask(officer, "PUT", "review", f"/cases/{case}/{path}", json=asked)


async def settle(house: House, officer: str, case: str, note: str) -> Any:
    return await put(house, officer, case, "confirmations/library/resolution", note=note)


async def answer(house: House, officer: str, case: str, given: str, note: str = "") -> Any:
    return await put(house, officer, case, "confirmations/library/answer", answer=given, note=note)


async def shown(house: House, case: str) -> Any:
    return (await house.ask("liang.guodong", "GET", "review", f"/cases/{case}")).json()


@pytest.fixture
async def asked(house: House) -> str:
    """A case about which the library was asked, with every step taken but the last."""
    _, case = await house.in_review(confirm_with=["library"])
    await house.reviewed(case)
    return case


async def test_who_is_named_is_asked_and_sees_the_case(house: House, asked: str) -> None:
    [request] = await house.facts("review", ConfirmationRequested)
    assert (request["case_id"], request["department"]) == (asked, "library")
    seen = await house.ask("peng.bo", "GET", "review", f"/cases/{asked}")
    assert seen.status_code == 200
    listed = (await house.ask("peng.bo", "GET", "review", "/cases")).json()["cases"]
    assert [case["id"] for case in listed] == [asked]
    assert (await house.ask("jiang.hai", "GET", "review", f"/cases/{asked}")).status_code == 404


async def test_nothing_is_approved_before_it_is_confirmed(house: House, asked: str) -> None:
    early = await put(house, "cao.zhiyuan", asked, "approval", note="")
    assert (early.status_code, early.json()["code"]) == (409, "confirmation-open")
    assert (await answer(house, "peng.bo", asked, "confirmed")).status_code == 201
    assert (await put(house, "cao.zhiyuan", asked, "approval", note="")).status_code == 201
    await house.settle()
    [said] = await house.facts("review", ConfirmationAnswered)
    assert (said["department"], said["answer"]) == ("library", "confirmed")


async def test_an_objection_holds_publication_until_it_is_settled_and_recorded(
    house: House, asked: str
) -> None:
    assert (await answer(house, "peng.bo", asked, "objected", " ")).json()["code"] == "reasons-needed"
    assert (await answer(house, "peng.bo", asked, "objected", "开放时间有误")).status_code == 201
    held = await put(house, "liang.guodong", asked, "approval", note="")
    assert held.json()["code"] == "confirmation-open", "not even the principal leader passes over it"
    assert (await settle(house, "cao.zhiyuan", asked, "x")).status_code == 403
    settled = await put(
        house, "gao.mingyuan", asked, "confirmations/library/resolution", note="按馆方意见修改"
    )
    assert settled.status_code == 201, settled.text
    assert (await put(house, "cao.zhiyuan", asked, "approval", note="")).status_code == 201
    await house.settle()
    [fact] = await house.facts("review", ObjectionResolved)
    assert (fact["department"], fact["resolved_by"]) == ("library", "gao.mingyuan")
    opinions = [(one["act"], one["about"], one["note"]) for one in (await shown(house, asked))["opinions"]]
    assert ("objected", "library", "开放时间有误") in opinions
    assert ("settled", "library", "按馆方意见修改") in opinions
    assert "开放时间有误" not in str(await house.broker.xrange("gongkai:review:t1")), "reasons are text"


async def test_only_the_head_of_the_department_asked_answers_and_only_once(house: House, asked: str) -> None:
    for stranger in ("song.jia", "jiang.hai", "cao.zhiyuan", "gao.mingyuan"):
        assert (await answer(house, stranger, asked, "confirmed")).status_code == 403
    assert (await answer(house, "peng.bo", asked, "confirmed")).status_code == 201
    again = await answer(house, "peng.bo", asked, "objected", "改变主意")
    assert (again.status_code, again.json()["code"]) == (409, "answered-before")
    nothing = await settle(house, "gao.mingyuan", asked, "x")
    assert nothing.json()["code"] == "nothing-to-settle"


async def test_a_reviewer_may_ask_one_more_department(house: House) -> None:
    _, case = await house.in_review()
    assert (await put(house, "feng.xue", case, "confirmations/library")).status_code == 403
    assert (await put(house, "cao.zhiyuan", case, "confirmations/library")).status_code == 201
    for wrong, status in (("library", 404), ("nowhere", 404), ("archive", 422)):
        assert (await put(house, "cao.zhiyuan", case, f"confirmations/{wrong}")).status_code == status
    await house.reviewed(case)
    assert (await put(house, "cao.zhiyuan", case, "approval", note="")).json()["code"] == "confirmation-open"


async def test_joint_issuers_are_asked_and_nobody_is_asked_twice(house: House) -> None:
    _, case = await house.in_review(joint_with=["library"], confirm_with=["library", "water", "archive"])
    asked = {one["department"]: one["why"] for one in (await shown(house, case))["confirmations"]}
    assert asked == {"library": "joint", "water": "named"}


async def test_a_body_that_does_not_exist_cannot_be_named(house: House) -> None:
    refused = await house.submit(confirm_with=["atlantis"])
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-body")


@pytest.mark.parametrize(
    ("why", "state", "holds"), [("named", "escalated", True), ("found", "deemed", False)]
)
async def test_silence_means_what_the_policy_says(
    house: House, asked: str, database_url: str, why: str, state: str, holds: bool
) -> None:
    review = house.databases["review"]
    assert await lateness.sweep(review, POLICY) == 0, "the time has not passed"
    owner(database_url, f"UPDATE review.confirmation SET due_on = '2026-11-01', why = '{why}'")
    assert await lateness.sweep(review, POLICY) == 1
    assert await lateness.sweep(review, POLICY) == 0, "once"
    [one] = (await shown(house, asked))["confirmations"]
    assert one["state"] == state
    assert (await answer(house, "peng.bo", asked, "confirmed")).json()["code"] == "answered-before"
    approval = await put(house, "cao.zhiyuan", asked, "approval", note="")
    assert (approval.status_code == 409) is holds
    if holds:
        for settler in ("sun.wei", "gao.mingyuan"):  # The disclosure office's head; a leader then comes late.
            settled = await settle(house, settler, asked, "已电话核实")
        assert settled.json()["code"] == "nothing-to-settle"
        assert (await put(house, "cao.zhiyuan", asked, "approval", note="")).status_code == 201


async def test_whom_screening_finds_concerned_is_asked_and_whom_it_merely_mentions_is_not(
    house: House,
) -> None:
    text = (
        "关于加强档案查阅服务的通知\n根据滨开发改〔2026〕21号文件，档案馆会同自来水公司制定本办法。\n"
        "读者也可以到图书馆查阅。"
    )
    _, case = await house.in_review(text=text)
    asked = {one["department"]: one["why"] for one in (await shown(house, case))["confirmations"]}
    assert asked == {"development": "found", "water": "found"}
