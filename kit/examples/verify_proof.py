"""Verifies a proof of publication with nothing of ours: the standard library, and `cryptography` for Ed25519.

python verify_proof.py PROOF KEYS [FILE]: KEYS is the ledger's public key (JWKS) as you got it from elsewhere.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_head(token: str, keys: list[dict[str, str]]) -> dict[str, object]:
    """What the head says, if one of the keys signed it."""
    header, payload, signature = token.split(".")
    said = json.loads(unpadded(header))
    if (said["alg"], said["typ"]) != ("Ed25519", "gongkai-ledger+jws"):
        sys.exit("FALSE: this is no head of a ledger")
    for key in (key for key in keys if key.get("kid") == said["kid"] and key.get("crv") == "Ed25519"):
        public = Ed25519PublicKey.from_public_bytes(unpadded(key["x"]))
        public.verify(unpadded(signature), f"{header}.{payload}".encode())
        head: dict[str, object] = json.loads(unpadded(payload))
        if head["ledger"] == "publish":
            return head
    sys.exit("FALSE: the head is not signed with a key that you believe")


def leads_to(entry: dict[str, object], position: int, size: int, path: list[str]) -> str:
    """The root that the entry and its path lead to (RFC 9162, 2.1.3.2); empty where they lead to none."""
    said = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    value, index, last = hashlib.sha256(b"\0" + said).digest(), position - 1, size - 1
    for beside in map(bytes.fromhex, path):
        if not 0 <= index <= last or last == 0:
            return ""
        if index & 1 or index == last:
            value = hashlib.sha256(b"\1" + beside + value).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\1" + value + beside).digest()
        index, last = index >> 1, last >> 1
    return value.hex() if last == 0 else ""


def main(proof_file: str, keys_file: str, *files: str) -> None:
    with open(proof_file, encoding="utf-8") as opened:
        proof = json.load(opened)
    with open(keys_file, encoding="utf-8") as opened:
        keys = json.load(opened)["keys"]
    head = signed_head(proof["head"], keys)
    for one in proof["entries"]:
        if leads_to(one["entry"], one["position"], head["position"], one["path"]) != head["hash"]:
            sys.exit(f"FALSE: position {one['position']} is not in the signed ledger")
        first = signed_head(one["first"]["head"], keys)
        if leads_to(one["entry"], one["position"], first["position"], one["first"]["path"]) != first["hash"]:
            sys.exit(f"FALSE: position {one['position']} is not in its first head")
        entry = one["entry"]
        print(f"{entry['what']} edition {entry['edition']} at {entry['at']}, signed for at {first['at']}")
    public = [one["entry"] for one in proof["entries"] if one["entry"]["what"] != "withdrawn"]
    hashes = {sha256 for entry in public for sha256 in (entry["content_sha256"], *entry["files"])}
    for file in files:
        with open(file, "rb") as opened_file:
            if hashlib.sha256(opened_file.read()).hexdigest() not in hashes:
                sys.exit(f"FALSE: {file} is none of the files that were published")
    if not proof["entries"]:
        sys.exit("FALSE: nothing is proved")
    print(f"TRUE: in the ledger of {head['position']} entries that was signed at {head['at']}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (InvalidSignature, KeyError, ValueError, TypeError) as wrong:
        sys.exit(f"FALSE: {type(wrong).__name__} {wrong}")
