"""Keyword lists at rest, sealed: apart from the lists, since whoever screens opens none."""

import json
from datetime import date

from joserfc import jwe
from joserfc.jwk import OctKey

from services.review.screening.findings import Severity
from services.review.screening.lexicon import KeywordList, record

_HEADER = {"alg": "dir", "enc": "A256GCM"}


def seal(keywords: KeywordList, key: OctKey) -> str:
    """As JWE in its compact form (RFC 7516); the key has 256 bits."""

    return jwe.encrypt_compact(_HEADER, json.dumps(record(keywords), ensure_ascii=False), key)


def unseal(token: str, key: OctKey) -> KeywordList:
    """The list; `joserfc.errors.JoseError` if the key is another or a byte was changed."""

    said = json.loads(jwe.decrypt_compact(token, key, algorithms=list(_HEADER.values())).plaintext or b"")
    return KeywordList(
        **{
            **said,
            "effective_on": date.fromisoformat(said["effective_on"]),
            "words": tuple(said["words"]),
            "severity": Severity(said["severity"]),
        }
    )
