"""The municipal site, or another that takes documents over HTTP: a signed PUT, a receipt that is checked."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import MultipartWriter, payload
from pydantic import field_validator

from shared.clock import now

from .. import Around, ChannelOptions, Later, Never, Outgoing, Proof
from ..outside import Answer, Outside, judge, origin

GONE = (404, 410)
"""To a DELETE: it has nothing of it, as we want."""


class BadSecret(Never):
    """The secret file must hold whsec_ and 24 to 64 bytes in base64."""


class MunicipalOptions(ChannelOptions):
    url: str
    """PUT and DELETE go to {url}/{document_id}."""
    secret: Path | None = None
    """A file with `whsec_…`: what is sent is signed with it (Standard Webhooks)."""

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        origin(url)
        return url.rstrip("/")


class Kind:
    """Pushes the same document: metadata as JSON, and every file."""

    Options = MunicipalOptions
    by_person = False
    replaces = True

    def __init__(self, code: str, options: MunicipalOptions, around: Around) -> None:  # noqa: ARG002 the protocol's.
        self.code = code
        self.options = options

    async def release(self, edition: Outgoing) -> Proof:
        kind, body = await _multipart(
            edition, boundary=sha256(edition.key(self.code).encode()).hexdigest()[:32]
        )
        answer = await self._send("PUT", edition, edition.key(self.code), body, kind)
        judge(answer)
        if _received(answer) != (edition.edition, edition.content_sha256):
            raise Later("the receipt names another edition")
        return Proof({**answer.said(), "body_sha256": sha256(body).hexdigest()})

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the protocol's.
        """Also when nothing arrived, as far as we know: then it must know that nothing may come any more."""
        said = {
            "document_id": str(edition.document_id),
            "edition": edition.edition,
            "index_no": edition.index_no,
        }
        body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        key = f"{edition.key(self.code)}/recall"
        answer = await self._send("DELETE", edition, key, body, "application/json")
        judge(answer, *GONE)
        return Proof({**answer.said(), "body_sha256": sha256(body).hexdigest()})

    async def _send(self, method: str, edition: Outgoing, key: str, body: bytes, kind: str) -> Answer:
        headers = {
            "Content-Type": kind,
            "Content-Digest": f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:",
            "Idempotency-Key": f'"{key}"',
            **self._signature(f"msg_{sha256(key.encode()).hexdigest()[:32]}", body),
        }
        url = f"{self.options.url}/{edition.document_id}"
        return await Outside(self.options.url).ask(method, url, headers=headers, body=body)

    def _signature(self, message: str, body: bytes) -> dict[str, str]:
        at = str(int(now().timestamp()))
        said = {"webhook-id": message, "webhook-timestamp": at}
        if self.options.secret is None:
            return said
        mac = hmac.digest(
            _secret(self.options.secret), b".".join([message.encode(), at.encode(), body]), "sha256"
        )
        return {**said, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


def _secret(path: Path) -> bytes:
    """Read every time, so that a new one holds at once."""
    written = path.read_text().strip()
    try:
        secret = base64.b64decode(written.removeprefix("whsec_"), validate=True)
    except ValueError:
        raise BadSecret from None
    if not written.startswith("whsec_") or not 24 <= len(secret) <= 64:
        raise BadSecret
    return secret


async def _multipart(edition: Outgoing, boundary: str) -> tuple[str, bytes]:
    """Its type and its bytes; the same edition always gives the same, so that the signature is over them."""
    writer = MultipartWriter("form-data", boundary=boundary)
    metadata = orjson.dumps(edition.metadata(), option=orjson.OPT_SORT_KEYS)
    _part(writer, metadata, "application/json", 'form-data; name="metadata"')
    for file in edition.files:
        name = quote(file.name, safe="")
        _part(
            writer,
            await edition.read(file),
            file.media_type,
            f'form-data; name="file"; filename="{name}"; filename*=UTF-8\'\'{name}',
        )
    return f'multipart/form-data; boundary="{boundary}"', await writer.as_bytes()


def _part(writer: MultipartWriter, content: bytes, media_type: str, disposition: str) -> None:
    writer.append_payload(
        payload.BytesPayload(
            content, headers={"Content-Type": media_type, "Content-Disposition": disposition}
        )
    )


def _received(answer: Answer) -> tuple[int, str] | None:
    """The edition that the receipt names."""
    try:
        said = orjson.loads(answer.body)
        return int(said["edition"]), str(said["content_sha256"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
