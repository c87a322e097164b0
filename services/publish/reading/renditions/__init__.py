"""A file as accessible, harmless HTML: bytes and a media type in, a `Rendition` out.

`render` is the pure story; `apart.render_apart` does the same in a process of its own, with limits.
"""

from .rendering import render
from .rendition import VERSION, Heading, Note, NotRendered, Rendition

__all__ = ["VERSION", "Heading", "NotRendered", "Note", "Rendition", "render"]
