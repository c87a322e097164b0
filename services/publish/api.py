"""The public's door, put together: documents, lists, feeds, and the catalogue for machines."""

from fastapi import APIRouter

from shared.objects import Objects

from . import document_api, list_api, news_api
from .catalogue_reading import Withdrawn
from .pages.document_page import DocumentPage
from .pages.list_page import ListPage
from .pages.rendered import Pages
from .reader import Reader
from .settings import PublishSettings

__all__ = ["Withdrawn", "routes"]


def routes(settings: PublishSettings, reader: Reader, objects: Objects) -> APIRouter:
    """All that anybody may read. Every answer is read from the record at that moment."""
    pages = Pages(settings)
    router = APIRouter()
    router.include_router(list_api.routes(reader, ListPage(pages, reader)))
    router.include_router(document_api.routes(settings, reader, objects, DocumentPage(pages, reader)))
    router.include_router(news_api.routes(settings, reader))
    router.include_router(pages.routes())
    return router
