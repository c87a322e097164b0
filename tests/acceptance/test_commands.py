"""The command line on the running platform, as an officer and an operator type it."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from gongkai.asking import desk
from gongkai.up import Platform

from .conftest import eventually


class Typed:
    """What a command answered."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out.decode(), err.decode()

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


async def typed(up: Platform, *words: str, language: str = "zh") -> Typed:
    environment = {**os.environ, "GONGKAI_DATA": str(up.data), "GONGKAI_LANG": language, "NO_COLOR": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gongkai",
        *words,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Typed(process.returncode or 0, out, err)


async def head(up: Platform, *request: str, **more: Any) -> Any:
    """What the water company's head is answered over HTTP."""
    return await asyncio.to_thread(desk(up.data, "jiang.hai").ask, *request, **more)


async def submitted(up: Platform, folder: Path, *more: str, name: str = "通知.txt") -> dict[str, Any]:
    """A new document of the water company, whatever other tests did before."""
    file = folder / name
    file.write_text(f"关于抄表时间的通知\n正文 {uuid4()}\n", encoding="utf-8")
    return dict((await typed(up, "submit", str(file), "--department", "water", "--json", *more)).json)


async def reviewable(up: Platform, document: str) -> dict[str, Any]:
    async def screened() -> Any:
        asked = {"document": document, "state": "reviewing"}
        return (await head(up, "GET", "review", "/cases", params=asked))["cases"]

    await eventually(screened)
    return dict((await typed(up, "case", "show", document, "--json")).json)


async def approved(up: Platform, case: str) -> None:
    """Each takes the step that is due; the head of the water company approves."""
    for officer in ("han.mei", "jiang.hai"):
        answer = await typed(up, "approve", case, "--as", officer)
        assert answer.code == 0, answer.err


async def test_a_document_goes_its_whole_way_by_commands_alone(up: Platform, tmp_path: Path) -> None:
    receipt = await submitted(up, tmp_path)
    document = receipt["document_id"]
    assert receipt["title"] == "关于抄表时间的通知"

    case = await reviewable(up, document)
    own = await typed(up, "approve", document, "--as", "ding.lei", language="en")
    assert (own.code, own.out) == (1, "")
    assert own.err == "gongkai: Whoever handed in an edition of a document decides nothing about it.\n"
    await approved(up, case["id"])

    async def published() -> Any:
        found = await head(up, "GET", "intake", f"/submissions/{receipt['submission_id']}")
        return found["state"] == "published"

    await eventually(published)
    trace = (await typed(up, "trace", receipt["receipt_no"], "--json")).json
    assert trace["document_id"] == document
    announced = [step["type"] for step in trace["steps"] if step["what"] == "announced"]
    assert announced[:6] == [
        "cn.gongkai.document.submitted.v1",
        "cn.gongkai.case.opened.v1",
        "cn.gongkai.screening.completed.v1",
        "cn.gongkai.opinion.given.v1",
        "cn.gongkai.document.approved.v1",
        "cn.gongkai.document.published.v1",
    ]
    assert set(announced[6:]) <= {"cn.gongkai.release.delivered.v1"}
    said = [(step["type"], step["detail"]) for step in trace["steps"] if step["what"] == "said"]
    assert [(act, one["step"], one["step_name"], one["officer"], one["role"]) for act, one in said] == [
        ("proposed", "initial", "承办人初审", "ding.lei", "author"),
        ("agreed", "check", "保密审查员审查", "han.mei", "secrecy"),
        ("approved", "head", "部门负责人审批", "jiang.hai", "head"),
    ]
    event = next(step["detail"]["event_id"] for step in trace["steps"] if step["what"] == "announced")
    assert (await typed(up, "trace", event, "--json")).json["document_id"] == document

    words = ("withdraw", document, "--reason", "inaccurate", "--note", "改期", "--as", "jiang.hai", "--json")
    assert (await typed(up, *words)).json["withdrawn"] is True


async def test_repeating_a_submission_gives_the_same_receipt(up: Platform, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"关于水价的通知\n{uuid4()}", encoding="utf-8")
    words = ("submit", str(file), "--department", "water", "--json")
    first, second = [(await typed(up, *words)).json for _ in range(2)]
    assert first["receipt_no"] == second["receipt_no"]


async def test_one_document_for_each_file_and_one_that_is_refused_stops_no_other(
    up: Platform, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.pdf"
    good.write_text(f"水质公告\n{uuid4()}", encoding="utf-8")
    bad.write_bytes(b"no pdf at all, really \x00")
    answer = await typed(
        up, "submit", str(bad), str(good), "--each", "--department", "water", "--as", "ding.lei", "--json"
    )
    assert answer.code == 1
    refused, accepted = json.loads(answer.out)
    assert refused["problem"]["faults"][0]["at"] == "files.0"
    assert accepted["receipt_no"].startswith("R")


async def test_a_returned_document_comes_again_as_its_next_edition(up: Platform, tmp_path: Path) -> None:
    first = await submitted(up, tmp_path)
    document = first["document_id"]
    await reviewable(up, document)
    words = ("--ground", "inaccurate", "--note", "请核对日期", "--as", "jiang.hai", "--json")
    assert (await typed(up, "return", document, *words)).json["state"] == "returned"
    second = await submitted(up, tmp_path, "--document", document)
    assert (second["document_id"], second["edition"]) == (document, 2)
    await reviewable(up, document)
    words = ("--ground", "art-16-internal-matter", "--note", "内部事务", "--as", "jiang.hai", "--json")
    assert (await typed(up, "reject", document, *words)).json["state"] == "rejected"


async def test_lag_names_every_consumer_and_is_a_monitoring_check(up: Platform) -> None:
    async def settled() -> Any:
        found = (await typed(up, "lag", "--json")).json
        return found if not any(one["behind"] for one in found["consumers"]) else None

    found = await eventually(settled)
    pairs = {(one["stream"], one["consumer"]) for one in found["consumers"]}
    assert {("intake", "review"), ("review", "publish"), ("publish", "notify")} <= pairs
    assert ("intake", "publish") in pairs
    assert [one["stream"] for one in found["relays"]] == ["intake", "review", "publish", "notify", "search"]
    assert not any(one["fenced"] for one in found["relays"])
    assert (await typed(up, "lag", "--crit", "1000000")).code in (0, 1)


async def test_the_doctor_finds_a_running_platform_well(up: Platform) -> None:
    found = (await typed(up, "doctor", "--json")).json
    assert [one for one in found if one["state"] == "fail"] == []
    assert {"PostgreSQL", "intake", "review", "publish", "notify", "部门之间的隔离"} <= {
        one["what"] for one in found
    }


async def test_what_an_operator_asks_for_and_is_not_there_is_said_in_one_sentence(
    up: Platform, tmp_path: Path
) -> None:
    nobody = await typed(up, "token", "issue", "nobody")
    letter = await typed(up, "deadletters", "retry", str(uuid4()), language="en")
    case = await typed(up, "case", "show", "x")
    elsewhere = await typed(up, "lag", "--data", str(tmp_path))
    for answer in (nobody, letter, case, elsewhere):
        assert (answer.code, answer.out) == (1, "")
        assert len(answer.err.splitlines()) == 1
        assert "Traceback" not in answer.err
    assert letter.err == "gongkai: There is no dead letter with which this can be done.\n"


async def test_a_replay_sends_again_what_was_sent_and_only_the_tombstone_of_what_was_withdrawn(
    up: Platform, tmp_path: Path
) -> None:
    mine = {"department": "water", "bodies": ["water"]}
    await head(up, "POST", "notify", "/subscriptions", json=mine)
    document = (await submitted(up, tmp_path))["document_id"]
    await reviewable(up, document)
    await approved(up, document)

    async def sent() -> Any:
        return (await head(up, "GET", "notify", f"/deliveries/{document}"))["deliveries"]

    [first] = await eventually(sent)
    words = ("withdraw", document, "--reason", "inaccurate", "--note", "改期", "--as", "jiang.hai")
    assert (await typed(up, *words)).code == 0

    async def both() -> Any:
        return len(await sent()) == 2

    await eventually(both)
    words = ("replay", "--department", "water", "--after", str(first["no"] - 1), "--rate", "50", "--json")
    assert (await typed(up, *words)).json["sent"] >= 1
    again = [one for one in await sent() if one["replay"]]
    assert {one["type"] for one in again} == {"cn.gongkai.document.withdrawn.v1"}
