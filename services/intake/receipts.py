"""The signed receipt: what was received, and when, so that nobody can later say otherwise."""

from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import OKPKey

from .submissions import Receipt

TYPE = "gongkai-receipt+jws"


def signed(receipt: Receipt, key: OKPKey) -> dict[str, Any]:
    """The receipt as it is given out, with a JWS over all of it."""
    said = {
        "receipt_no": receipt.receipt_no,
        "submission_id": str(receipt.submission_id),
        "document_id": str(receipt.document_id),
        "edition": receipt.edition,
        "content_sha256": receipt.content_sha256,
        "received_at": receipt.received_at.isoformat(),
    }
    header = {"alg": "Ed25519", "typ": TYPE, "kid": str(key.kid)}
    payload = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return {**said, "signature": jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])}
