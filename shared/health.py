"""Whether a process lives, whether it can do its work, and its figures."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str]]
"""What is wrong, in words; empty when nothing is."""


def routes(checks: Mapping[str, Check]) -> list[Route]:
    """`/live` answers while the process can; `/ready` only while everything it needs is there."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> Response:
        faults = {name: complaint for name, check in checks.items() if (complaint := await _ask(check))}
        state = {"status": "not ready", "faults": faults} if faults else {"status": "ready"}
        return JSONResponse(state, 503 if faults else 200)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/live", live), Route("/ready", ready), Route("/metrics", metrics)]


async def _ask(check: Check) -> str:
    try:
        return await check()
    except Exception as trouble:
        return f"{type(trouble).__name__}: {trouble}"[:200]
