"""A changed rule set: what is public is screened again, and what it finds is for a person."""

from typing import Any

import pytest

from services.review.reexamination import Reexaminer, progress
from shared.contracts import CaseReopened, CaseUpheld
from tests.conftest import owner

from .conftest import House

OLDER = "UPDATE review.review_case SET ruleset = '2025.1'"


@pytest.fixture
def reexaminer(house: House) -> Reexaminer:
    return Reexaminer(house.databases["review"], house.screener.examiner, batch=2, lease=60)


async def overlooked(house: House, database_url: str) -> tuple[str, str]:
    """A public document with something in it that the rules of its time did not find."""
    document, case = await house.in_review(text="联系人张三，身份证号11010519491231002X。")
    await house.reviewed(case)
    approval = await house.ask(
        "gao.mingyuan", "PUT", "review", f"/cases/{case}/approval", json={"note": "可以公开"}
    )
    assert approval.status_code == 201, approval.text
    await house.settle()
    owner(database_url, "DELETE FROM review.finding")
    owner(database_url, OLDER)
    return document, case


async def states(house: House) -> dict[str, Any]:
    rows = await house.rows("review", "SELECT id, state FROM review_case")
    return {str(row.id): row.state for row in rows}


async def test_what_is_found_reopens_the_case_and_the_rest_stays_public(
    house: House, reexaminer: Reexaminer, database_url: str
) -> None:
    for _ in range(3):
        await house.published()
    _, case = await overlooked(house, database_url)
    rounds = 0
    while (await progress(house.screener.examiner.rules))["examined"] < 4:
        await reexaminer.examine()
        rounds += 1
    assert rounds >= 2, "a batch at a time"
    found = await states(house)
    assert found.pop(case) == "reexamining"
    assert set(found.values()) == {"published"}
    told = await progress(house.screener.examiner.rules)
    assert (told["public"], told["examined"], told["reopened"]) == (4, 4, 1)
    await house.settle()
    [fact] = await house.facts("review", CaseReopened)
    assert (fact["case_id"], fact["outcome"]) == (case, "findings")


async def test_a_person_may_uphold_it(house: House, reexaminer: Reexaminer, database_url: str) -> None:
    document, case = await overlooked(house, database_url)
    await reexaminer.examine()

    async def uphold(officer: str, note: str) -> Any:
        return await house.ask(officer, "PUT", "review", f"/cases/{case}/upholding", json={"note": note})

    assert (await uphold("feng.xue", "我看没事")).status_code == 403
    assert (await uphold("cao.zhiyuan", "")).status_code == 422
    assert (await uphold("cao.zhiyuan", "本人已书面同意公开")).json()["state"] == "published"
    await house.settle()
    assert len(await house.facts("review", CaseUpheld)) == 1
    await reexaminer.examine()
    assert (await states(house))[case] == "published", "and the same rules do not ask again"
    assert (await house.ask("", "GET", "publish", f"/documents/{document}")).status_code == 200


async def test_a_withdrawal_closes_it(house: House, reexaminer: Reexaminer, database_url: str) -> None:
    document, case = await overlooked(house, database_url)
    await reexaminer.examine()
    assert (await house.withdraw(document)).status_code in (200, 201)
    await house.settle()
    assert (await states(house))[case] == "withdrawn"
    upheld = await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/upholding", json={"note": "x"})
    assert upheld.json()["code"] == "not-possible"


async def test_what_a_person_saw_before_the_approval_is_not_asked_again(
    house: House, reexaminer: Reexaminer, database_url: str
) -> None:
    _, case = await overlooked(house, database_url)
    await reexaminer.examine()
    owner(database_url, OLDER + ", state = 'published'")
    await reexaminer.examine()
    assert (await states(house))[case] == "published"


async def test_what_has_been_replaced_is_left_alone(
    house: House, reexaminer: Reexaminer, database_url: str
) -> None:
    document = await house.published()
    await house.published(document_id=document)
    owner(database_url, OLDER)
    await reexaminer.examine()
    rows = await house.rows("review", "SELECT edition, ruleset FROM review_case ORDER BY edition")
    assert [(row.edition, row.ruleset == "2025.1") for row in rows] == [(1, True), (2, False)]
    told = await progress(house.screener.examiner.rules)
    assert (told["public"], told["examined"]) == (1, 1), "it comes to its end"


WORDS = {
    "owner": "保密工作部门",
    "version": "1",
    "legal_basis": "保密事项范围（示范）",
    "effective_on": "2026-11-01",
    "words": ["云雀计划", "第九储备库"],
}


async def test_a_keyword_list_is_sealed_and_finds_in_what_is_public(
    house: House, reexaminer: Reexaminer, database_url: str
) -> None:
    await house.published(text="档案馆支持云雀計劃的通知")
    await house.published()

    async def put(officer: str, **more: object) -> Any:
        return await house.ask(officer, "PUT", "review", "/keyword-lists/projects", json={**WORDS, **more})

    assert (await put("cao.zhiyuan")).status_code == 403
    assert (await put("han.mei", words=["\u200b"])).status_code == 422
    loaded = await put("han.mei")
    assert (loaded.status_code, loaded.json()["words"]) == (201, 2)
    listed = await house.ask("lu.ning", "GET", "review", "/keyword-lists")
    assert [one["name"] for one in listed.json()["lists"]] == ["projects"]
    assert "云雀" not in listed.text
    [row] = owner(database_url, "SELECT t::text FROM review.keyword_list t")
    assert "云雀" not in str(row), "sealed at rest"
    await reexaminer.examine()
    assert sorted((await states(house)).values()) == ["published", "reexamining"]
    [finding] = await house.rows("review", "SELECT rule, excerpt, why FROM finding")
    assert (finding.rule, finding.why) == ("keyword.projects", WORDS["legal_basis"])
    assert "雀" not in finding.excerpt
    removed = await house.ask("han.mei", "DELETE", "review", "/keyword-lists/projects")
    assert removed.status_code == 204


async def test_a_keyword_list_comes_into_effect_on_its_day(house: House) -> None:
    later = {**WORDS, "effective_on": "2099-01-01"}
    await house.ask("han.mei", "PUT", "review", "/keyword-lists/projects", json=later)
    _, case = await house.in_review(text="云雀计划")
    shown = (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{case}")).json()
    assert shown["findings"] == []


async def test_a_case_is_marked_with_the_rules_by_which_it_was_read(
    house: House, reexaminer: Reexaminer, database_url: str
) -> None:
    """Another loop may take in a new list while files are being read."""
    await house.published()
    owner(database_url, OLDER)
    rules, before = house.screener.examiner.rules, house.screener.examiner.rules.version
    original = house.screener.examiner.objects.get_all

    async def meanwhile(addresses: Any) -> Any:
        await house.ask("han.mei", "PUT", "review", "/keyword-lists/projects", json=WORDS)
        await rules.refresh()
        return await original(addresses)

    house.screener.examiner.objects.get_all = meanwhile  # type: ignore[method-assign]
    await reexaminer.examine()
    [row] = await house.rows("review", "SELECT ruleset FROM review_case")
    assert row.ruleset == before != rules.version, "so it will be read again"
