"""What bears a secrecy mark is locked away at once and is nowhere to be found."""

from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.jwk import OKPKey

from shared.contracts import CaseQuarantined
from tests.conftest import owner

from .conftest import House
from .test_review import RETURN, decide

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
