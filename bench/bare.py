"""python -m bench.bare SIZE...: for each size a Starlette handler that returns so many bytes, and no more."""

import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.serve import serve
from shared.settings import Settings


def handler(path: str, size: int) -> Route:
    body = b"x" * size

    async def bare(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(path, bare)


if __name__ == "__main__":
    routes = [handler(f"/{number}", int(size)) for number, size in enumerate(sys.argv[1:])]
    serve(Starlette(routes=[*routes, handler("/ready", 2)]), Settings())
