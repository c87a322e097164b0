"""The obligation register over HTTP: for everybody to read, for officers with what is due and late."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.clock import today
from shared.contracts.vocabulary import BodyCode, ObligationCode
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.policy import Policy
from shared.problems import Forbidden, NotFound

from ..reading.file_answers import FRESH
from . import register
from .board import Stands, board, entries
from .register import entry_of
from .register_entries import Changes, Entry, Put

Body = Annotated[BodyCode, Path(description="机关代码。 The body.")]
Code = Annotated[ObligationCode, Path(description="事项编码。 The entry's code.")]
OfBody = Annotated[BodyCode | None, Query(description="只看这个机关。 Only this body.")]


class RegisterHandedIn(BaseModel):
    """Whole registers: each body that is named has these entries of its own from now on."""

    model_config = ConfigDict(extra="forbid")

    entries: Annotated[list[Entry], Field(min_length=1, max_length=5000)]
    dry_run: bool = False
    """Only say what would change."""


def routes(database: Database, policy: Policy) -> APIRouter:
    """The register (公开事项标准目录)."""
    router = APIRouter(tags=["obligations"])
    router.include_router(_public(database))
    router.include_router(_officers(database, policy))
    router.include_router(_changing(database, policy))
    return router


def _public(database: Database) -> APIRouter:
    router = APIRouter()

    @router.get("/obligations", summary="公开事项标准目录")
    async def obligations(response: Response, body: OfBody = None) -> dict[str, Any]:
        """What each body must publish: on what basis, in what time, where, for whom; its newest document."""
        async with database.transaction() as unit:
            found = await entries(unit, today(), body=body, waiting=False)
        response.headers["Cache-Control"] = FRESH
        return {"obligations": [_shown(one) for one in found]}

    @router.get("/obligations/{body}/{code}", summary="一个公开事项")
    async def obligation(body: Body, code: Code, response: Response) -> dict[str, Any]:
        """One entry of the register."""
        async with database.transaction() as unit:
            found = await entries(unit, today(), body=body, code=code, waiting=False)
        if not found:
            raise NotFound(f"{body} {code}")
        response.headers["Cache-Control"] = FRESH
        return _shown(found[0])

    return router


def _officers(database: Database, policy: Policy) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.
    Days = Annotated[int, Query(ge=0, le=60, description="今后几个工作日。 Working days ahead.")]  # noqa: N806

    @router.get("/obligations/board", summary="公开事项进度")
    async def show_board(officer: Who, body: OfBody = None, days: Days = 5) -> dict[str, Any]:
        """What is due in the next working days, late with its days, empty, or named in no register."""
        if not _sees_all(officer, policy):
            body = body or officer.department
            officer.must_act_for(body)
        async with database.transaction() as unit:
            return await board(unit, today(), days, body)

    @router.get("/obligations/{body}/{code}/versions", summary="事项的历次版本")
    async def show_versions(body: Body, code: Code, officer: Who) -> dict[str, Any]:  # noqa: ARG001 signed in.
        """Every version of an entry, the newest first: what it said, since when, by whom."""
        async with database.transaction() as unit:
            found = await register.versions(unit, body, code)
        if not found:
            raise NotFound(f"{body} {code}")
        return {"versions": found}

    return router


def _changing(database: Database, policy: Policy) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.put("/obligations/{body}/{code}", status_code=201, summary="设定一个公开事项")
    async def put(body: Body, code: Code, said: Put, officer: Who, response: Response) -> dict[str, Any]:
        """The entry says this from now on; the versions before are kept. 200 where nothing changes."""
        _may_keep(officer, body, policy)
        async with database.transaction() as unit:
            changed = await register.put(unit, body, code, said, officer.id)
        response.status_code = 201 if changed else 200
        return {"body": body, "code": code, "changed": changed}

    @router.put("/obligations", summary="导入公开事项标准目录")
    async def hand_in(said: RegisterHandedIn, officer: Who) -> dict[str, Any]:
        """Whole registers at once, or nothing of them; what is new, changed and ended is said."""
        for body in {entry.body for entry in said.entries}:
            _may_keep(officer, body, policy)
        async with database.transaction() as unit:
            found = await register.hand_in(unit, said.entries, officer.id, dry_run=said.dry_run)
        return {"dry_run": said.dry_run, **_told(found)}

    return router


def _may_keep(officer: Officer, body: str, policy: Policy) -> None:
    """The head of the body, the head of the disclosure office, or one who answers for all."""
    if officer.roles & {"leader", "principal"}:
        return
    officer.must_have("head")
    if officer.department not in (body, policy.disclosure_office):
        raise Forbidden(f"{officer.id} is not of {body}", needs=[f"department:{body}"])


def _sees_all(officer: Officer, policy: Policy) -> bool:
    """Who answers for all, and the disclosure office: it oversees the others (art. 4)."""
    if officer.roles & {"leader", "principal", "operator"}:
        return True
    return officer.department == policy.disclosure_office


def _shown(one: Stands) -> dict[str, Any]:
    row, due = one.row, one.standing.due
    newest = None
    if row.document_id:
        newest = {name: getattr(row, name) for name in ("document_id", "index_no", "title", "published_at")}
        newest["href"] = f"/documents/{row.document_id}"
    said = entry_of(row).model_dump(mode="json")
    by = {"due_on": due.on, "provisional": due.provisional} if due else {"due_on": None}
    return {**said, "version": row.version, "state": one.standing.state, **by, "newest": newest}


def _told(found: Changes) -> dict[str, Any]:
    return {
        "new": [_named(entry) for entry in found.new],
        "changed": [{**_named(entry), "fields": fields} for entry, fields in found.changed],
        "ended": [_named(entry) for entry in found.ended],
        "same": found.same,
    }


def _named(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("body", "code", "matter", "second_matter")}
