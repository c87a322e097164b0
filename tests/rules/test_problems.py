"""What went wrong, told to a caller."""

import importlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared import problems
from shared.failures import gone
from shared.problems import Conflict, Problem
from shared.unacceptable import EmptyFile


def every(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every(below)


WHERE = ("intake.acceptance", "publish.reading.api", "review.approvals", "review.lifecycle")


def test_every_problem_says_what_is_wrong_in_both_languages() -> None:
    for module in WHERE:
        importlib.import_module(f"services.{module}")
    kinds = list(every(Problem))
    assert len(kinds) > 15
    for kind in kinds:
        assert kind.__doc__
        assert kind.__doc__.strip().endswith(".")
        assert kind.zh.endswith("。")
        assert 400 <= kind.status < 600


def state(code: str | None) -> Any:
    class Said(Exception):
        sqlstate = code

    return Said("x")


@pytest.mark.parametrize(
    ("trouble", "away"),
    [
        (OperationalError("", {}, state(None)), True),
        (OperationalError("", {}, state("57P01")), True),
        (OperationalError("", {}, state("08006")), True),
        (OperationalError("", {}, state("53300")), True),
        (InterfaceError("", {}, state(None)), True),
        (PoolExhausted(), True),
        (ConnectionRefusedError(), True),
        (DataError("", {}, state(None)), False),
        (DataError("", {}, state("22P05")), False),
        (OperationalError("", {}, state("40P01")), False),
        (OperationalError("", {}, state("57014")), False),
        (ValueError(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_one_that_is_displeased(trouble: Exception, away: bool) -> None:
    assert gone(trouble) is away


class Asked(BaseModel):
    number: int


TROUBLES: dict[str, tuple[Exception, int, str]] = {
    "a problem": (Conflict("why", state="closed"), 409, "conflict"),
    "a file": (EmptyFile(), 422, "invalid"),
    "the database away": (OperationalError("secret SQL", {}, state(None)), 503, "unavailable"),
    "no connection free": (PoolExhausted(), 503, "unavailable"),
    "the disk": (OSError("secret path"), 503, "unavailable"),
}


@pytest.fixture
async def client() -> Any:
    app = FastAPI()
    problems.install(app)

    @app.get("/raise/{which}")
    async def trouble(which: str) -> None:
        raise TROUBLES[which][0]

    @app.post("/asked")
    async def asked(asked: Asked) -> None:
        """Nothing."""

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongkai.test") as client:
        yield client


@pytest.mark.parametrize("which", TROUBLES)
async def test_trouble_is_told_as_a_problem_and_says_nothing_of_the_inside(
    client: httpx.AsyncClient, which: str
) -> None:
    answer = await client.get(f"/raise/{which}")
    _, status, code = TROUBLES[which]
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert "secret" not in answer.text


async def test_an_address_where_nothing_is_and_a_wrong_method_are_problems_too(
    client: httpx.AsyncClient,
) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/asked", 405)):
        answer = await client.request(method, path)
        assert answer.status_code == status
        assert answer.json()["status"] == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_each_fault_of_a_request_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/asked", json={"number": "x"})
    assert answer.status_code == 422
    assert [fault["at"] for fault in answer.json()["faults"]] == ["body.number"]


@pytest.mark.parametrize(
    ("accepts", "language"), [("zh-CN", "zh"), ("", "zh"), ("en", "en"), ("fr, en", "en"), ("ZH", "zh")]
)
async def test_a_problem_is_told_in_the_callers_language(
    client: httpx.AsyncClient, accepts: str, language: str
) -> None:
    answer = await client.get("/raise/a problem", headers={"Accept-Language": accepts} if accepts else {})
    assert answer.headers["content-language"] == ("en" if not accepts and language == "en" else language)
