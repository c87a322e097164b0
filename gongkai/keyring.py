"""The keys in a folder and their replacing: believed first, used afterwards, forgotten last.

At every moment what is signed is signed with a key that is already believed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from shared import keys

from .faults import Fault

SIGNING = ("intake", "review")
LEDGERS = {"ledger": "review", "publish-ledger": "publish"}
"""Keys with which workers sign the heads of their ledgers, by name, and whose worker it is."""
SEALING = "quarantine"


def make(folder: Path) -> None:
    """Every key that is missing."""
    for service in SIGNING:
        keys.make(folder, service)
    keys.make_sealing(folder, SEALING)
    for name, service in LEDGERS.items():
        keys.make_for_worker(folder, service, name)
    keys.make_secret(folder, "review", "keywords")


def believed(folder: Path) -> list[dict[str, Any]]:
    """The public keys of every service, and which one signs."""
    return [
        {"service": service, "kid": key["kid"], "signs": key["kid"] == _private(folder, service).kid}
        for service in (*SIGNING, *LEDGERS)
        for key in _set(folder, service)
    ]


def add(folder: Path, service: str) -> str:
    """Make the next key and have it believed; its id."""
    if _waiting(folder, service).exists():
        raise Fault("下一把密钥已经生成，请用 gongkai keys use。", "There is a next key already: use it.")
    key = OKPKey.generate_key("Ed25519")
    key.ensure_kid()
    keys.write(_waiting(folder, service), key.as_pem(private=True))
    _keep(folder, service, [*_set(folder, service), key.as_dict(private=False)])
    return str(key.kid)


def use(folder: Path, service: str) -> str:
    """Sign with the next key from the service's next start on; its id."""
    waiting = _waiting(folder, service)
    if not waiting.exists():
        raise Fault("没有下一把密钥：先运行 gongkai keys next。", "There is no next key: make it first.")
    waiting.replace(secret_of(folder, service))
    return str(_private(folder, service).kid)


def retire(folder: Path, service: str) -> str:
    """Believe the key that signs, and no other; its id."""
    if _waiting(folder, service).exists():
        raise Fault("下一把密钥还没有启用。", "The next key is not in use yet.")
    if service in LEDGERS:
        raise Fault(
            "台账的旧公钥必须保留：已发出的证明都靠它核对。",
            "A ledger's old public key stays: every proof that was handed out is checked with it.",
        )
    mine = keys.private(folder, service)
    _keep(folder, service, [mine.as_dict(private=False)])
    return str(mine.kid)


def secret_of(folder: Path, service: str) -> Path:
    """The file of the key that signs, of a service or of a ledger."""
    return folder / LEDGERS.get(service, "private") / f"{service}.pem"


def _private(folder: Path, service: str) -> OKPKey:
    if service in LEDGERS:
        return keys.of_worker(folder, LEDGERS[service], service)
    return keys.private(folder, service)


def _waiting(folder: Path, service: str) -> Path:
    return secret_of(folder, service).with_suffix(".next.pem")


def _set(folder: Path, service: str) -> list[dict[str, Any]]:
    try:
        said = json.loads((folder / "public" / f"{service}.jwks").read_text())
    except FileNotFoundError:
        raise keys.NoKey(service) from None
    return list(said["keys"])


def _keep(folder: Path, service: str, set_: Sequence[dict[str, Any]]) -> None:
    keys.write(folder / "public" / f"{service}.jwks", json.dumps({"keys": list(set_)}).encode())
