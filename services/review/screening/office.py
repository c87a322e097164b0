"""What the packages of Word and Excel have in common: relations, carried files, unfamiliar parts."""

import re
from collections.abc import Callable, Iterator

from services.review.screening import markup
from services.review.screening.inside import Inside
from services.review.screening.pieces import Piece, joined, shown, unreadable

_TEXTLESS = re.compile(
    r"\[Content_Types\]\.xml|(?:word|xl)/(?:webSettings|fontTable|numbering|stylesWithEffects|calcChain)\.xml"
    r"|(?:word|xl)/theme/.*\.xml|xl/printerSettings/.*\.bin|.*/|.*\.(?:odttf|ttf|otf|fntdata)",
    re.I,
)
_PICTURE = re.compile(r".*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|ico|wdp)", re.I)
_MARKUP = (".xml", ".vml")


def is_picture(name: str) -> bool:
    return bool(_PICTURE.fullmatch(name))


def other(name: str, body: bytes, inside: Inside) -> Iterator[Piece]:
    """A part that has no reader of its own."""
    if _TEXTLESS.fullmatch(name) or is_picture(name):
        return
    if name.endswith(".rels"):
        yield from guarded(f"关系 relations {shown(name)}", lambda: _relations(body))
    elif name.endswith(_MARKUP):
        yield from guarded(place(name), lambda: _unfamiliar(name, body))
    else:
        yield from inside.file(f"部件 part {name}", body)


def place(name: str) -> str:
    kind = "属性 properties" if name.startswith("docProps/") else "部件 part"
    return f"{kind} {shown(name)}"


def guarded(where: str, read: Callable[[], Iterator[Piece]]) -> Iterator[Piece]:
    """Nobody can say what a damaged or hostile part holds; the others are still read."""
    try:
        yield from read()
    except markup.UnreadableMarkup:
        yield unreadable(where)


def _unfamiliar(name: str, body: bytes) -> Iterator[Piece]:
    yield from joined([markup.words(body)], place(name))
    for _, link in markup.elements(body, "ddeLink"):
        yield unreadable(f"{place(name)}（动态数据交换 DDE {shown(link.get('ddeService', ''))}）")


def _relations(body: bytes) -> Iterator[Piece]:
    """A link is there to be followed; anything else from outside is shown as if it stood in the document."""
    links = []
    for _, relation in markup.elements(body, "Relationship"):
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if kind == "hyperlink":
            links.append(target)
        elif relation.get("TargetMode") == "External":
            yield Piece(target, f"外部引用 external {shown(kind)}", unreadable=True)
    yield from joined(filter(_REACHING, links), "链接 links")


_REACHING = re.compile(r"(?:tel|sms|mailto):", re.I).match
