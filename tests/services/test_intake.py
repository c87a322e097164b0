"""What is handed in: accepted once with a receipt, or refused with every fault named."""

import asyncio
import io
import json
import time
import zipfile
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jws

from shared import keys
from shared.contracts import DocumentSubmitted
from tests.conftest import owner

from .conftest import House, about, posted


def codes(answer: Any) -> set[tuple[str, str]]:
    """Where, and what."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {(fault["at"], fault["code"]) for fault in answer.json().get("faults", ())}


async def submissions(house: House) -> int:
    return len(await house.rows("intake", "SELECT * FROM submission"))


async def test_a_submission_gets_a_receipt_and_is_announced(house: House) -> None:
    receipt = await house.submit()
    assert receipt.status_code == 201
    said = receipt.json()
    assert said["edition"] == 1
    assert said["receipt_no"].startswith("R20")
    assert receipt.headers["location"] == f"/submissions/{said['submission_id']}"
    shown = await house.ask("feng.xue", "GET", "intake", receipt.headers["location"])
    assert shown.json()["state"] == "received"
    await house.settle()
    [fact] = await house.facts("intake", DocumentSubmitted)
    assert fact["document_id"] == said["document_id"]
    assert "开放时间" not in json.dumps(fact, ensure_ascii=False), "events carry no text"


async def test_a_receipt_proves_what_was_received(house: House) -> None:
    said = (await house.submit()).json()
    pinned = keys.pinned(house.data / "keys", "intake")
    [key] = pinned.values()
    signed = json.loads(jws.deserialize_compact(said["signature"], key, algorithms=["Ed25519"]).payload)
    assert signed == {name: said[name] for name in said if name != "signature"}


async def test_files_may_come_as_json_too(house: House) -> None:
    file = {"name": "notice.txt", "content": b64encode("正文".encode()).decode()}
    answer = await house.ask(
        "feng.xue", "POST", "intake", "/submissions",
        json={**about(), "files": [file]}, headers={"Idempotency-Key": "k"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text


def docx_bomb() -> bytes:
    """Says that it is a text document, and unpacks to a gigabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        for n in range(10):
            archive.writestr(f"word/media/{n}.bmp", bytes(60_000_000))
    return file.getvalue()


FAULTY: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "no title": ({"title": None}, {("title", "missing")}),
    "an empty title": ({"title": ""}, {("title", "string_too_short")}),
    "a title without end": ({"title": "长" * 301}, {("title", "string_too_long")}),
    "a title with a zero byte": ({"title": "a\0b"}, {("title", "control-character")}),
    "a title with a line break": ({"title": "a\r\nb"}, {("title", "control-character")}),
    "half a character": ({"title": "\ud800"}, {("title", "string_unicode")}),
    "a number with a zero byte": ({"doc_no": "a\0"}, {("doc_no", "control-character")}),
    "an unknown kind": ({"kind": "gossip"}, {("kind", "enum")}),
    "a theme of another form": ({"theme": "2.1"}, {("theme", "string_pattern_mismatch")}),
    "a theme that is not in the tree": ({"theme": "02.10"}, {("theme", "unknown-theme")}),
    "what is open on request only": (
        {"openness": "on-request", "openness_reason": "第三方利益"},
        {("openness", "not-to-be-published")},
    ),
    "what is withheld": (
        {"openness": "withheld", "openness_reason": "内部事务"},
        {("openness", "not-to-be-published")},
    ),
    "openness without its reason": ({"openness": "partial"}, {("", "value_error")}),
    "a date that is none": ({"created_on": "2026-02-30"}, {("created_on", "date_from_datetime_parsing")}),
    "a field too many": ({"approved_by": "cao.zhiyuan"}, {("approved_by", "extra_forbidden")}),
    "no file": ({"files": []}, {("files", "number-of-files")}),
    "an empty file": ({"files": [("a.txt", b"")]}, {("files.0", "empty-file")}),
    "a file of no known type": ({"files": [("a.bin", b"\x7fELF\0\0")]}, {("files.0", "unknown-file-type")}),
    "a type that its name does not say": ({"files": [("a.pdf", b"x")]}, {("files.0", "extension-disagrees")}),
    "a damaged PDF": ({"files": [("a.pdf", b"%PDF-1.7 cut off")]}, {("files.0", "damaged-file")}),
    "a name that is a path": ({"files": [("a\\..\\b.txt", b"x")]}, {("files.0", "bad-file-name")}),
    "a bomb in the clothes of a document": ({"files": [("a.docx", docx_bomb())]}, {("files.0", "zip-bomb")}),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "faults"), FAULTY.values(), ids=FAULTY.keys())
async def test_a_faulty_submission_is_refused_and_its_fault_named(
    house: House, wrong: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    answer = await house.submit(**wrong)
    assert answer.status_code == 422, answer.text
    assert codes(answer) == faults
    assert await submissions(house) == 0
    assert (await house.submit()).status_code == 201, "the next one is not harmed"


async def test_an_unknown_theme_is_answered_with_near_ones(house: House) -> None:
    [fault] = (await house.submit(theme="02.10")).json()["faults"]
    assert {"code": "02.01", "path": "综合政务\\政务公开"} in fault["near"]
    assert "02.01 综合政务\\政务公开" in fault["message"]


async def test_what_is_open_in_part_can_be_handed_in(house: House) -> None:
    answer = await house.submit(openness="partial", openness_reason="隐去个人信息")
    assert answer.status_code == 201, answer.text


async def test_all_faults_are_named_at_once(house: House) -> None:
    answer = await house.submit(title=None, kind="gossip", files=[("a.txt", b""), ("b.bin", b"\x7fELF\0")])
    assert codes(answer) == {
        ("title", "missing"),
        ("kind", "enum"),
        ("files.0", "empty-file"),
        ("files.1", "unknown-file-type"),
    }


async def test_faults_are_told_in_chinese_unless_english_is_asked_for(house: House) -> None:
    answer = await house.submit("feng.xue", title=None)
    assert answer.json()["title"].startswith("The request is not")
    request = posted(title=None)
    request["headers"]["Accept-Language"] = "zh-CN"
    answer = await house.ask("feng.xue", "POST", "intake", "/submissions", **request)
    assert answer.json()["title"].startswith("请求内容")


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000, '"x"', ""])
async def test_metadata_that_are_no_object_are_refused(house: House, text: str) -> None:
    request = {**posted(), "data": {"submission": text}}
    answer = await house.ask("feng.xue", "POST", "intake", "/submissions", **request)
    assert answer.status_code == 422, answer.text


async def test_a_body_that_is_not_of_the_organisation_is_refused(house: House) -> None:
    answer = await house.submit(joint_with=["nowhere"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-body")
    assert await submissions(house) == 0


async def test_a_new_edition_of_nothing_is_refused(house: House) -> None:
    answer = await house.submit(document_id=str(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-document")


async def test_a_new_edition_of_another_bodys_document_is_refused(house: House) -> None:
    document = (await house.submit()).json()["document_id"]
    answer = await house.submit("song.jia", department="library", document_id=document)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-document")
    second = await house.submit(document_id=document)
    assert (second.status_code, second.json()["edition"]) == (201, 2)


async def test_only_who_may_hand_in_hands_in_and_only_for_the_own_body(house: House) -> None:
    assert (await house.submit("")).status_code == 401
    assert (await house.submit("zhang.tao")).status_code == 403
    assert (await house.submit("song.jia")).status_code == 403
    assert await submissions(house) == 0


async def test_nobody_hands_in_under_anothers_name(house: House) -> None:
    """A head who named another as author could then approve what is the head's own."""
    answer = await house.submit("cao.zhiyuan", author="feng.xue")
    assert answer.status_code == 403
    by_portal = await house.submit("he.yun", author="feng.xue")
    assert by_portal.status_code == 201, by_portal.text


async def test_a_dismissed_officer_is_refused_at_once(house: House, database_url: str) -> None:
    assert (await house.submit()).status_code == 201
    owner(database_url, "UPDATE shared.officer SET active = false WHERE id = 'feng.xue'")
    assert (await house.submit()).status_code == 401


async def test_a_request_without_a_key_is_refused(house: House) -> None:
    request = posted()
    request["headers"] = {}
    answer = await house.ask("feng.xue", "POST", "intake", "/submissions", **request)
    assert (answer.status_code, answer.json()["code"]) == (400, "missing-idempotency-key")


async def test_the_same_request_again_gets_the_same_receipt(house: House) -> None:
    first = await house.submit(key="k", text="正文")
    again = await house.submit(key="k", text="正文")
    assert (first.status_code, again.status_code) == (201, 200)
    assert {**first.json(), "signature": ""} == {**again.json(), "signature": ""}
    assert await submissions(house) == 1


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    first = await house.submit(key="k", text="正文")
    other = await house.submit(key="k", text="另一份正文")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert other.json()["receipt_no"] == first.json()["receipt_no"]
    assert await submissions(house) == 1


async def test_the_same_key_of_another_officer_is_another_key(house: House) -> None:
    assert (await house.submit(key="k")).status_code == 201
    assert (await house.submit("song.jia", key="k", department="library")).status_code == 201


async def test_simultaneous_requests_with_one_key_are_one_submission(house: House) -> None:
    answers = await asyncio.gather(*(house.submit(key="k", text="正文") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["receipt_no"] for answer in answers}) == 1
    assert await submissions(house) == 1


async def test_the_same_content_is_not_accepted_twice(house: House) -> None:
    first = await house.submit(text="正文")
    second = await house.submit(text="正文")
    assert (second.status_code, second.json()["code"]) == (409, "already-submitted")
    assert second.json()["receipt_no"] == first.json()["receipt_no"]


async def test_the_same_content_at_the_same_time_is_accepted_once(house: House) -> None:
    answers = await asyncio.gather(*(house.submit(text="正文") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_receipt_numbers_are_dense(house: House) -> None:
    answers = await asyncio.gather(*(house.submit() for _ in range(6)))
    numbers = sorted(int(answer.json()["receipt_no"].rpartition("-")[2]) for answer in answers)
    assert numbers == list(range(1, 7))


async def test_a_request_that_promises_too_much_is_refused_before_it_arrives(house: House) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("nothing may be read")
        yield b""

    headers = {"Content-Length": str(200_000_000), "Content-Type": "application/json", "Idempotency-Key": "k"}
    began = time.monotonic()
    answer = await house.ask("feng.xue", "POST", "intake", "/submissions", content=never(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_request_that_never_ends_is_cut_at_the_limit(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from services.intake.app import api

    from .conftest import in_process

    monkeypatch.setenv("GONGKAI_MAX_REQUEST_BYTES", "300000")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while sent < 50_000_000:
            sent += 65_536
            yield b"x" * 65_536

    async with in_process(api()) as small:
        answer = await small.post(
            "/submissions",
            content=endless(),
            headers={
                "Content-Type": kind,
                "Idempotency-Key": "k",
                "Authorization": f"Bearer {house.tokens['feng.xue']}",
            },
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert sent < 2_000_000


async def test_intake_accepts_while_the_broker_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.intake.app import api

    from .conftest import in_process

    monkeypatch.setenv("GONGKAI_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("GONGKAI_EDGE_URL", "redis://127.0.0.1:1/0")
    async with in_process(api()) as alone:
        request = posted()
        request["headers"]["Authorization"] = f"Bearer {house.tokens['feng.xue']}"
        assert (await alone.get("/ready")).status_code == 200
        assert (await alone.post("/submissions", **request)).status_code == 201


async def test_nothing_is_accepted_while_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.intake.app import api

    from .conftest import in_process

    monkeypatch.setenv("GONGKAI_DATABASE_URL", "postgresql+psycopg://gongkai:x@127.0.0.1:1/gongkai")
    async with in_process(api()) as alone:
        request = posted()
        request["headers"]["Authorization"] = f"Bearer {house.tokens['feng.xue']}"
        answer = await alone.post("/submissions", **request)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await alone.get("/ready")).status_code == 503
        assert (await alone.get("/live")).status_code == 200
    assert await submissions(house) == 0


async def test_an_unknown_submission_is_not_found_and_anothers_is_not_shown(house: House) -> None:
    assert (await house.ask("feng.xue", "GET", "intake", f"/submissions/{uuid4()}")).status_code == 404
    mine = (await house.submit()).headers["location"]
    assert (await house.ask("song.jia", "GET", "intake", mine)).status_code == 403


async def test_a_submissions_state_follows_what_became_of_it(house: House) -> None:
    receipt = await house.submit()
    where, document = receipt.headers["location"], receipt.json()["document_id"]
    states = []

    async def note() -> None:
        await house.settle()
        states.append((await house.ask("feng.xue", "GET", "intake", where)).json()["state"])

    await note()
    case = await house.case_of(document)
    await house.reviewed(case)
    await house.ask("cao.zhiyuan", "PUT", "review", f"/cases/{case}/approval", json={})
    await note()
    await house.withdraw(document)
    await note()
    assert states == ["in review", "published", "withdrawn"]
