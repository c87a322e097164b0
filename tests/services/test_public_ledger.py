"""The transparency ledger over HTTP, its page, and its commands."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from selectolax.lexbor import LexborHTMLParser
from typer import Typer
from typer.testing import CliRunner

from gongkai import home, ledger_page
from gongkai.commands import ledger as commands
from gongkai.faults import Refused
from services.publish.app import api
from services.publish.ledger.log import LOG
from shared import keys, merkle
from shared.checkpoints import Sealer, believed
from shared.contracts import LedgerSealed
from shared.proofs import Proof, examine, leaf_hash
from shared.tampering import Wrong
from tests.conftest import owner

from .conftest import House

SOME = "01a00000-0000-7000-8000-000000000000"
TEXT = "档案馆开放时间调整，自下月起执行。".encode()


def sealer(house: House) -> Sealer:
    key = keys.of_worker(house.data / "keys", "publish", "publish-ledger")
    file = house.data / "ledger" / "publish.jsonl"
    return Sealer(house.databases["publish"], LOG, key, file, rows=1)


async def seal(house: House) -> None:
    while await sealer(house).work():
        pass
    await house.settle()


async def get(house: House, path: str) -> Any:
    return await house.ask("", "GET", "publish", path)


def pinned(house: House) -> Any:
    return keys.pinned(house.data / "keys", "publish-ledger")


async def test_what_is_published_amended_and_withdrawn_can_be_proved(house: House) -> None:
    document = await house.published(files=[("notice.txt", TEXT)])
    await house.published(document_id=document, title="更正后的通知")
    await house.withdraw(document)
    await seal(house)
    answer = await get(house, f"/ledger/proof?document={document}")
    assert answer.headers["content-disposition"] == f'attachment; filename="proof-{document}.json"'
    shown = Proof.model_validate_json(answer.content)
    assert examine(shown, pinned(house), file_sha256=sha256(TEXT).hexdigest()).convinces
    assert [(one.entry.what, one.entry.edition) for one in shown.entries] == [
        ("published", 1),
        ("amended", 2),
        ("withdrawn", 2),
    ]
    assert shown.entries[0].entry.index_no is not None
    [head] = await house.facts("publish", LedgerSealed)
    assert (head["ledger"], head["position"], head["signature"]) == ("publish", 3, shown.head)


async def test_one_edition_or_the_hash_of_a_file_can_be_asked_for(house: House) -> None:
    document = await house.published(files=[("notice.txt", TEXT)])
    await house.published(document_id=document, title="更正后的通知")
    await house.published()
    await seal(house)
    second = (await get(house, f"/ledger/proof?document={document}&edition=2")).json()
    assert [one["entry"]["edition"] for one in second["entries"]] == [2]
    by_hash = (await get(house, f"/ledger/proof?content_sha256={sha256(TEXT).hexdigest()}")).json()
    assert {one["entry"]["document_id"] for one in by_hash["entries"]} == {document}
    content = by_hash["entries"][0]["entry"]["content_sha256"]
    same = (await get(house, f"/ledger/proof?content_sha256={content}")).json()
    assert same["entries"] == by_hash["entries"]


async def test_all_entries_make_the_root_that_is_signed(house: House) -> None:
    for _ in range(3):
        await house.published()
    await seal(house)
    ledger = await get(house, "/ledger")
    assert ledger.headers["cache-control"] == "public, max-age=10"
    head = believed(ledger.json()["head"], pinned(house))
    assert (head.position, head.hash) == (3, ledger.json()["root"])
    first = await get(house, "/ledger/entries?limit=2")
    assert first.headers["cache-control"].endswith("immutable")
    rest = (await get(house, f"/ledger/entries?from={first.json()['next']}")).json()
    assert rest["next"] is None
    leaves = [leaf_hash(one["entry"]) for one in (*first.json()["entries"], *rest["entries"])]
    nodes = {(0, n): leaf for n, leaf in enumerate(leaves)} | merkle.grown({}, 0, leaves)
    assert merkle.root(nodes, 0, 3).hex() == head.hash
    shown = (await get(house, "/ledger/keys")).json()
    assert {key["kid"] for key in shown["keys"]} == set(pinned(house))
    assert "d" not in shown["keys"][0], "the private half stays where it is"


async def test_that_it_only_grew_is_proved_between_any_two_sizes(house: House) -> None:
    roots = []
    for _ in range(4):
        await house.published()
        await seal(house)
        roots.append(bytes.fromhex((await get(house, "/ledger")).json()["root"]))
    for first in range(1, 5):
        for second in range(first, 5):
            shown = (await get(house, f"/ledger/consistency?first={first}&second={second}")).json()
            path = [bytes.fromhex(one) for one in shown["path"]]
            assert merkle.extended(first, second, roots[first - 1], roots[second - 1], path)
    for wrong in ("first=3&second=2", "first=1&second=5"):
        answer = await get(house, f"/ledger/consistency?{wrong}")
        assert (answer.status_code, answer.json()["code"]) == (422, "no-such-tree")


async def test_what_cannot_be_proved_is_said_with_its_reason(house: House) -> None:
    document = await house.published()
    for path in ("", "/entries", f"/proof?document={document}"):
        answer = await get(house, f"/ledger{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "ledger-empty")
    await seal(house)
    later = await house.published()
    waiting = await get(house, f"/ledger/proof?document={later}")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "not-sealed-yet")
    for unknown in (f"document={uuid4()}", f"content_sha256={'0' * 64}"):
        answer = await get(house, f"/ledger/proof?{unknown}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "proof",
        "proof?document=x",
        "proof?edition=1",
        "proof?content_sha256=xyz",
        f"proof?document={SOME}&content_sha256={'0' * 64}",
        f"proof?document={SOME}&edition=0",
        f"proof?content_sha256={'0' * 64}&edition=1",
        "entries?from=0",
        "entries?limit=1001",
        f"entries?from={2**70}",
        "consistency",
        "consistency?first=0",
        "documents/x",
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(house: House, path: str) -> None:
    answer = await get(house, f"/ledger/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_size_that_is_not_signed_for_is_no_beginning(house: House) -> None:
    document = await house.published()
    await seal(house)
    answer = await get(house, f"/ledger/proof?document={document}&since=2")
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-tree")


async def test_the_page_says_in_a_sentence_what_is_proved(house: House) -> None:
    document = await house.published()
    waiting = await get(house, f"/ledger/documents/{document}")
    assert (waiting.status_code, "一分钟后再查" in waiting.text) == (404, True)
    await seal(house)
    answer = await get(house, f"/ledger/documents/{document}")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = LexborHTMLParser(answer.text)
    zh, en = (one.text() for one in page.css(".said"))
    assert "第 1 版于" in zh
    assert "没有撤回现行版的记录" in zh
    assert en.startswith("Edition 1 was published on")
    assert (page.css_first("html").attributes["lang"], page.css("script")) == ("zh-CN", [])
    assert page.css_first("meta[name=viewport]") is not None
    assert all("English" not in one.text() or one.attributes.get("lang") == "en" for one in page.css("span"))
    download = page.css_first("a.file").attributes["href"]
    assert download == f"../proof?document={document}"
    await house.withdraw(document)
    await seal(house)
    zh, en = (
        one.text()
        for one in LexborHTMLParser((await get(house, f"/ledger/documents/{document}")).text).css(".said")
    )
    assert "撤回" in zh
    assert "it was withdrawn on" in en
    assert (await get(house, f"/ledger/documents/{uuid4()}")).status_code == 404


# --- the commands

COMMANDS = Typer()
commands.register(COMMANDS)
COMMANDS.command("nothing")(lambda: None)


@asynccontextmanager
async def listening() -> AsyncIterator[str]:
    """Publish's door on a real port; its address."""
    server = uvicorn.Server(uvicorn.Config(api(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def run(house: House, *words: str) -> Any:
    """The command as a process would run it: in a thread without our loop."""
    more = ["--data", str(house.data)]
    return await asyncio.to_thread(CliRunner().invoke, COMMANDS, ["ledger", *words, *more])


async def test_a_citizen_gets_a_proof_and_verifies_it_off_line(
    house: House, database_url: str, tmp_path: Path
) -> None:
    notice, kept, proof, log = (str(tmp_path / name) for name in ("notice.txt", "kept", "proof", "log"))
    await asyncio.to_thread(Path(notice).write_bytes, TEXT)
    document = await house.published(files=[("notice.txt", TEXT)])
    await seal(house)
    async with listening() as url:
        home.write(house.data, home.Running(database_url, "", "", {"publish": url}))
        assert (await run(house, "prove", document, "--out", kept)).exit_code == 0
        await house.withdraw(document)
        await seal(house)
        asked = ("prove", notice, "--head", kept, "--log", log, "--out", proof)
        assert (await run(house, *asked)).exit_code == 0
        by_hash = await run(house, "prove", sha256(TEXT).hexdigest())
        written = json.loads(await asyncio.to_thread(Path(proof).read_text))
        assert json.loads(by_hash.output)["entries"] == written["entries"]
        refused = await run(house, "prove", str(uuid4()))
        assert isinstance(refused.exception, Refused)
    answer = await run(house, "verify", proof, "--file", notice, "--head", kept, "--log", log)
    assert answer.exit_code == 0, answer.output
    assert "撤回" in answer.output
    older = await run(house, "verify", kept, "--head", proof)
    assert older.exit_code == 1
    assert "可能隐去了后来的撤回" in older.output


async def test_the_check_names_what_was_changed_and_where(house: House, database_url: str) -> None:
    document = await house.published()
    await seal(house)
    home.write(house.data, home.Running(database_url, "", "", {}))
    assert (await run(house, "check")).exit_code == 0
    owner(
        database_url,
        "SET session_replication_role = replica; SET search_path = publish;"
        " UPDATE edition SET content_sha256 = repeat('0', 64)",
    )
    answer = await run(house, "check")
    assert answer.exit_code == 1
    assert f"第 1 位：信息 {document} 在目录中被改动（content_sha256）" in answer.output
    [fault] = json.loads((await run(house, "check", "--json")).output)["faults"]
    assert (fault["wrong"], fault["position"]) == ("row-altered", 1)


def test_every_fault_has_its_sentence() -> None:
    assert set(ledger_page.FAULTS) == {str(one) for one in Wrong}
