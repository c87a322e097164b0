"""Keys are replaced without a moment in which something is signed with a key that nobody believes."""

from pathlib import Path

import pytest
from joserfc import jws

from gongkai import keyring
from gongkai.faults import Fault
from shared import keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keyring.make(tmp_path)
    return tmp_path


def signed(folder: Path) -> str:
    key = keys.private(folder, "review")
    return jws.serialize_compact(
        {"alg": "Ed25519", "kid": str(key.kid)}, b"word", key, algorithms=["Ed25519"]
    )


def believed(folder: Path, token: str) -> bool:
    kid = str(jws.extract_compact(token.encode()).headers()["kid"])
    pinned = keys.pinned(folder, "review")
    return kid in pinned and bool(jws.deserialize_compact(token, pinned[kid], algorithms=["Ed25519"]))


def test_a_second_making_changes_nothing(folder: Path) -> None:
    before = signed(folder)
    keyring.make(folder)
    assert believed(folder, before)
    assert len(keyring.believed(folder)) == 4


def test_at_every_step_what_is_signed_is_believed(folder: Path) -> None:
    old = signed(folder)
    new = keyring.add(folder, "review")
    assert keys.private(folder, "review").kid != new
    assert believed(folder, signed(folder))
    keyring.use(folder, "review")
    assert keys.private(folder, "review").kid == new
    assert new in [one["kid"] for one in keyring.believed(folder) if one["signs"]]
    assert believed(folder, signed(folder))
    assert believed(folder, old)
    keyring.retire(folder, "review")
    assert believed(folder, signed(folder))
    assert not believed(folder, old)


def test_what_is_not_there_is_not_used_and_what_waits_is_not_made_twice(folder: Path) -> None:
    with pytest.raises(Fault):
        keyring.use(folder, "review")
    keyring.add(folder, "review")
    with pytest.raises(Fault):
        keyring.add(folder, "review")
    with pytest.raises(Fault):
        keyring.retire(folder, "review")


@pytest.mark.parametrize(("ledger", "service"), [("ledger", "review"), ("publish-ledger", "publish")])
def test_a_ledgers_key_is_replaced_and_the_old_one_stays_believed(
    folder: Path, ledger: str, service: str
) -> None:
    old = keys.of_worker(folder, service, ledger).kid
    new = keyring.add(folder, ledger)
    assert keys.of_worker(folder, service, ledger).kid == old
    assert keyring.use(folder, ledger) == new == keys.of_worker(folder, service, ledger).kid
    assert set(keys.pinned(folder, ledger)) == {old, new}
    with pytest.raises(Fault, match=r"stays|保留"):
        keyring.retire(folder, ledger)
