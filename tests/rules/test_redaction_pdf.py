"""What is redacted in a PDF is nowhere in it afterwards, and a black box alone is not taken for it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pylopdf_fonts_zh_cn
import pypdfium2 as pdfium
import pytest
import typst
from pikepdf import Array, Dictionary, Name, Pdf
from PIL.Image import Image

from services.review.redaction import Area, LeftOver, Redacted, Span, in_pdf, pages, redact
from services.review.redaction.areas import Rewritten
from services.review.redaction.checked import check
from services.review.redaction.phrases import asked, phrase
from services.review.redaction.refused import NoArea, NoSuchPage, NothingAsked
from services.review.screening import screen
from services.review.screening.extract import extract
from shared.contracts import RefusalGround
from shared.files import DamagedFile, FileType
from tests.rules import hostile

ID, OTHER = "11010519491231002X", "13800138000"
PRIVACY, TRADE = RefusalGround.PERSONAL_PRIVACY, RefusalGround.TRADE_SECRET
TIMES = 48
SOURCE = f"""
#set document(title: "{ID} 领取名单", author: "某局")
#set page(paper: "a5")
#set text(font: "Noto Serif SC", size: 10pt, lang: "zh")
= 领取人 {ID}
#for number in range({TIMES - 4}) [张三，身份证号 {ID}，领取补贴一千二百元整。 ]
#pagebreak()
= 政策全文
本页只有政策，没有个人信息。联系电话 {OTHER}。
#pagebreak()
#table(columns: 2, [姓名], [证号], [李四], [110105 19491231 002X])
#place(dx: 60mm, dy: 20mm, rotate(90deg, [{ID}]))
#place(dy: 60mm, [商业秘密在此处，再说一次：商业秘密在此处。])
"""


def typeset(source: str) -> bytes:
    fonts = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    options = {"format": "pdf", "font_paths": fonts, "ignore_system_fonts": True}
    made: bytes = typst.compile(source.encode(), **options)  # type: ignore[call-overload]
    return made


@pytest.fixture(scope="module")
def original() -> bytes:
    """Its number is in the title, the outline, a note, an attachment, a script and on some of its pages."""
    plain = typeset(SOURCE)
    with Pdf.open(BytesIO(plain)) as document:
        document.attachments[f"{ID}.txt"] = pikepdf.AttachedFileSpec(document, ID.encode())  # type: ignore[call-arg]
        document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String(f"app.alert('{ID}')"))
        document.pages[-2].obj["/B"] = Array([document.pages[0].obj])  # Leads back to a page to be redacted.
        document.pages[-2].obj.Annots = Array([_note(document), _link(document)])
        file = BytesIO()
        document.save(file)
    return file.getvalue()


def _note(document: Pdf) -> pikepdf.Object:
    words = pikepdf.String(f"核对 {ID}")
    return document.make_indirect(Dictionary(Subtype=Name.Text, Rect=[9, 9, 19, 19], Contents=words))


def _link(document: Pdf) -> pikepdf.Object:
    there = Array([document.pages[0].obj, Name.Fit])
    return document.make_indirect(Dictionary(Subtype=Name.Link, Rect=[9, 9, 19, 19], Dest=there))


def span(content: bytes, words: str, ground: RefusalGround = PRIVACY) -> Span:
    """Where the words first stand."""
    for piece in extract(FileType.PDF, content):
        if (start := piece.text.find(words)) >= 0:
            return Span(piece.place, start, start + len(words), ground)
    raise AssertionError(words)


@pytest.fixture(scope="module")
def redacted(original: bytes) -> Redacted:
    return redact(FileType.PDF, original, [], [span(original, ID)])


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_finding_becomes_a_redaction_of_every_occurrence(original: bytes) -> None:
    finding = next(one for one in screen(extract(FileType.PDF, original)).findings if "id18" in one.rule)
    where = finding.where
    result = redact(FileType.PDF, original, [], [Span(where.place, where.start, where.end, PRIVACY)])
    assert result.removed[PRIVACY] >= TIMES
    assert not any(ID in bare(piece.text) for piece in extract(FileType.PDF, result.content))


def test_nothing_of_it_is_in_title_outline_notes_attachments_or_scripts(redacted: Redacted) -> None:
    with Pdf.open(BytesIO(redacted.content)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert not document.docinfo
        kinds = [found.get("/Type") for found in document.objects if isinstance(found, Dictionary)]
        assert kinds.count(Name.Page) == len(document.pages)
        for found in document.objects:
            stored = found.unparse() + (found.read_raw_bytes() if isinstance(found, pikepdf.Stream) else b"")
            assert ID.encode() not in stored
    assert b"JavaScript" not in redacted.content


def test_only_touched_pages_become_pictures_and_the_others_stay_text(
    original: bytes, redacted: Redacted
) -> None:
    before, after = (extract(FileType.PDF, content) for content in (original, redacted.content))
    touched = {f"第{page}页 page {page}" for page in redacted.pages_rasterised}
    kept = [
        piece
        for piece in before
        if piece.place in {one.place for one in after} - touched and "页" in piece.place
    ]
    assert 0 < len(touched) < len(pdfium.PdfDocument(original))
    assert any("政策" in piece.text for piece in kept)
    for piece in kept:
        assert piece.text in [one.text for one in after]


def test_the_rectangles_cover_every_dark_spot_of_the_words(original: bytes) -> None:
    """The words alone on a page: afterwards nothing dark is left beside the rectangles."""
    source = f'#set page(paper: "a6")\n#set text(font: "Noto Serif SC")\n#for n in range(9) [{ID} ]'
    content = typeset(source)
    words = phrase(ID, PRIVACY)
    assert words
    made = in_pdf.rewritten(content, [], [words])
    image = pages.shown(pdfium.PdfDocument(made.content)[0]).convert("L")
    assert darkest(image) < 20
    for area in made.black:
        left, top, right, bottom = pages.pixels(area, image.size)
        image.paste(255, (left - 3, top - 3, right + 3, bottom + 3))
    assert darkest(image) > 200


def darkest(image: Image) -> float:
    dark, _ = image.getextrema()
    assert isinstance(dark, (int, float))
    return dark


def test_the_same_request_gives_the_same_bytes(original: bytes, redacted: Redacted) -> None:
    assert redact(FileType.PDF, original, [], [span(original, ID)]) == redacted
    assert redacted.sha256 != redacted.original_sha256


def test_what_an_area_covers_and_another_place_says_is_pointed_out(original: bytes) -> None:
    last = len(pdfium.PdfDocument(original))
    where = _area_around(original, last, "商业秘密在此处")
    result = redact(FileType.PDF, original, [where], [])
    assert result.pages_rasterised == (last,)
    assert result.removed == {TRADE: 1}
    assert result.elsewhere == (pages.place(last),)
    number = _area_around(original, last, ID)
    assert "第1页 page 1" in redact(FileType.PDF, original, [number], []).elsewhere


def _area_around(content: bytes, page: int, words: str) -> Area:
    """The first place of the words on a page."""
    document = pdfium.PdfDocument(content)
    wanted = phrase(words, TRADE)
    assert wanted
    found = [
        area for area in pages.rectangles(document, pages.texts(document), [wanted]) if area.page == page
    ]
    return found[0]


# --- the check itself


def boxed(content: bytes, area: Area) -> bytes:
    """The classic failure: a black rectangle drawn upon the words."""
    with Pdf.open(BytesIO(content)) as document:
        page = document.pages[area.page - 1]
        _, _, width, height = map(float, page.mediabox)
        left, bottom = area.left * width, (1 - area.bottom) * height
        size = ((area.right - area.left) * width, (area.bottom - area.top) * height)
        page.contents_add(f"q 0 g {left} {bottom} {size[0]} {size[1]} re f Q".encode())
        file = BytesIO()
        document.save(file)
    return file.getvalue()


def test_a_box_drawn_over_the_words_is_refused(original: bytes) -> None:
    last = len(pdfium.PdfDocument(original))
    area = _area_around(original, last, "商业秘密在此处")
    drawn = boxed(original, area)
    before = extract(FileType.PDF, original)
    with pytest.raises(LeftOver):
        check(FileType.PDF, Rewritten(drawn, (area,), (last,)), [], before)
    with pytest.raises(LeftOver):
        check(FileType.PDF, Rewritten(drawn), asked([span(original, ID)], before), before)


def test_a_box_drawn_over_a_scan_is_refused() -> None:
    scan = hostile.pdf("", picture=True)
    area = Area(1, 0.2, 0.2, 0.6, 0.6, TRADE)
    with pytest.raises(LeftOver):
        check(FileType.PDF, Rewritten(boxed(scan, area), (area,), (1,)), [], [])


def test_a_redactor_that_misses_one_occurrence_is_caught(
    original: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = span(original, ID)
    found = pages.rectangles

    def all_but_the_last_page(*given: object) -> Iterator[Area]:
        areas = list(found(*given))  # type: ignore[arg-type]
        return (area for area in areas if area.page != areas[-1].page)

    monkeypatch.setattr(pages, "rectangles", all_but_the_last_page)
    with pytest.raises(LeftOver) as refusal:
        redact(FileType.PDF, original, [], [wanted])
    assert ID not in str(refusal.value) + str(refusal.value.facts)


def test_a_rectangle_that_was_not_burnt_in_is_caught(
    original: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint = pages.picture
    monkeypatch.setattr(pages, "picture", lambda page, areas: paint(page, []))
    with pytest.raises(LeftOver):
        redact(FileType.PDF, original, [], [span(original, ID)])


@pytest.mark.parametrize("key", ["/Metadata", "/PieceInfo", "/Names"])
def test_words_left_in_an_object_that_no_page_shows_are_caught(
    redacted: Redacted, original: bytes, key: str
) -> None:
    with Pdf.open(BytesIO(redacted.content)) as document:
        if key == "/Metadata":
            with document.open_metadata() as metadata:
                metadata["dc:title"] = ID
        else:
            document.Root[key] = document.make_stream(f"<x>{ID}</x>".encode())
        file = BytesIO()
        document.save(file)
    before = extract(FileType.PDF, original)
    with pytest.raises(LeftOver):
        check(FileType.PDF, Rewritten(file.getvalue()), asked([span(original, ID)], before), before)


def test_a_page_that_is_still_there_but_in_no_order_of_pages_is_caught(
    original: bytes, redacted: Redacted
) -> None:
    with Pdf.open(BytesIO(redacted.content)) as document, Pdf.open(BytesIO(original)) as old:
        document.pages.append(old.pages[0])
        document.pages[0].obj["/B"] = Array([document.pages[-1].obj])
        del document.pages[-1]
        file = BytesIO()
        document.save(file)
    before = extract(FileType.PDF, original)
    with pytest.raises(LeftOver):
        check(FileType.PDF, Rewritten(file.getvalue()), asked([span(original, ID)], before), before)


# --- odd pages


def test_a_turned_and_cropped_page_is_covered_where_it_is_shown(original: bytes) -> None:
    with Pdf.open(BytesIO(original)) as document:
        for page in document.pages:
            page.rotate(90, relative=True)
            page.cropbox = Array([20, 30, 400, 560])
        file = BytesIO()
        document.save(file)
    turned = file.getvalue()
    result = redact(FileType.PDF, turned, [], [span(turned, ID)])
    page = pdfium.PdfDocument(result.content)[0]
    assert page.get_size() == pytest.approx((530, 380))
    assert result.removed[PRIVACY] >= TIMES


def test_a_replacement_text_behind_a_kept_page_is_removed(original: bytes) -> None:
    with Pdf.open(BytesIO(original)) as document:
        page = document.pages[-2]
        page.contents_add(
            b"/Span <</ActualText <FEFF" + ID.encode("utf-16-be").hex().encode() + b">>> BDC", prepend=True
        )
        page.contents_add(b"EMC")
        file = BytesIO()
        document.save(file)
    result = redact(FileType.PDF, file.getvalue(), [], [span(original, ID)])
    assert "政策全文" in "".join(piece.text for piece in extract(FileType.PDF, result.content))


def test_a_document_with_hidden_layers_becomes_pictures_altogether(original: bytes) -> None:
    with Pdf.open(BytesIO(original)) as document:
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("藏")))
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        file = BytesIO()
        document.save(file)
    result = redact(FileType.PDF, file.getvalue(), [], [span(original, OTHER)])
    assert result.pages_rasterised == tuple(range(1, len(pdfium.PdfDocument(original)) + 1))


def test_a_filled_in_field_stays_on_its_page_and_its_value_is_found() -> None:
    content = hostile.pdf("登记表\n姓名：", "第二页")
    with Pdf.open(BytesIO(content)) as document:
        shown = document.make_stream(
            b"BT /F1 12 Tf 2 4 Td <" + ID.encode("utf-16-be").hex().encode() + b"> Tj ET"
        )
        shown.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 20],
                                Resources=document.pages[0].obj.Resources))  # fmt: skip
        field = document.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("证号"), V=pikepdf.String(ID),
            Rect=[50, 600, 250, 620], F=4, AP=Dictionary(N=shown), P=document.pages[0].obj,
        ))  # fmt: skip
        document.pages[0].obj.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))
        file = BytesIO()
        document.save(file)
    result = redact(FileType.PDF, file.getvalue(), [], [span(file.getvalue(), ID)])
    assert result.pages_rasterised == (1,)


# --- what cannot be done


@pytest.mark.parametrize(
    ("area", "error"),
    [
        (Area(99, 0, 0, 1, 1, TRADE), NoSuchPage),
        (Area(0, 0, 0, 1, 1, TRADE), NoSuchPage),
        (Area(1, 0.5, 0, 0.5, 1, TRADE), NoArea),
        (Area(1, 0, 0.9, 1, 0.1, TRADE), NoArea),
        (Area(1, 0, 0, 1.5, 1, TRADE), NoArea),
        (Area(1, 0, float("nan"), 1, 1, TRADE), NoArea),
    ],
)
def test_an_area_must_lie_on_a_page(original: bytes, area: Area, error: type[Exception]) -> None:
    with pytest.raises(error):
        redact(FileType.PDF, original, [area], [])


def test_a_redaction_says_what(original: bytes) -> None:
    with pytest.raises(NothingAsked):
        redact(FileType.PDF, original, [], [])


def test_a_broken_file_is_refused() -> None:
    with pytest.raises(DamagedFile):
        redact(FileType.PDF, b"%PDF-1.7\nnothing\n%%EOF", [Area(1, 0, 0, 1, 1, TRADE)], [])
