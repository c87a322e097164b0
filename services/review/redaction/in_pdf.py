"""A PDF made anew: pages with something to redact as pictures, the others without all that is not shown."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Operator,
    Pdf,
    Stream,
)

from services.review.redaction import pages
from services.review.redaction.areas import Area, Rewritten, must_be_within
from services.review.redaction.phrases import Phrase
from services.review.redaction.pictures import plain
from shared.files import DamagedFile, EncryptedFile

Step = ContentStreamInstruction | ContentStreamInlineImage

# All that a page needs to look as it does. What else it holds may lead back to what is to be gone.
_PAGE = ("/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_UNSEEN = frozenset((
    "/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents", "/Thumb", "/AA", "/A",
    "/JS", "/AF", "/OPI", "/Alternates", "/OC", "/Properties", "/Measure", "/PtData", "/Ref",
))  # fmt: skip
# Notes about the document. Stamps, signatures and filled-in fields become part of their page.
_NOTES = frozenset((
    "/Text", "/Popup", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/FileAttachment",
    "/Sound", "/Movie", "/Screen", "/RichMedia", "/Link", "/Redact", "/3D", "/PrinterMark", "/TrapNet",
))  # fmt: skip


def rewritten(content: bytes, areas: Sequence[Area], phrases: Sequence[Phrase]) -> Rewritten:
    with _opened(content) as original:
        for area in areas:
            must_be_within(area, len(original.pages))
        layered = _has_hidden_layers(original)
        _flatten(original)
        shown = pdfium.PdfDocument(_saved(original))
        try:
            return _made(original, shown, areas, phrases, layered)
        finally:
            shown.close()


def _opened(content: bytes) -> Pdf:
    try:
        return Pdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise EncryptedFile from None
    except pikepdf.PdfError:
        raise DamagedFile from None


def _has_hidden_layers(original: Pdf) -> bool:
    layers = original.Root.get("/OCProperties")
    default = layers.get("/D", Dictionary()) if layers is not None else Dictionary()
    return len(default.get("/OFF", Array())) > 0 or default.get("/BaseState", Name.ON) != Name.ON


def _flatten(original: Pdf) -> None:
    for page in original.pages:
        notes = page.obj.get("/Annots", Array())
        page.obj["/Annots"] = Array([note for note in notes if note.get("/Subtype") not in _NOTES])
    original.flatten_annotations("screen")


def _saved(document: Pdf) -> bytes:
    """The same bytes for the same document."""
    file = BytesIO()
    document.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


def _made(
    original: Pdf, shown: pdfium.PdfDocument, areas: Sequence[Area], phrases: Sequence[Phrase], layered: bool
) -> Rewritten:
    read = pages.texts(shown)
    black = [*areas, *pages.rectangles(shown, read, phrases)]
    pictured = {area.page for area in black} | (set(range(1, len(shown) + 1)) if layered else set())
    with Pdf.new() as made:
        for number, page in enumerate(original.pages, 1):
            if number in pictured:
                _append_picture(made, shown[number - 1], [area for area in black if area.page == number])
            else:
                _append_bare(made, page)
        _strip(made)
        content = _saved(made)
    again = pages.uncovered(shown, read, areas, black)
    return Rewritten(content, tuple(black), tuple(sorted(pictured)), again)


def _append_picture(made: Pdf, page: pdfium.PdfPage, areas: Iterable[Area]) -> None:
    width, height = page.get_size()
    body = pages.picture(page, areas)
    image = Stream(made, body, _described(body))
    blank = made.add_blank_page(page_size=(width, height))
    blank.obj["/Resources"] = Dictionary(XObject=Dictionary(Page=image))
    blank.obj["/Contents"] = Stream(made, f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Page Do Q".encode())


def _described(body: bytes) -> Dictionary:
    width, height, colours = pages.measured(body)
    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceGray if colours == 1 else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def _append_bare(made: Pdf, page: pikepdf.Page) -> None:
    """Inherited sizes and resources are written down first: a copied page has no parent to inherit from."""
    for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        if (value := _inherited(page.obj, key)) is not None:
            page.obj[key] = value
    for key in set(page.obj.keys()) - set(_PAGE) - {"/Parent"}:
        del page.obj[key]
    made.pages.append(page)


def _inherited(node: Object | None, key: str) -> Object | None:
    for _ in range(_DEEPEST):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if node is not None else None


_DEEPEST = 50


def _strip(made: Pdf) -> None:
    for found in made.objects:
        for holder in _dictionaries(found):
            for key in _UNSEEN & set(holder.keys()):
                del holder[key]
        if isinstance(found, Stream):
            _strip_stream(found)
    for page in made.pages:
        page.contents_coalesce()
        _strip_marks(page.obj.get("/Contents"))
    for key in set(made.Root.keys()) - {"/Type", "/Pages"}:
        del made.Root[key]


def _dictionaries(found: Object) -> Iterator[Object]:
    """A dictionary with those written inside it; what is referred to comes by itself."""
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, (Dictionary, Stream)):
            yield one
            todo += [value for value in one.values() if _is_within(value)]
        elif isinstance(one, Array):
            todo += [value for value in one if _is_within(value)]


def _is_within(value: object) -> bool:
    return isinstance(value, (Dictionary, Array)) and not value.is_indirect


def _strip_stream(stream: Stream) -> None:
    if stream.get("/Subtype") == Name.Form:
        _strip_marks(stream)
    elif stream.get("/Filter") in (Name.DCTDecode, Array([Name.DCTDecode])):
        _bare_picture(stream)


def _bare_picture(stream: Stream) -> None:
    parameters = stream.get("/DecodeParms")
    kept = parameters if isinstance(parameters, (Dictionary, Array)) else None
    stream.write(plain(stream.read_raw_bytes()), filter=Name.DCTDecode, decode_parms=kept)


def _strip_marks(stream: Object | None) -> None:
    """What marks a stretch of a page may carry words of its own, such as a replacement text."""
    if stream is None or not any(mark in stream.read_bytes() for mark in (b"BDC", b"DP")):
        return
    kept = [_unmarked(step) for step in pikepdf.parse_content_stream(stream)]
    stream.write(pikepdf.unparse_content_stream(kept))


def _unmarked(step: Step) -> Step:
    name = str(step.operator)
    if name not in ("BDC", "DP"):
        return step
    return ContentStreamInstruction([Name.Span], Operator("BMC" if name == "BDC" else "MP"))
