"""区分处理: what may not be disclosed is removed, the rest is reviewed and published as a new edition."""

from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import OKPKey

from services.review.quarantine import Quarantine
from services.review.redactions import seal_originals
from shared import keys
from shared.contracts import DocumentRedacted
from shared.objects import digest

from .conftest import House

NUMBER = "11010519491231002X"
TEXT = f"补贴发放名单公示\n张三，身份证号{NUMBER}，第一批。\n复核：{NUMBER}\n"
PRIVACY = "art-15-personal-privacy"


@pytest.fixture
def originals(house: House, made_keys: Any) -> Quarantine:
    return Quarantine(house.data / "originals", house.objects, keys.sealing(made_keys, "quarantine"))


async def redact(house: House, officer: str, case: str, *findings: int, **more: Any) -> Any:
    asked = {"file": 0, "findings": [{"no": no, "ground": PRIVACY} for no in findings], **more}
    return await house.ask(
        officer,
        "PUT",
        "review",
        f"/cases/{case}/redaction",
        json={"files": [asked], "note": "隐去身份证号码"},
    )


async def test_what_was_found_is_removed_everywhere_and_the_rest_is_published(
    house: House, originals: Quarantine, made_keys: Any
) -> None:
    document, case = await house.in_review(text=TEXT)
    made = await redact(house, "cao.zhiyuan", case, 1)
    assert made.status_code == 201, made.text
    [file] = made.json()["files"]
    assert (file["original_sha256"], file["removed"]) == (digest(TEXT.encode()), {PRIVACY: 2})
    assert file["original_is_public"] is False
    await house.settle()
    [fact] = await house.facts("review", DocumentRedacted)
    assert fact["redacted_by"] == "cao.zhiyuan"
    assert NUMBER not in str(fact)

    second = await house.case_of(document)
    shown = (await house.ask("gao.mingyuan", "GET", "review", f"/cases/{second}")).json()
    assert (shown["edition"], shown["authors"], shown["findings"]) == (2, ["cao.zhiyuan", "feng.xue"], [])
    await house.reviewed(second)
    assert (await house.agree("cao.zhiyuan", second, "head")).json()["code"] == "self-approval"
    assert (await house.agree("gao.mingyuan", second, "head")).status_code == 201
    await house.settle()
    public = await house.ask("", "GET", "publish", f"/documents/{document}/files/1")
    assert NUMBER not in public.text
    assert "补贴发放名单公示" in public.text

    assert await seal_originals(house.databases["review"], originals) == 1
    lying = [path.read_bytes() for path in (house.data / "objects").rglob("*") if path.is_file()]
    assert all(NUMBER.encode() not in content for content in lying), "the original has left the store"
    [sealed] = (house.data / "originals" / case).iterdir()
    private = OKPKey.import_key((made_keys / "private" / "quarantine.pem").read_bytes())
    assert jwe.decrypt_compact(sealed.read_text(), private).plaintext == TEXT.encode()
    states = await house.rows("intake", "SELECT edition, state FROM submission ORDER BY edition")
    assert [(row.edition, row.state) for row in states] == [(1, "returned"), (2, "published")]


async def test_what_cannot_be_done_changes_nothing(house: House) -> None:
    _, case = await house.in_review(text=TEXT)
    assert (await redact(house, "feng.xue", case, 1)).status_code == 403
    assert (await redact(house, "peng.bo", case, 1)).status_code == 404
    assert (await redact(house, "cao.zhiyuan", case, 99)).status_code == 404
    assert (await redact(house, "cao.zhiyuan", case, file=7)).status_code == 404
    area = {"page": 1, "left": 0, "top": 0, "right": 1, "bottom": 1, "ground": PRIVACY}
    for wrong in (
        {"areas": [area]},
        {},
        {"spans": [{"place": "nowhere", "start": 0, "end": 2, "ground": PRIVACY}]},
    ):
        refused = await redact(house, "cao.zhiyuan", case, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "not-redacted"), refused.text
    no_ground = [{"no": 1, "ground": "because"}]
    assert (await redact(house, "cao.zhiyuan", case, findings=no_ground)).status_code == 422
    await house.settle()
    shown = (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{case}")).json()
    assert (shown["state"], shown["redactions"]) == ("reviewing", [])
    assert shown["about"]["files"][0]["sha256"] == digest(TEXT.encode())


async def test_the_record_keeps_what_was_removed_and_why_but_never_the_text(house: House) -> None:
    _, case = await house.in_review(text=TEXT)
    await redact(house, "cao.zhiyuan", case, 1)
    shown = (await house.ask("cao.zhiyuan", "GET", "review", f"/cases/{case}")).json()
    [redaction] = shown["redactions"]
    assert redaction["original_sha256"] == digest(TEXT.encode())
    assert redaction["marks"]["findings"] == [{"no": 1, "ground": PRIVACY}]
    assert NUMBER not in str(shown)
    told = [(one["act"], one["officer"], one["grounds"]) for one in shown["opinions"]]
    assert told[-1] == ("redacted", "cao.zhiyuan", [PRIVACY])


async def test_an_original_that_is_public_elsewhere_is_warned_of_and_stays(
    house: House, originals: Quarantine
) -> None:
    form = [("list.txt", TEXT.encode())]
    _, first = await house.in_review(files=form)
    await house.reviewed(first)
    await house.ask("gao.mingyuan", "PUT", "review", f"/cases/{first}/approval", json={"note": "同意"})
    await house.settle()
    _, case = await house.in_review(files=form, title="另一份通知")
    made = await redact(house, "cao.zhiyuan", case, 1)
    assert made.json()["files"][0]["original_is_public"] is True
    await seal_originals(house.databases["review"], originals)
    assert await house.objects.get(digest(TEXT.encode())) == TEXT.encode()
