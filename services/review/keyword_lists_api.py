"""Keyword lists over HTTP, for the secrecy office alone."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, Field

from shared.db import Database
from shared.identity import Officer, signed_in
from shared.problems import Invalid

from . import keyword_lists
from .screening import KeywordList
from .screening.lexicon import MOST_WORDS, UnusableWord

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class KeywordListAsked(BaseModel):
    """A whole list; it takes the place of an earlier one of the same name."""

    model_config = ConfigDict(extra="forbid")

    owner: Line
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,40}$")]
    legal_basis: Line
    effective_on: date
    words: Annotated[list[Line], Field(min_length=1, max_length=MOST_WORDS)]


def routes(database: Database, key: OctKey) -> APIRouter:
    """The lists, never their words."""
    router = APIRouter()
    Who = Annotated[Officer, Depends(signed_in(database))]  # noqa: N806 a type.

    @router.get("/keyword-lists")
    async def list_them(officer: Who) -> dict[str, Any]:
        """What lists there are."""
        officer.must_have("secrecy")
        async with database.transaction() as unit:
            return {"lists": await keyword_lists.listed(unit)}

    @router.put("/keyword-lists/{name}", status_code=201)
    async def put(name: Name, officer: Who, asked: KeywordListAsked) -> dict[str, Any]:
        """Load a list; what is public is screened again by it."""
        officer.must_have("secrecy")
        said = asked.model_dump(exclude={"words"})
        try:
            keywords = KeywordList(name=name, words=tuple(asked.words), **said)
        except UnusableWord as wrong:
            raise Invalid(str(wrong.__doc__)) from None
        async with database.transaction() as unit:
            await keyword_lists.put(unit, key, keywords, officer.id)
        return {"name": name, "version": keywords.version, "words": len(set(keywords.words))}

    @router.delete("/keyword-lists/{name}", status_code=204)
    async def remove(name: Name, officer: Who) -> Response:
        """Take a list out of force."""
        officer.must_have("secrecy")
        async with database.transaction() as unit:
            await keyword_lists.remove(unit, name)
        return Response(status_code=204)

    return router
