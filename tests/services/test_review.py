"""A case: opened, screened, decided by who may, closed once."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwe
from joserfc.jwk import OKPKey

from services.review.lifecycle import MOVES, Move, State
from shared.contracts import (
    ApprovalVoided,
    CaseOpened,
    CaseQuarantined,
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


CANARY = "杜鹃鸟代号七三五九"
SECRET = f"机密★20年\n关于{CANARY}的工作方案\n联系电话13912345678\n{CANARY}另行通知。"


@pytest.fixture
async def locked(house: House) -> str:
    """The document that was handed in with a secrecy mark; its case is locked away."""
    receipt = await house.submit(title=f"{CANARY}方案", text=SECRET, key="k")
    await house.settle()
    return str(receipt.json()["document_id"])


async def test_what_bears_a_secrecy_mark_is_quarantined_and_cannot_be_decided(
    house: House, locked: str
) -> None:
    case = await house.case_of(locked, "quarantined")
    assert len(await house.facts("review", CaseQuarantined)) == 1
    assert (await decide(house, "liang.guodong", case, "approval", note="x")).status_code == 409
    assert (await decide(house, "liang.guodong", case, "return", **RETURN)).status_code == 409
    shown = (await house.ask("lu.ning", "GET", "review", f"/cases/{case}")).json()
    assert shown["about"] is None


async def test_what_is_quarantined_is_in_no_table_no_stream_no_store_and_no_log(
    capsys: pytest.CaptureFixture[str], house: House, locked: str, database_url: str
) -> None:
    names = owner(
        database_url,
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    assert len(names) > 30
    searched = "".join(
        str(owner(database_url, f"SELECT convert_from(convert_to(t::text, 'UTF8'), 'UTF8') FROM {name} t"))
        + dumped(database_url, str(name))
        for (name,) in names
    )
    assert locked in searched, "the search sees what is there"
    assert CANARY not in searched
    assert "13912345678" not in searched
    streams = ""
    for key in await house.broker.keys("*"):
        streams += str(
            [{k: v.decode() for k, v in fields.items()} for _, fields in await house.broker.xrange(key)]
        )
    assert locked in streams
    assert CANARY not in streams
    lying = [path.read_bytes() for path in (house.data / "objects").rglob("*") if path.is_file()]
    assert all(CANARY.encode() not in content for content in lying)
    output = capsys.readouterr()
    assert "quarantined" in output.out
    assert CANARY not in output.out + output.err


def dumped(url: str, table: str) -> str:
    """The bytes of its binary columns as text, as far as they are text."""
    columns = owner(
        url,
        "SELECT column_name FROM information_schema.columns WHERE data_type = 'bytea'"
        f" AND table_schema || '.' || table_name = '{table}'",
    )
    found = [owner(url, f"SELECT {column} FROM {table}") for (column,) in columns]
    return "".join(bytes(value[0]).decode(errors="replace") for rows in found for value in rows if value[0])  # type: ignore[call-overload]


async def test_the_sealed_copies_open_with_the_private_key_alone(
    house: House, locked: str, made_keys: Path
) -> None:
    case = await house.case_of(locked, "quarantined")
    sealed = sorted((house.data / "quarantine" / case).iterdir())
    assert len(sealed) == 2, "the manifest and the file"
    private = OKPKey.import_key((made_keys / "private" / "quarantine.pem").read_bytes())
    opened = b"".join(bytes(jwe.decrypt_compact(one.read_text(), private).plaintext or b"") for one in sealed)
    assert CANARY.encode() in opened
    assert all(CANARY.encode() not in one.read_bytes() for one in sealed)
    assert all(one.stat().st_mode & 0o077 == 0 for one in sealed)


async def test_handing_it_in_again_does_not_bring_it_back(house: House, locked: str) -> None:
    again = await house.submit(title=f"{CANARY}方案", text=SECRET, key="k")
    assert again.status_code == 200
    other = await house.submit(title=f"{CANARY}方案", text=SECRET)
    assert other.status_code == 409
    lying = [path.read_bytes() for path in (house.data / "objects").rglob("*") if path.is_file()]
    assert all(CANARY.encode() not in content for content in lying)


async def test_an_innocent_file_that_another_document_shares_stays_readable(house: House) -> None:
    """Whoever hands in a marked document with a public one's form must not destroy the public one."""
    form = ("form.txt", "申请表".encode())
    document = await house.published(files=[("notice.txt", "通知正文".encode()), form])
    await house.submit(files=[("secret.txt", SECRET.encode()), form])
    await house.settle()
    assert len(await house.facts("review", CaseQuarantined)) == 1
    answer = await house.ask("", "GET", "publish", f"/documents/{document}/files/2")
    assert (answer.status_code, answer.content) == (200, "申请表".encode())
