"""What is late is said once; by the policy those above may then act."""

import asyncio

from services.review import lateness
from shared.contracts import CaseLate
from shared.policy_file import load
from tests.conftest import owner

from .conftest import House

POLICY = load("default")
LONG_AGO = "UPDATE review.review_case SET step_due_on = '2026-11-01'"


async def test_a_late_step_is_escalated_as_the_policy_says(house: House, database_url: str) -> None:
    _, case = await house.in_review()
    review = house.databases["review"]
    assert (await house.agree("cao.zhiyuan", case, "check")).json()["code"] == "not-your-step"
    assert await lateness.sweep(review, POLICY) == 0
    owner(database_url, LONG_AGO)
    swept = await asyncio.gather(*(lateness.sweep(review, POLICY) for _ in range(4)))
    assert sum(swept) == 1, "each alarm once, however many sweep"
    assert await lateness.sweep(review, POLICY) == 0
    await house.settle()
    [fact] = await house.facts("review", CaseLate)
    assert (fact["case_id"], fact["step"], fact["action"]) == (case, "check", "escalate")
    assert (await house.agree("cao.zhiyuan", case, "check")).json()["next_step"] == "head"
    assert (await house.agree("gao.mingyuan", case, "head")).status_code == 201
    await house.settle()
    document = (await house.ask("gao.mingyuan", "GET", "review", f"/cases/{case}")).json()["document_id"]
    assert (await house.ask("", "GET", "publish", f"/documents/{document}")).status_code == 200


async def test_a_late_approval_is_reminded_of_and_nobody_else_may_give_it(
    house: House, database_url: str
) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    owner(database_url, LONG_AGO)
    assert await lateness.sweep(house.databases["review"], POLICY) == 1
    await house.settle()
    [fact] = await house.facts("review", CaseLate)
    assert (fact["step"], fact["action"]) == ("head", "remind")
    assert (await house.agree("lu.ning", case, "head")).json()["code"] == "not-your-step"


async def test_the_next_step_has_its_own_time(house: House, database_url: str) -> None:
    _, case = await house.in_review()
    owner(database_url, LONG_AGO)
    await lateness.sweep(house.databases["review"], POLICY)
    await house.agree("han.mei", case, "check")
    [row] = await house.rows("review", "SELECT step_due_on, escalated FROM review_case")
    assert str(row.step_due_on) > "2026-11-01"
    assert not row.escalated
