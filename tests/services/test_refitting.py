"""A change of the policy takes open cases along; what was opened before there was one is no dead end."""

from services.review.refitting import refit
from shared.policy_file import load
from tests.conftest import owner

from .conftest import House

POLICY = load("default")


async def test_a_case_whose_tier_is_no_more_goes_on_by_the_policy_in_force(
    house: House, database_url: str
) -> None:
    _, case = await house.in_review()
    await house.reviewed(case)
    owner(database_url, "UPDATE review.review_case SET tier = 'gone', step = 'gone'")
    stuck = await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/approval", json={})
    assert (stuck.status_code, stuck.json()["code"]) == (409, "step-not-due")
    assert await refit(house.databases["review"], POLICY) == 1
    assert await refit(house.databases["review"], POLICY) == 0
    [row] = await house.rows("review", "SELECT tier, step, level, step_due_on FROM review_case")
    assert (row.tier, row.step, row.level) == ("ordinary", "head", "head"), "the check that was made counts"
    assert row.step_due_on is not None
    assert (await house.agree("cao.zhiyuan", case, "head")).status_code == 201


async def test_a_case_of_before_there_was_a_policy_is_reviewed_from_its_beginning(
    house: House, database_url: str
) -> None:
    _, case = await house.in_review()
    owner(database_url, "UPDATE review.review_case SET tier = '', step = '', blocking = 1")
    assert await refit(house.databases["review"], POLICY) == 1
    assert await refit(house.databases["review"], POLICY) == 0
    [row] = await house.rows("review", "SELECT tier, step FROM review_case")
    assert (row.tier, row.step) == ("important", "department"), "grave findings are remembered"
    await house.reviewed(case)
    approved = await house.ask(
        "gao.mingyuan", "PUT", "review", f"/cases/{case}/approval", json={"note": "已核实"}
    )
    assert approved.status_code == 201


async def test_a_case_that_fits_is_left_alone(house: House) -> None:
    await house.in_review()
    assert await refit(house.databases["review"], POLICY) == 0
