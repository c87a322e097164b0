"""The two most asked addresses, answered past FastAPI: it describes them, but doubles what they cost."""

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import document_api, list_api
from .asked import Paged

ALL = Paged()


def routes(document: document_api.Reading, documents: list_api.Reading) -> list[Route]:
    """To be put before FastAPI's own: what is malformed goes on to those."""

    async def one(request: Request) -> Response:
        return await document(request, request.path_params["document_id"])

    async def many(request: Request) -> Response:
        return await documents(request, _asked(request))

    return [Route("/documents/{document_id:uuid}", one), Route("/documents", many)]


def _asked(request: Request) -> Paged:
    """As FastAPI would: each fault is named with its place."""
    if not request.scope["query_string"]:
        return ALL
    try:
        return Paged.model_validate(dict(request.query_params))
    except ValidationError as wrong:
        faults = [{**fault, "loc": ("query", *fault["loc"])} for fault in wrong.errors()]
        raise RequestValidationError(faults) from None
