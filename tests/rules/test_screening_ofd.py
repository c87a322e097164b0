"""What an OFD document says: in the order of reading, in templates and notes, and under what covers it."""

import pytest

from services.review.screening.extract import extract
from services.review.screening.pieces import Piece
from shared.files import DamagedFile, FileType
from tests.rules import hostile, ofd, workbook

ID, MARK, PAGE = "11010519491231002X", "机密★20年", "第1页 page 1"
LONG = ofd.text("关于调整城市供水价格的公告自二〇二六年一月一日起施行")


def read(content: bytes) -> list[Piece]:
    return extract(FileType.OFD, content)


def place_of(content: bytes, text: str = ID) -> str:
    [place] = [piece.place_at(piece.text.index(text)) for piece in read(content) if text in piece.text]
    return place


def doubtful(content: bytes) -> list[str]:
    return [piece.place for piece in read(content) if piece.unreadable]


def test_pages_are_read_in_their_order() -> None:
    content = ofd.document(["第一页正文", f"第二页{ID}"])
    assert [piece.text.strip() for piece in read(content)[:2]] == ["第一页正文", f"第二页{ID}"]
    assert place_of(content) == "第2页 page 2"


def test_text_is_put_together_as_the_eye_reads_it() -> None:
    """One object per letter, the last line first, and a second column."""
    letters = "".join(ofd.text(letter, x=20 + 4 * at, y=80) for at, letter in enumerate(ID))
    content = ofd.document([ofd.text("下", y=90) + letters[::1] + ofd.text("上") + ofd.text("右", x=120)])
    assert read(content)[0].text == f"上\t右\n{ID}\n下\n"


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        (ofd.text(ID, y=100), ""),
        (ofd.text(ID, y=100) + ofd.box(15, 98, 120, 12), "（遮盖下 under a box）"),
        (ofd.text(ID, y=100) + ofd.PICTURE, "（遮盖下 under a box）"),
        (ofd.box(15, 98, 120, 12) + ofd.text(ID, y=100), ""),
        (ofd.text(ID, y=100) + ofd.box(15, 98, 120, 12, 'Fill="true" Alpha="80"'), ""),
        (ofd.text(ID, y=100) + ofd.box(15, 98, 120, 12, 'Stroke="true"'), ""),
        (ofd.text(ID, y=100, more='Visible="false"'), "（不可见文字 invisible text）"),
        (ofd.text(ID, y=100, colour="255 255 255"), "（白色文字 white text）"),
        (ofd.text(ID, y=400), "（页面之外 outside the page）"),
        (ofd.text(ID, y=100).replace('Size="4"', 'Size="0.2"'), "（微小文字 tiny text）"),
    ],
)
def test_text_that_no_eye_can_see_is_read_and_said_to_be_hidden(drawing: str, reason: str) -> None:
    content = ofd.document([ofd.text("关于调整城市供水价格的公告", y=20) + drawing])
    if ofd.PICTURE in drawing:
        assert PAGE + reason in doubtful(content)
    else:
        assert doubtful(content) == ([PAGE + reason] if reason else [])
    assert place_of(content) == PAGE + reason


def test_a_template_shows_on_every_page_that_uses_it() -> None:
    template = ("Doc_0/Tpls/Tpl_0/Content.xml", ofd.page(ofd.text(MARK, y=10)).encode())
    declared = '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    using = ("Doc_0/Pages/Page_0/Content.xml", ofd.page(LONG, template="5").encode())
    plain = ofd.document([], template, using, common=declared)
    content = hostile.repacked(
        plain,
        "Doc_0/Document.xml",
        b"<ofd:Pages>",
        b'<ofd:Pages><ofd:Page BaseLoc="Pages/Page_0/Content.xml"/>',
    )
    [page] = [piece for piece in read(content) if piece.place == PAGE]
    assert page.text.split("\n")[0] == MARK
    assert len(page.text.split()) == 2
    assert doubtful(content) == []


def test_properties_outlines_and_parts_of_no_page_are_read() -> None:
    custom = f'<ofd:CustomDatas><ofd:CustomData Name="k">{MARK}</ofd:CustomData></ofd:CustomDatas>'
    info = f"<ofd:Title>题目</ofd:Title>{custom}"
    outline = f'<ofd:Outlines><ofd:OutlineElem Title="{ID}"/></ofd:Outlines>'
    orphan = ("Doc_0/Pages/Page_9/Content.xml", ofd.page(ofd.text("旧版本")).encode())
    content = ofd.document([LONG], orphan, info=info, more=outline)
    assert place_of(content, MARK) == place_of(content, "题目") == "属性 properties"
    assert place_of(content) == "部件 part doc_0/document.xml"
    assert place_of(content, "旧版本") == "部件 part Doc_0/Pages/Page_9/Content.xml"


def test_notes_and_attachments_are_read() -> None:
    file = "<a><x><ofd:FileLoc xmlns:ofd='o'>{}</ofd:FileLoc></x></a>"
    parts = [
        ("Doc_0/Annots/Annotations.xml", file.format("Page_0/Annot.xml").encode()),
        (
            "Doc_0/Annots/Page_0/Annot.xml",
            f"<o><Remark>批语</Remark>{LONG}{ofd.box(0, 0, 9, 9)}</o>".replace("ofd:", "").encode(),
        ),
        ("Doc_0/Attachs/Attachments.xml", file.format("/Doc_0/Attachs/名单.xlsx").encode()),
        ("Doc_0/Attachs/名单.xlsx", workbook.made([["姓名", ID]])),
        ("Doc_0/Attachs/a.exe", b"MZ\0"),
    ]
    more = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    more += "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    content = ofd.document([LONG], *parts, more=more)
    assert place_of(content) == "附件 attachment Doc_0/Attachs/名单.xlsx › 工作表 sheet Sheet!B1"
    assert place_of(content, "批语") == "批注 annotations Doc_0/Annots/Page_0/Annot.xml（说明 remarks）"
    assert doubtful(content) == [
        "批注 annotations Doc_0/Annots/Page_0/Annot.xml（可能遮盖正文 may cover text）",
        "部件 part Doc_0/Attachs/a.exe（不能读取 unknown-file-type）",
    ]


def test_a_page_of_pictures_only_is_unreadable() -> None:
    assert doubtful(ofd.document([ofd.PICTURE])) == [PAGE]
    assert doubtful(ofd.document([ofd.box(0, 0, 9, 9)])) == [PAGE]
    assert doubtful(ofd.document([LONG + ofd.box(0, 200, 9, 9)])) == []


def test_a_document_whose_parts_are_missing_is_for_a_person() -> None:
    content = hostile.zipped([("OFD.xml", ofd.entry().encode())])
    assert doubtful(content) == ["部件 part Doc_0/Document.xml", "全文 whole file"]
    broken = ofd.document([LONG], more="<ofd:Broken>")
    assert "部件 part Doc_0/Document.xml" in doubtful(broken)


def test_a_part_in_an_encoding_of_no_name_is_for_a_person() -> None:
    content = hostile.repacked(ofd.document([LONG]), "Doc_0/Document.xml", b"UTF-8", b"UTF-7-8")
    assert doubtful(content)[0] == "部件 part Doc_0/Document.xml"


def test_a_path_that_leaves_the_package_is_refused() -> None:
    content = hostile.zipped([("OFD.xml", ofd.entry(root="Doc_0/../../etc/passwd").encode())])
    with pytest.raises(DamagedFile):
        read(content)
