"""The door over HTTP: submissions in, receipts out."""

from base64 import b64decode
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from joserfc.jwk import OKPKey
from starlette.datastructures import UploadFile

from shared.crash import crashpoint
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.objects import Objects
from shared.problems import Forbidden, Invalid, NotFound

from .acceptance import MissingKey
from .handing import Upload, hand_in, parse
from .receipts import signed
from .submissions import find, receive


def routes(database: Database, objects: Objects, key: OKPKey) -> APIRouter:
    """Intake's resources."""
    router = APIRouter()
    who = Depends(signed_in(database))

    @router.post("/submissions", status_code=201)
    async def submit(
        request: Request,
        response: Response,
        officer: Annotated[Officer, who],
        idempotency_key: Annotated[str, Header(max_length=200)] = "",
    ) -> dict[str, Any]:
        """Hand in a document: multipart (`submission` as JSON, and files) or JSON with files in Base64."""
        if not idempotency_key:
            raise MissingKey
        officer.must_have("officer", "head", "portal")
        metadata, uploads = await _read(request, officer)
        handed = await hand_in(database, objects, f"officer:{officer.id}", idempotency_key, metadata, uploads)
        officer.must_act_for(handed.manifest.department)
        async with database.transaction() as unit:
            receipt = await receive(unit, handed)
        crashpoint("intake.after-commit")
        response.status_code = 200 if receipt.repeated else 201
        response.headers["Location"] = f"/submissions/{receipt.submission_id}"
        return signed(receipt, key)

    @router.get("/submissions/{submission_id}")
    async def show(submission_id: UUID, officer: Annotated[Officer, who]) -> dict[str, Any]:
        """What became of a submission."""
        async with database.transaction() as unit:
            row = await find(unit, submission_id)
        if row is None:
            raise NotFound
        officer.must_act_for(row.department)
        shown = row._mapping
        hidden = ("source", "key", "request_sha256")
        return {name: shown[name] for name in shown if name not in hidden}

    return router


async def _read(request: Request, officer: Officer) -> tuple[dict[str, Any], list[Upload]]:
    """The metadata and the files, from either form; the author is the officer, a portal names another."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        metadata, uploads = await _multipart(request)
    else:
        metadata, uploads = _json(await request.body())
    author = metadata.setdefault("author", officer.id)
    if author != officer.id and "portal" not in officer.roles:
        raise Forbidden("in another's name", needs=["portal"])  # Or approve the own work.
    return metadata, uploads


async def _multipart(request: Request) -> tuple[dict[str, Any], list[Upload]]:
    async with request.form(max_files=20, max_fields=10) as form:
        metadata = form.get("submission")
        if isinstance(metadata, UploadFile):
            metadata = (await metadata.read()).decode("utf-8", "replace")
        files = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        uploads = [Upload(part.filename or "", await part.read()) for part in files]
    return dict(parse(metadata or "")), uploads


def _json(body: bytes) -> tuple[dict[str, Any], list[Upload]]:
    metadata = dict(parse(body))
    files = metadata.pop("files", [])
    try:
        return metadata, [
            Upload(str(file["name"]), b64decode(file["content"], validate=True)) for file in files
        ]
    except (KeyError, TypeError, ValueError):
        fault = {"at": "files", "code": "not-base64", "message": "每个文件须有 name 和 Base64 的 content。"}
        raise Invalid(faults=[fault]) from None
