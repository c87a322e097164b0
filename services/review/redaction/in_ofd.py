"""An OFD document (GB/T 33190), written anew: no signatures, notes, attachments, outlines or description."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from services.review.redaction import package
from services.review.redaction.areas import Rewritten
from services.review.redaction.package import PICTURE, Parts, Tree, local
from services.review.redaction.phrases import BLACK, Phrase

_KEPT = re.compile(
    r"(?!(?:.*/)?(?:Annots?|Annotations|Attachs?|Attachments|Signs?|Signatures|Tags|CustomTags|Ext\w*|Vers\w*)/)"
    r".*\.(?:xml|ttf|otf|ttc|png|jpe?g|gif|bmp|tiff?)",
    re.I,
)
_GONE = frozenset((
    "Signatures", "Versions", "CustomDatas", "Author", "Title", "Subject", "Abstract", "Keywords",
    "Creator", "CreatorVersion", "CreationDate", "ModDate", "Cover", "Outlines", "Bookmarks", "Attachments",
    "Annotations", "CustomTags", "Extensions", "Actions", "Permissions",
))  # fmt: skip


def rewritten(content: bytes, phrases: Sequence[Phrase]) -> Rewritten:
    parts, _ = package.opened(content, _KEPT)
    for name in [name for name in parts if name.lower().endswith(".xml")]:
        root = package.parsed(parts[name])
        _clean(root)
        package.blacken(root, _orders, phrases)
        _forget_glyphs(root)
        parts[name] = package.written(root)
    _drop_unnamed(parts)
    pictures = sorted(filter(PICTURE.fullmatch, parts))
    return Rewritten(package.packed(parts), elsewhere=tuple(f"图片 picture {name}" for name in pictures))


def _clean(root: Tree) -> None:
    for element in list(root.iter("{*}*")):
        if local(element) in _GONE or element.get("Visible") == "false":
            package.remove(element)


def _orders(root: Tree) -> Iterator[list[Tree]]:
    """As they stand in the file, and as they stand on the page."""
    codes = list(root.iter("{*}TextCode"))
    yield codes
    yield sorted(codes, key=_position)


def _position(code: Tree) -> tuple[float, float]:
    """In millimetres, from the top and from the left."""
    text = next(code.iterancestors("{*}TextObject"), None)
    box = _numbers(text.get("Boundary", "")) if text is not None else []
    left, top = (*box, 0.0, 0.0)[:2]
    across, down = (*_numbers(f"{code.get('X', '0')} {code.get('Y', '0')}"), 0.0, 0.0)[:2]
    return round(top + down), left + across


def _numbers(written: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", written)]


def _forget_glyphs(root: Tree) -> None:
    """Numbers of glyphs would draw the old characters in place of the new."""
    for text in list(root.iter("{*}TextObject")):
        if any(BLACK in (code.text or "") for code in text.iterfind("{*}TextCode")):
            for glyphs in text.findall("{*}CGTransform"):
                package.remove(glyphs)


def _drop_unnamed(parts: Parts) -> None:
    """Pictures and fonts that nothing shows any more."""
    said = b"".join(body for name, body in parts.items() if name.lower().endswith(".xml"))
    for name in list(parts):
        if not name.lower().endswith(".xml") and posixpath.basename(name).encode() not in said:
            del parts[name]
