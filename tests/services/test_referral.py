"""Two questions for others, never mixed: may it be disclosed, and is it a state secret."""

from typing import Any

from services.review.lifecycle import State
from shared.contracts import (
    CaseQuarantined,
    CaseReferred,
    DocumentRejected,
    DocumentReturned,
    ReferralAnswered,
)

from .conftest import House
from .test_quarantine import CANARY, SECRET

ANSWER = {"answer_no": "滨保发〔2026〕3号"}


async def put(house: House, officer: str, case: str, path: str, **asked: Any) -> Any:
    return await house.ask(officer, "PUT", "review", f"/cases/{case}/{path}", json=asked)


async def status(house: House, officer: str, case: str, path: str, **asked: Any) -> int:
    answer = await put(house, officer, case, path, **asked)
    return int(answer.status_code)


async def shown(house: House, case: str) -> Any:
    return (await house.ask("liang.guodong", "GET", "review", f"/cases/{case}")).json()


async def referred(house: House) -> str:
    _, case = await house.in_review()
    await house.reviewed(case)
    asked = await put(house, "cao.zhiyuan", case, "referral", authority="secrecy-administration")
    assert asked.status_code == 201, asked.text
    return case


async def test_while_an_authority_is_asked_nothing_can_be_decided(house: House) -> None:
    case = await referred(house)
    for path, asked in (
        ("approval", {"note": "x"}),
        ("return", {"grounds": ["inaccurate"], "note": "x"}),
        ("rejection", {"ground": "art-16-internal-matter", "note": "x"}),
        ("referral", {"authority": "competent-department"}),
    ):
        answer = await put(house, "liang.guodong", case, path, **asked)
        assert (answer.status_code, answer.json()["code"]) == (409, "not-possible"), path
    await house.settle()
    [fact] = await house.facts("review", CaseReferred)
    assert (fact["case_id"], fact["kind"]) == (case, "disclosure")


async def test_the_answer_lets_the_case_go_on(house: House) -> None:
    case = await referred(house)
    said = await put(house, "cao.zhiyuan", case, "referral/answer", answer="disclose", **ANSWER)
    assert said.json()["state"] == State.REVIEWING, said.text
    assert await status(house, "gao.mingyuan", case, "approval", note="") == 201
    await house.settle()
    [fact] = await house.facts("review", ReferralAnswered)
    assert (fact["kind"], fact["answer"]) == ("disclosure", "disclose")


async def test_what_the_authority_forbids_nobody_approves(house: House) -> None:
    case = await referred(house)
    await put(house, "cao.zhiyuan", case, "referral/answer", answer="withhold", **ANSWER)
    for officer in ("gao.mingyuan", "liang.guodong"):
        forbidden = await put(house, officer, case, "approval", note="仍然公开")
        assert (forbidden.status_code, forbidden.json()["code"]) == (409, "authority-forbids")
    refusal = {"ground": "art-14-forbidden-by-law", "note": "见答复"}
    assert await status(house, "cao.zhiyuan", case, "rejection", **refusal) == 201


async def test_the_two_kinds_are_never_mixed(house: House) -> None:
    case = await referred(house)
    for wrong in ("secret", "not-secret"):
        assert (
            await put(house, "cao.zhiyuan", case, "referral/answer", answer=wrong, **ANSWER)
        ).status_code == 422
    assert await status(house, "lu.ning", case, "determination", answer="secret", **ANSWER) == 409
    assert await status(house, "cao.zhiyuan", case, "referral", authority="national") == 422


async def test_only_who_may_asks_and_answers(house: House) -> None:
    _, case = await house.in_review()
    for stranger in ("feng.xue", "peng.bo", "zhang.tao"):
        assert (
            await put(house, stranger, case, "referral", authority="competent-department")
        ).status_code == 403


async def test_what_somebody_suspects_is_locked_away_under_a_provisional_level(house: House) -> None:
    """There is no mark on it: a person sees that it may be a secret."""
    innocent = SECRET.replace("机密★20年\n", "")
    _, case = await house.in_review(title=f"{CANARY}方案", text=innocent)
    assert await status(house, "feng.xue", case, "protection", level="secret") in (403, 404)
    locked = await put(house, "cao.zhiyuan", case, "protection", level="top-secret")
    assert (locked.status_code, locked.json()["state"]) == (201, "quarantined"), locked.text
    await house.settle()
    [fact] = await house.facts("review", CaseQuarantined)
    assert fact["case_id"] == case
    [question] = (await shown(house, case))["referrals"]
    assert (question["kind"], question["authority"], question["level"]) == (
        "state-secret",
        "national",
        "top-secret",
    )
    lying = [path.read_bytes() for path in (house.data / "objects").rglob("*") if path.is_file()]
    assert all(CANARY.encode() not in content for content in lying)
    assert (await shown(house, case))["about"] is None
    sealed = list((house.data / "quarantine" / case).iterdir())
    assert len(sealed) == 2
    submission = await house.rows("intake", "SELECT title, state FROM submission")
    assert [(row.title, row.state) for row in submission] == [("（已封存）", "quarantined")]


async def test_a_determination_follows_the_hand_over_and_a_secret_is_refused_for_good(house: House) -> None:
    await house.submit(title=f"{CANARY}方案", text=SECRET)
    await house.settle()
    [row] = await house.rows("review", "SELECT id FROM review_case")
    case = str(row.id)
    early = await put(house, "lu.ning", case, "determination", answer="secret", **ANSWER)
    assert early.json()["code"] == "nothing-asked"
    assert (
        await put(house, "cao.zhiyuan", case, "hand-over", level="secret", to="省保密局")
    ).status_code == 403
    handed = await put(house, "lu.ning", case, "hand-over", level="secret", to="省保密局")
    assert handed.status_code == 201, handed.text
    [question] = (await shown(house, case))["referrals"]
    assert question["authority"] == "provincial"
    assert question["reported_at"]
    assert question["due_on"] > question["asked_at"][:10]
    determined = await put(house, "lu.ning", case, "determination", answer="secret", **ANSWER)
    assert determined.json()["state"] == "rejected"
    await house.settle()
    [fact] = await house.facts("review", DocumentRejected)
    assert fact["ground"] == "art-14-state-secret"
    assert (
        await put(house, "lu.ning", case, "determination", answer="not-secret", **ANSWER)
    ).status_code == 409


async def test_what_is_no_secret_may_be_handed_in_again_without_the_mark(house: House) -> None:
    receipt = await house.submit(text=SECRET)
    await house.settle()
    [row] = await house.rows("review", "SELECT id FROM review_case")
    await put(house, "lu.ning", str(row.id), "hand-over", level="secret", to="省保密局")
    answer = await put(house, "lu.ning", str(row.id), "determination", answer="not-secret", **ANSWER)
    assert answer.json()["state"] == "returned"
    await house.settle()
    [fact] = await house.facts("review", DocumentReturned)
    assert fact["grounds"] == ["wrong-form"]
    again = await house.submit(document_id=receipt.json()["document_id"])
    assert (again.status_code, again.json()["edition"]) == (201, 2)


async def test_what_was_determined_a_secret_is_locked_away_again_when_it_comes_again(house: House) -> None:
    await house.submit(text=SECRET)
    await house.settle()
    [row] = await house.rows("review", "SELECT id FROM review_case")
    await put(house, "lu.ning", str(row.id), "hand-over", level="secret", to="省保密局")
    await put(house, "lu.ning", str(row.id), "determination", answer="secret", **ANSWER)
    await house.settle()
    again = await house.submit(text=SECRET, title="换一个标题")
    assert again.status_code == 201
    await house.settle()
    lying = [path.read_bytes() for path in (house.data / "objects").rglob("*") if path.is_file()]
    assert all(CANARY.encode() not in content for content in lying)


async def test_a_determination_needs_a_hand_over_and_there_is_one_only(house: House) -> None:
    _, case = await house.in_review()
    await put(house, "cao.zhiyuan", case, "protection", level="secret")
    early = await put(house, "lu.ning", case, "determination", answer="secret", **ANSWER)
    assert early.json()["code"] == "not-handed-over"
    assert await status(house, "lu.ning", case, "hand-over", level="top-secret", to="国家保密局") == 201
    [question] = (await shown(house, case))["referrals"]
    assert (question["level"], question["authority"]) == ("top-secret", "national"), "as it was handed over"
    again = await put(house, "lu.ning", case, "hand-over", level="secret", to="省保密局")
    assert again.json()["code"] == "handed-over-before"
    assert await status(house, "lu.ning", case, "determination", answer="not-secret", **ANSWER) == 201
