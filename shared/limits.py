"""Refuses a request that is too large while it arrives, before it fills memory or disk."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Problem, answer


class TooLarge(Problem):
    """The request is larger than is accepted."""

    status = 413
    code = "too-large"
    zh = "请求超过允许的大小。"


class SizeLimit:
    """ASGI middleware: counts what arrives, whatever Content-Length promised."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        arrived = 0
        request = Request(scope)
        promised = request.headers.get("content-length", "")
        if promised.isdigit() and int(promised) > self.limit:
            return await answer(request, TooLarge(limit=self.limit))(scope, receive, send)

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.limit:
                raise TooLarge(limit=self.limit)
            return message

        return await self.app(scope, counted, send)
