"""The public's door, put together: documents, lists, feeds, and the catalogue for machines."""

from fastapi import APIRouter
from starlette.routing import Route

from shared.objects import Objects

from ..settings import PublishSettings
from . import document_api, list_api, news_api, straight
from .catalogue_reading import Withdrawn
from .pages.document_page import DocumentPage
from .pages.list_page import ListPage
from .pages.rendered import Pages
from .reader import Reader

__all__ = ["Withdrawn", "routes"]


def routes(settings: PublishSettings, reader: Reader, objects: Objects) -> tuple[list[Route], APIRouter]:
    """All that anybody may read, the straight ways first; every answer is the record's at that moment."""
    pages = Pages(settings)
    document = document_api.reading(settings, reader, DocumentPage(pages, reader))
    documents = list_api.reading(reader, ListPage(pages, reader))
    router = APIRouter()
    router.include_router(list_api.routes(documents, reader))
    router.include_router(document_api.routes(document, reader, objects))
    router.include_router(news_api.routes(settings, reader))
    router.include_router(pages.routes())
    return straight.routes(document, documents), router
