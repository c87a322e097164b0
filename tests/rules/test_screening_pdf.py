"""What a PDF says without showing it: under boxes, in layers, in scripts, in earlier revisions."""

import pytest

from services.review.screening.extract import extract
from services.review.screening.pieces import Piece
from shared import files
from shared.files import FileType
from tests.rules import hostile, hostile_pdf
from tests.rules.hostile_pdf import NOTED, PLAIN, box, note, page, words

ID = "11010519491231002X"


def read(content: bytes) -> list[Piece]:
    return extract(FileType.PDF, content)


def place_of(content: bytes, text: str = ID) -> str:
    """Where it stands; it must stand in one place only, or it would be found twice."""
    [place] = [piece.place_at(piece.text.index(text)) for piece in read(content) if text in piece.text]
    return place


def doubtful(content: bytes) -> list[str]:
    return [piece.place for piece in read(content) if piece.unreadable]


COVERED, INVISIBLE = "第1页 page 1（遮盖下 under a box）", "第1页 page 1（不可见文字 invisible text）"
WHITE, TINY = "第1页 page 1（白色文字 white text）", "第1页 page 1（微小文字 tiny text）"
OUTSIDE = "第1页 page 1（页面之外 outside the page）"
UNAPPLIED = "第1页 page 1（涂黑标记未执行 redaction not applied）"
FORM = hostile.stream(box(0, 0, 300, 30)).replace(b"<< ", b"<< /Subtype /Form /BBox [0 0 600 900] ")
SQUARE = "45 690 400 720"
SHOWN = "第1页 page 1"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (page(PLAIN + words(ID)), SHOWN),
        (page(PLAIN + words(ID) + box(45, 695, 300, 20)), COVERED),
        (page(PLAIN + words(ID) + box(45, 695, 300, 20, "1 g")), COVERED),
        (page(PLAIN + words(ID) + b"q 300 0 0 30 45 690 cm /Im Do Q"), COVERED),
        (
            page(PLAIN + words(ID) + b"1 0 0 1 45 690 cm /Im Do", FORM).replace(b"/Im 3 0 R", b"/Im 8 0 R"),
            COVERED,
        ),
        (page(PLAIN + box(45, 695, 300, 20, "0.8 g") + words(ID)), SHOWN),
        (page(PLAIN + words(ID) + box(45, 704, 300, 1)), SHOWN),
        (page(PLAIN + words(ID) + b"0 0 595 842 re 10 10 575 822 re f*"), SHOWN),
        (page(PLAIN + words(ID) + b"0 0 595 842 re 10 10 m 10 800 l 575 800 l 575 10 l h f"), SHOWN),
        (page(PLAIN + words(ID) + b"0 0 595 842 re 100 100 20 20 re f"), COVERED),
        (page(PLAIN + words(ID) + b"q 0 0 10 10 re W n 0 0 595 842 re f Q"), SHOWN),
        (page(PLAIN + words(ID, before="3 Tr")), INVISIBLE),
        (page(PLAIN + words(ID, before="1 g")), WHITE),
        (page(PLAIN + box(0, 650, 595, 100) + words(ID, before="1 g")), SHOWN),
        (page(PLAIN + words(ID, size=0.5)), TINY),
        (page(PLAIN + words(ID, x=700)), OUTSIDE),
        (page(PLAIN + words(ID, y=100), entries="/CropBox [0 300 595 842]"), OUTSIDE),
        (page(PLAIN + words(ID), note("Square", SQUARE, "/IC [0]"), entries=NOTED), COVERED),
        (page(PLAIN + words(ID), note("Square", SQUARE, "/C [0]"), entries=NOTED), SHOWN),
    ],
)  # fmt: skip
def test_text_that_no_eye_can_see_is_read_and_said_to_be_hidden(content: bytes, place: str) -> None:
    assert place_of(content) == place
    assert doubtful(content) == ([] if place == SHOWN else [place])


def test_a_box_over_half_a_line_hides_that_half_only() -> None:
    content = page(PLAIN + words(f"姓名张三号码{ID}") + box(122, 690, 300, 30))
    [piece] = [piece for piece in read(content) if ID in piece.text]
    assert piece.place_at(piece.text.index("姓名")) == SHOWN
    assert piece.place_at(piece.text.index(ID)) == COVERED


def test_a_redaction_that_was_only_marked_is_for_a_person() -> None:
    content = page(PLAIN + words(ID), note("Redact", SQUARE), entries=NOTED)
    assert place_of(content) == COVERED
    assert doubtful(content) == [COVERED, UNAPPLIED]


def test_what_a_stamp_shows_by_its_looks_is_read() -> None:
    looks = hostile.stream(words(ID, x=0, y=0)).replace(
        b"<< ", b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /F1 4 0 R >> >> "
    )
    stamp = note("Stamp", "50 500 350 530", "/F 4 /AP << /N 9 0 R >>")
    content = page(PLAIN, stamp, looks, entries=NOTED)
    assert place_of(content) == "第1页 page 1（批注外观 drawn by comments）"


def test_properties_are_read_from_both_their_places() -> None:
    xmp = hostile.stream(f'<x:xmpmeta><rdf:li dc:a="甲{ID}">主题乙</rdf:li></x:xmpmeta>'.encode())
    xmp = xmp.replace(b"<< ", b"<< /Type /Metadata /Subtype /XML ")
    pieces = {piece.place: piece.text for piece in read(page(PLAIN, xmp, catalog="/Metadata 8 0 R"))}
    assert pieces["属性 properties"].split() == ["t", f"甲{ID}", "主题乙"]


@pytest.mark.parametrize(
    ("action", "place"),
    [
        (f"/S /JavaScript /JS {hostile_pdf.string(f'app.alert({ID})')}", "脚本 script"),
        ("/S /J#61vaScript /JS (app)", "脚本 script"),
        ("/S /Launch /F (cmd.exe)", "动作 action Launch"),
        ("/S /SubmitForm /F (http://example.org)", "动作 action SubmitForm"),
        ("/S /GoToR /F (other.pdf) /D [0 /Fit]", "动作 action GoToR"),
    ],
)
def test_what_a_document_would_do_is_for_a_person(action: str, place: str) -> None:
    assert doubtful(hostile_pdf.with_action(action)) == [place]


def test_what_a_script_says_is_read() -> None:
    assert place_of(hostile_pdf.with_action(f"/S /JavaScript /JS (app.alert\\({ID}\\))")) == "脚本 script"
    held = page(
        PLAIN, hostile.stream(f"var a = {ID}".encode()), catalog="/OpenAction << /S /JavaScript /JS 8 0 R >>"
    )
    assert place_of(held) == "脚本 script"


def test_a_number_of_an_object_that_is_gone_is_nothing_special() -> None:
    assert doubtful(page(PLAIN, b"null")) == []
    lost = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << /F 99 0 R >> >>] >> >>"
    assert doubtful(page(PLAIN, catalog=lost)) == ["附件 attachment ?"]


def test_a_jump_within_the_document_is_nothing_special() -> None:
    assert doubtful(hostile_pdf.with_action("/S /GoTo /D [6 0 R /Fit]")) == []


def test_an_attachment_of_an_accepted_type_is_read_and_another_is_for_a_person() -> None:
    held = hostile_pdf.with_attachment("名单.docx", hostile.word(ID))
    assert place_of(held) == "附件 attachment 名单.docx › 正文 text"
    assert doubtful(held) == []
    assert doubtful(hostile_pdf.with_attachment("a.bin", bytes(99))) == [
        "附件 attachment a.bin（不能读取 unknown-file-type）"
    ]


def test_the_value_of_a_field_is_read_though_it_stands_on_no_page() -> None:
    field = f"<< /FT /Tx /T (a) /V {hostile_pdf.string(ID)} >>".encode()
    assert place_of(page(PLAIN, field, catalog="/AcroForm << /Fields [8 0 R] >>")) == "表单 form"


def test_a_layer_that_is_not_shown_is_for_a_person() -> None:
    layer = f"<< /Type /OCG /Name {hostile_pdf.string('藏层')} >>".encode()
    catalog = "/OCProperties << /OCGs [8 0 R] /D << /OFF [8 0 R] >> >>"
    drawing = PLAIN + b"/OC /L BDC " + words(ID) + b" EMC"
    content = page(drawing, layer, catalog=catalog, resources="/Properties << /L 8 0 R >>")
    assert doubtful(content) == ["隐藏图层 hidden layers"]
    assert place_of(content, ID)


def test_what_an_earlier_revision_said_is_read() -> None:
    content = hostile_pdf.revised(PLAIN + words(ID), PLAIN + words("已删除"))
    assert place_of(content) == "旧版本 earlier revision 1 第1页 page 1"
    assert doubtful(content) == ["旧版本 earlier revision 1 第1页 page 1"]
    assert doubtful(hostile_pdf.revised(PLAIN, PLAIN + words("补充"))) == []


def test_a_file_that_is_an_archive_too_is_refused() -> None:
    with pytest.raises(files.TwoFilesInOne):
        files.recognise("a.pdf", hostile_pdf.and_an_archive())
    carrying = page(PLAIN, hostile.stream(hostile.word("正文")))
    assert files.recognise("a.pdf", carrying) is FileType.PDF
