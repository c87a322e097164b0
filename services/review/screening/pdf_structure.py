"""What a PDF holds beside its pages: properties, scripts and actions, attachments, forms, layers."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from services.review.screening.inside import Inside
from services.review.screening.pieces import Piece, joined, shown, unreadable
from shared.files import EncryptedFile

_MOST = 300_000
_DEPTH = 30
# Written as qpdf writes it: names in plain letters, one space between them.
_TELLING = re.compile(
    rb"/S /(?:JavaScript|Launch|SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie|Sound|RichMedia\w*)\b"
    rb"|/(?:JS|EF|RichMediaContent|XFA)\b|/Type /(?:EmbeddedFile|Metadata)\b|/URI \((?:mailto|tel|sms):",
    re.I,
)
_ACTIVE = frozenset((
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound",
))  # fmt: skip
_REACHING = ("mailto:", "tel:", "sms:")


def pieces(content: bytes, inside: Inside, known: set[str]) -> Iterator[Piece]:
    """Of forms and properties what `known` has not said already."""
    try:
        pdf = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise EncryptedFile from None
    except pikepdf.PdfError:
        yield unreadable("文件结构 structure")
        return
    with pdf:
        if pdf.is_encrypted:
            raise EncryptedFile
        yield from _structure(pdf, inside, known)


def _structure(pdf: pikepdf.Pdf, inside: Inside, known: set[str]) -> Iterator[Piece]:
    found = _Found()
    for number, item in enumerate(pdf.objects):
        if number >= _MOST:
            yield unreadable("文件结构 structure（对象过多 too many objects）")
            break
        if _TELLING.search(_written(item)):
            found.walk(item, _DEPTH)
    properties = [str(value) for value in pdf.docinfo.values()] if "/Info" in pdf.trailer else []
    yield from joined(dict.fromkeys((*properties, *found.metadata)), "属性 properties")
    yield from found.pieces()
    yield from joined((value for value in _fields(pdf) if value not in known), "表单 form")
    yield from _layers(pdf)
    yield from _attachments(found, inside)


def _written(item: Any) -> bytes:
    if not isinstance(item, pikepdf.Object):
        return b""  # A number that is no longer in use.
    return bytes((item.stream_dict if isinstance(item, pikepdf.Stream) else item).unparse(resolved=True))


@dataclass(slots=True)
class _Found:
    metadata: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    files: dict[tuple[int, int], tuple[str, Any]] = field(default_factory=dict)

    def walk(self, item: Any, depth: int) -> None:
        """One object with what is written into it; what it only refers to comes by itself."""
        if isinstance(item, pikepdf.Array):
            children = list(item)
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            self._look(item)
            children = [child for _, child in item.items()]
        else:
            return
        for child in children if depth else ():
            if isinstance(child, pikepdf.Object) and not child.is_indirect:
                self.walk(child, depth - 1)

    def _look(self, item: Any) -> None:
        kind = str(item.get("/S", ""))
        if kind in _ACTIVE or kind.startswith("/RichMedia") or "/RichMediaContent" in item:
            self.actions.add(kind.strip("/") or "RichMedia")
        if "/JS" in item:
            self.actions.add("JavaScript")
            self.scripts.append(_string(item["/JS"]))
        if (link := str(item.get("/URI", ""))).lower().startswith(_REACHING):
            self.links.append(link)
        if "/XFA" in item:
            self.forms += _parts(item["/XFA"])
        if str(item.get("/Type", "")) == "/Metadata":
            self.metadata += _metadata(_string(item))
        self._carry(item)

    def _carry(self, item: Any) -> None:
        if isinstance(files := item.get("/EF"), pikepdf.Dictionary):
            name = str(item.get("/UF", item.get("/F", "?")))
            for _, stream in files.items():
                self.files[stream.objgen if isinstance(stream, pikepdf.Object) else (0, 0)] = (name, stream)
        elif str(item.get("/Type", "")) == "/EmbeddedFile":
            self.files.setdefault(item.objgen, ("?", item))

    def pieces(self) -> Iterator[Piece]:
        """A script or an action may show anything to anybody: a person has to look."""
        yield from joined(self.links, "链接 links")
        for action in sorted(self.actions - {"JavaScript"}):
            yield unreadable(f"动作 action {shown(action)}")
        if "JavaScript" in self.actions:
            yield Piece("\n".join(self.scripts), "脚本 script", unreadable=True)
        if self.forms:
            yield Piece("\n".join(self.forms), "动态表单 XFA form", unreadable=True)


def _string(item: Any) -> str:
    if not isinstance(item, pikepdf.Stream):
        return str(item)
    try:
        return bytes(item.read_bytes()).decode("utf-8", "replace")
    except pikepdf.PdfError:
        return ""


def _parts(item: Any) -> list[str]:
    streams = list(item) if isinstance(item, pikepdf.Array) else [item]
    return [line for part in streams if isinstance(part, pikepdf.Stream) for line in _metadata(_string(part))]


_VALUE = re.compile(r'>([^<>]+)<|="([^"<>]*)"')
_NUMBERED = re.compile(r"uuid:|xmp\.[di]id|https?://(?:ns\.adobe|www\.w3|purl)", re.I)


def _metadata(xml: str) -> list[str]:
    """The values in a description, whatever its vocabulary; marks that only machines compare are none."""
    values = (html.unescape("".join(found.groups(""))).strip() for found in _VALUE.finditer(xml))
    return [value for value in values if value and not _NUMBERED.search(value)]


def _fields(pdf: pikepdf.Pdf) -> Iterator[str]:
    """The values of a form, of fields too that stand on no page."""
    form = pdf.Root.get("/AcroForm")
    waiting = list(form.get("/Fields", [])) if isinstance(form, pikepdf.Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < _MOST:
        item = waiting.pop()
        if not isinstance(item, pikepdf.Dictionary) or (item.is_indirect and item.objgen in seen):
            continue
        seen.add(item.objgen)
        yield from (
            str(item[key]) for key in ("/V", "/DV", "/TU") if isinstance(item.get(key), pikepdf.String)
        )
        waiting += list(item.get("/Kids", []))


def _layers(pdf: pikepdf.Pdf) -> Iterator[Piece]:
    """Layers that are not shown when the document is opened."""
    settings = pdf.Root.get("/OCProperties")
    usual = settings.get("/D") if isinstance(settings, pikepdf.Dictionary) else None
    if not isinstance(usual, pikepdf.Dictionary):
        return
    off = list(usual.get("/OFF", []))
    if off or str(usual.get("/BaseState", "")) == "/OFF":
        names = "\n".join(
            str(layer.get("/Name", "")) for layer in off if isinstance(layer, pikepdf.Dictionary)
        )
        yield Piece(names, "隐藏图层 hidden layers", unreadable=True)


def _attachments(found: _Found, inside: Inside) -> Iterator[Piece]:
    for name, stream in found.files.values():
        place = f"附件 attachment {name}"
        try:
            body = bytes(stream.read_bytes())
        except (pikepdf.PdfError, AttributeError):
            yield unreadable(shown(place))
            continue
        yield from inside.file(place, body)
