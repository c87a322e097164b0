"""What went wrong, told to a caller as RFC 9457 says, in Chinese or English."""

from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from .failures import gone
from .files import UnacceptableFile


class Problem(Exception):
    """Something is wrong with the request."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    zh: ClassVar[str] = "请求有误。"

    def __init__(self, detail: str = "", **members: Any) -> None:
        super().__init__(detail or self.__doc__)
        self.detail = detail
        self.members = members


class NotFound(Problem):
    """There is nothing under this address."""

    status = 404
    code = "not-found"
    zh = "没有找到。"


class Unauthenticated(Problem):
    """The request bears no valid token."""

    status = 401
    code = "unauthenticated"
    zh = "请求没有有效的令牌。"


class Forbidden(Problem):
    """This officer may not do this."""

    status = 403
    code = "forbidden"
    zh = "该人员无权进行此项操作。"


class Conflict(Problem):
    """This cannot be done in the present state."""

    status = 409
    code = "conflict"
    zh = "当前状态下不能进行此项操作。"


class Invalid(Problem):
    """The request is not as it must be; each fault is named."""

    status = 422
    code = "invalid"
    zh = "请求内容不符合要求，逐项说明如下。"


class Unavailable(Problem):
    """The record cannot be reached at the moment; nothing was accepted, please repeat the request."""

    status = 503
    code = "unavailable"
    zh = "系统暂时无法写入，本次请求未被受理，请稍后重试。"


def install(app: FastAPI) -> None:
    """Every error of the application leaves it as application/problem+json."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(UnacceptableFile, _file)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolExhausted, _database)
    app.add_exception_handler(OSError, _database)


def answer(request: Request, problem: Problem, status: int = 0) -> JSONResponse:
    """The problem in the language that the caller prefers."""
    chinese = request.headers.get("accept-language", "zh").lower().startswith("zh")
    title = problem.zh if chinese else " ".join((type(problem).__doc__ or "").split())
    status = status or problem.status
    body = {"type": f"urn:gongkai:problem:{problem.code}", "title": title, "status": status}
    if problem.detail:
        body["detail"] = problem.detail
    return JSONResponse(
        {**body, "code": problem.code, **problem.members},
        status,
        headers={"Content-Language": "zh" if chinese else "en"},
        media_type="application/problem+json",
    )


async def _problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)
    return answer(request, problem)


async def _file(request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, UnacceptableFile)
    chinese = request.headers.get("accept-language", "zh").lower().startswith("zh")
    return answer(
        request,
        Invalid(faults=[{"at": "files", "code": fault.code, "message": fault.zh if chinese else str(fault)}]),
    )


async def _validation(request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, RequestValidationError)
    faults = [
        {"at": ".".join(map(str, error["loc"])), "code": error["type"], "message": error["msg"]}
        for error in fault.errors()
    ]
    return answer(request, Invalid(faults=faults))


async def _http(request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, HTTPException)
    known = {404: NotFound, 401: Unauthenticated, 403: Forbidden}.get(fault.status_code)
    problem = known() if known else Problem(str(fault.detail))
    return answer(request, problem, fault.status_code)


async def _database(request: Request, fault: Exception) -> JSONResponse:
    if not gone(fault) and not isinstance(fault, OSError):
        raise fault
    return answer(request, Unavailable())
