"""Each service's signing key, and the public keys that others pin."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, OctKey, OKPKey


class NoKey(Exception):
    """The service's key is not there: run `gongkai keys make`, or put the key file where the settings say."""


def private(folder: Path, service: str) -> OKPKey:
    """The service's own key; raises NoKey."""
    try:
        key = OKPKey.import_key((folder / "private" / f"{service}.pem").read_bytes())
    except FileNotFoundError:
        raise NoKey(service) from None
    key.ensure_kid()
    return key


def pinned(folder: Path, service: str) -> Mapping[str, OKPKey]:
    """The public keys that this service may sign with, by their ids; no other is ever believed."""
    return pinned_in(folder / "public" / f"{service}.jwks")


def pinned_in(path: Path) -> Mapping[str, OKPKey]:
    """The public keys of one file, by their ids."""
    keys = KeySet.import_key_set(_read(path))
    return {str(key.kid): key for key in keys if isinstance(key, OKPKey)}


def make(folder: Path, service: str) -> None:
    """A new key for the service unless it has one; the private half readable by its owner alone."""
    secret, public = folder / "private" / f"{service}.pem", folder / "public" / f"{service}.jwks"
    if secret.exists() and public.exists():
        return
    key = OKPKey.generate_key("Ed25519")
    key.ensure_kid()
    write(secret, key.as_pem(private=True))
    write(public, json.dumps(KeySet([key]).as_dict(private=False)).encode())


def sealing(folder: Path, name: str) -> OKPKey:
    """The public key for which things are sealed; its private half should not be on this machine."""
    return OKPKey.import_key(_read(folder / "public" / f"{name}.jwk"))


def make_sealing(folder: Path, name: str) -> None:
    """A new key to seal for. The private half is to be moved to a safe place off-line."""
    secret, public = folder / "private" / f"{name}.pem", folder / "public" / f"{name}.jwk"
    if public.exists():
        return
    key = OKPKey.generate_key("X25519")
    key.ensure_kid()
    write(secret, key.as_pem(private=True))
    write(public, json.dumps(key.as_dict(private=False)).encode())


def of_worker(folder: Path, service: str, name: str) -> OKPKey:
    """A key with which a service's worker signs: never the one with which its API does; raises NoKey."""
    try:
        key = OKPKey.import_key((folder / service / f"{name}.pem").read_bytes())
    except FileNotFoundError:
        raise NoKey(name) from None
    key.ensure_kid()
    return key


def make_for_worker(folder: Path, service: str, name: str) -> None:
    """A new one unless there is one, with the public half for those who check."""
    path = folder / service / f"{name}.pem"
    if not path.exists():
        key = OKPKey.generate_key("Ed25519")
        key.ensure_kid()
        write(path, key.as_pem(private=True))
        write(folder / "public" / f"{name}.jwks", json.dumps(KeySet([key]).as_dict(private=False)).encode())


def secret(folder: Path, service: str, name: str) -> OctKey:
    """A key that both seals and opens, for what lies in the record and only this service reads."""
    return OctKey.import_key(_read(folder / service / f"{name}.jwk"))


def make_secret(folder: Path, service: str, name: str) -> None:
    """A new one of 256 bits unless there is one."""
    path = folder / service / f"{name}.jwk"
    if not path.exists():
        write(path, json.dumps(OctKey.generate_key(256).as_dict(private=True)).encode())


def write(path: Path, content: bytes) -> None:
    """Readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise NoKey(str(path.name)) from None
