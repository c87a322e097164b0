"""Monthly transfers over HTTP: which there are, the package, and the receipt that a reading room signs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict

from shared.contracts.vocabulary import Digest, PlaceCode
from shared.db import Database
from shared.identity import Officer, signed_in
from shared.objects import Objects
from shared.problems import Conflict, Forbidden, NotFound

from .transfers import STALE, sign

LIST = f"""
    SELECT place, room.name, month, documents, documents = 0 AS nil, package_sha256, size, made_at, taken_at,
           received_at, received_by, {STALE} AS stale
    FROM transfer LEFT JOIN shared.department room ON room.code = place
    WHERE CAST(:place AS text) IS NULL OR place = :place ORDER BY month DESC, place LIMIT 1000
"""  # noqa: S608 made of our own words only.

ITEMS = """
    SELECT item.document_id, item.edition, document.index_no,
           document.withdrawn_upto >= item.edition AS withdrawn
    FROM transfer_item item JOIN document ON document.id = item.document_id
    WHERE place = :place AND month = :month AND NOT left_out ORDER BY document.index_no
"""

ONE = f"SELECT *, {STALE} AS stale FROM transfer WHERE place = :place AND month = :month"  # noqa: S608 the same.

# In one statement, so that what is withdrawn is not given out, and what was given out is known.
TAKE = f"""
    UPDATE transfer SET taken_at = coalesce(taken_at, now())
    WHERE place = :place AND month = :month AND NOT ({STALE}) RETURNING package_sha256
"""  # noqa: S608 the same.

Month = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class Receipt(BaseModel):
    """What the place says that it has."""

    model_config = ConfigDict(extra="forbid")

    package_sha256: Digest


class OtherPackage(Conflict):
    """The package has another hash: what was received is not what was handed over."""

    code = "other-package"
    zh = "校验值不符：收到的不是移交的这一份。"


class MadeAgain(Conflict):
    """Something in the package was withdrawn: it is being made again, without it."""

    code = "made-again"
    zh = "其中有信息已撤回，正在重新制作移送包，请稍后领取。"


def routes(database: Database, objects: Objects) -> APIRouter:
    """For officers: all may look, a place's own people fetch and sign."""
    router = APIRouter()
    router.include_router(_looking(database))
    router.include_router(_receiving(database, objects))
    return router


def _looking(database: Database) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/transfers")
    async def transfers(officer: Who, place: PlaceCode | None = None) -> dict[str, Any]:  # noqa: ARG001 signed in.
        """The newest first."""
        rows = await database.look(LIST, {"place": place})
        return {"transfers": [dict(row._mapping) for row in rows]}

    @router.get("/transfers/{place}/{month}")
    async def transfer(place: PlaceCode, month: Month, officer: Who) -> dict[str, Any]:  # noqa: ARG001 the same.
        """What is in it."""
        which = {"place": place, "month": month}
        row = await _one(database, which)
        items = await database.look(ITEMS, which)
        return {**row, "items": [dict(item._mapping) for item in items]}

    return router


def _receiving(database: Database, objects: Objects) -> APIRouter:
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/transfers/{place}/{month}/package", response_class=Response)
    async def package(place: PlaceCode, month: Month, officer: Who) -> Response:
        """The package as a ZIP, for the place itself and for whoever runs the platform."""
        officer.must_act_for(place)
        which = {"place": place, "month": month}
        await _one(database, which)
        async with database.transaction() as unit:
            address = (await unit.run(TAKE, which)).scalar()
        if address is None:
            raise MadeAgain
        headers = {
            "Content-Disposition": f'attachment; filename="transfer-{place}-{month}.zip"',
            "Cache-Control": "no-store",
            "ETag": f'"{address}"',
        }
        return Response(await objects.get(address), media_type="application/zip", headers=headers)

    @router.put("/transfers/{place}/{month}/receipt", status_code=201)
    async def receipt(
        place: PlaceCode, month: Month, signed: Receipt, officer: Who, response: Response
    ) -> dict[str, Any]:
        """The place signs for the package with this hash; said again, it changes nothing and answers 200."""
        if officer.department != place:
            raise Forbidden(f"{officer.id} is not of {place}", needs=[f"department:{place}"])
        which = {"place": place, "month": month}
        async with database.transaction() as unit:
            at = await sign(unit, place, month, signed.package_sha256, officer.id)
        row = await _one(database, which)
        if row["package_sha256"] != signed.package_sha256:
            raise OtherPackage
        if row["received_at"] is None:
            raise MadeAgain
        response.status_code = 201 if at else 200
        return row

    return router


async def _one(database: Database, which: dict[str, str]) -> dict[str, Any]:
    rows = await database.look(ONE, which)
    if not rows:
        raise NotFound("/".join(which.values()))
    return dict(rows[0]._mapping)
