"""What is redacted in a Word document, a workbook or an OFD is in no part of it afterwards."""

import html
import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image

from services.review.redaction import LeftOver, in_docx, in_xlsx
from services.review.redaction.areas import Rewritten
from services.review.redaction.checked import check
from services.review.redaction.phrases import BLACK, asked
from services.review.screening.extract import extract
from shared.files import FileType
from tests.rules import hostile
from tests.rules.redacting import ID, PHONE, redacted, spans


def inside(content: bytes) -> str:
    """Every part of a package, bare of markup, blanks and entities, then as it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        bodies = [archive.read(name) for name in archive.namelist() if not name.endswith((".png", ".jpeg"))]
    texts = [body.decode() for body in bodies]
    return "".join(re.sub(r"<[^>]*>|\s", "", html.unescape(text)) for text in texts) + "".join(texts)


# --- Word


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def word() -> bytes:
    """The number in three runs, three cells, a deleted revision, a comment, a header and the properties."""
    document = docx.Document()
    document.add_paragraph("关于补助的公示")
    paragraph = document.add_paragraph("证号：")
    for part in ("110105", "19491231", "002X"):
        paragraph.add_run(part).bold = part == "19491231"
    table = document.add_table(1, 3)
    for cell, part in zip(table.rows[0].cells, ("110105", "19491231", "002X"), strict=True):
        cell.text = part
    document.sections[0].header.paragraphs[0].text = f"页眉 {ID}"
    document.add_comment(paragraph.runs, f"请核对 {ID}", author=f"经办人 {ID}")
    document.core_properties.title = ID
    document.core_properties.author = f"作者 {ID}"
    return revised(hostile.saved(document))


def revised(content: bytes) -> bytes:
    deleted = f'<w:p><w:del w:author="{ID}"><w:r><w:delText>旧号{ID}</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:author="经办人">{run("新增保留")}</w:ins>'
    hidden = run(f"暗处{ID}", "<w:rPr><w:vanish/></w:rPr>")
    split = f"{run('110105')}<w:del><w:r><w:delText>隔开</w:delText></w:r></w:del>{run('19491231002X')}"
    row = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{run('删去的行')}</w:p></w:tc></w:tr></w:tbl>"
    added = f"{deleted}{inserted}{hidden}{split}</w:p>{row}<w:p>{run('末段', '<w:rPr><w:b/></w:rPr>')}</w:p>"
    parts = {name: body for name, body in _entries(content)}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"<w:sectPr", added.encode() + b"<w:sectPr", 1
    )
    parts["docProps/thumbnail.jpeg"] = b"\xff\xd8" + ID.encode()
    parts["word/embeddings/oleObject1.bin"] = ID.encode()
    parts["customXml/item1.xml"] = f"<a>{ID}</a>".encode()
    return hostile.zipped(parts.items())


def _entries(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_a_word_document_loses_the_number_in_every_part() -> None:
    result = redacted(FileType.DOCX, word(), ID)
    parts = inside(result.content)
    assert ID not in parts
    for gone in ("旧号", "暗处", "删去的行", "请核对", "经办人", "作者", "rsid", "隔开"):
        assert gone not in parts, gone
    names = [name for name, _ in _entries(result.content)]
    assert not [name for name in names if re.search("docProps|comments|embeddings|customXml|thumbnail", name)]


def test_a_word_document_can_still_be_opened_and_keeps_the_rest() -> None:
    document = docx.Document(io.BytesIO(redacted(FileType.DOCX, word(), ID).content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:2] == ["关于补助的公示", "证号：" + BLACK * len(ID)]
    assert "新增保留" + BLACK * len(ID) in texts
    assert texts[-1] == "末段"
    assert [cell.text for cell in document.tables[0].rows[0].cells] == [BLACK * 6, BLACK * 8, BLACK * 4]
    assert [part.bold for part in document.paragraphs[1].runs][1:] == [False, True, False]
    assert document.sections[0].header.paragraphs[0].text == "页眉 " + BLACK * len(ID)


def test_a_text_box_in_the_middle_of_a_number_does_not_hide_it() -> None:
    box = f"<w:r><w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent></w:r>"
    content = hostile.package(f"<w:p>{run('证号110105')}{box}{run('19491231002X')}</w:p><w:p>{run(ID)}</w:p>")
    parts = inside(redacted(FileType.DOCX, content, ID).content)
    assert "证号██████框内████████████" in parts


def test_a_link_outside_is_cut_but_its_words_stay() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="x/hyperlink" Target="mailto:{ID}@qq.com" TargetMode="External"/>'
        '<Relationship Id="r2" Type="x/attachedTemplate" Target="http://evil.cn/t" TargetMode="External"/>'
        '<Relationship Id="r3" Type="x/hyperlink" Target="https://example.cn/" TargetMode="External"/>'
        "</Relationships>"
    )
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    links = "".join(
        f'<w:hyperlink {space} r:id="{number}">{run(number)}</w:hyperlink>' for number in ("r1", "r3")
    )
    content = hostile.package(
        f"<w:p>{run(ID)}{links}</w:p>", ("word/_rels/document.xml.rels", relations.encode())
    )
    parts = inside(redacted(FileType.DOCX, content, ID).content)
    assert "mailto" not in parts
    assert "evil" not in parts
    assert "https://example.cn/" in parts
    assert ">r1<" in parts


def test_what_hangs_on_a_picture_is_taken_off_it() -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = f"description {ID}"
    Image.new("RGB", (40, 40), "red").save(picture, "JPEG", exif=exif, comment=ID.encode())
    document = docx.Document()
    document.add_paragraph(f"证号 {ID}")
    document.add_picture(io.BytesIO(picture.getvalue()))
    result = redacted(FileType.DOCX, hostile.saved(document), ID)
    [(name, body)] = [(name, body) for name, body in _entries(result.content) if "media" in name]
    assert ID.encode() in picture.getvalue()
    assert ID.encode() not in body
    with Image.open(io.BytesIO(body)) as image:
        assert image.getpixel((20, 20))[0] > 200  # type: ignore[index]
    assert result.elsewhere == (f"图片 picture {name}",)


# --- workbooks


def workbook() -> bytes:
    """The number in a hidden sheet, a hidden row, a formula, a comment, in cells that follow one another."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(["姓名", "证号", "电话"])
    sheet.append(["张三", ID, int(PHONE)])
    sheet.append(["110105", "19491231", "002X"])
    sheet.append(["藏", ID, '="110105"&"19491231002X"'])
    sheet.append(["金额", 1200.5, "保留"])
    sheet.row_dimensions[4].hidden = True
    sheet["B2"].comment = Comment(f"核对 {ID}", "经办人")
    sheet.HeaderFooter.oddHeader.center.text = f"页眉 {ID}"
    hidden = book.create_sheet(f"{ID}")
    hidden.sheet_state = "veryHidden"
    hidden["A1"] = f"暗处 {ID}"
    book.defined_names["藏"] = openpyxl.workbook.defined_name.DefinedName("藏", attr_text=f'"{ID}"')
    book.properties.creator = ID
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_loses_the_number_in_hidden_sheets_rows_formulas_and_comments() -> None:
    result = redacted(FileType.XLSX, workbook(), ID, PHONE)
    parts = inside(result.content)
    for gone in (ID, PHONE, "核对", "经办人", "Hidden", 'hidden="1"', "docProps", "<f>"):
        assert gone not in parts, gone


def test_a_workbook_can_still_be_opened_and_hides_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(redacted(FileType.XLSX, workbook(), ID, PHONE).content))
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible"]
    first, second = book.worksheets
    black = [[cell.value for cell in row] for row in first.iter_rows()]
    assert black[1] == ["张三", BLACK * len(ID), BLACK * len(PHONE)]
    assert black[2] == [BLACK * 6, BLACK * 8, BLACK * 4]
    assert black[4] == ["金额", 1200.5, "保留"]
    assert not first.row_dimensions[4].hidden
    assert second["A1"].value == f"暗处 {BLACK * len(ID)}"
    assert ID not in second.title


def test_a_number_stored_as_a_power_of_ten_and_a_date_are_found_as_they_are_shown() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"] = 1.3800138e10, "保留", 17898
    sheet["A2"].number_format = "yyyy-mm-dd"
    file = io.BytesIO()
    book.save(file)
    content = file.getvalue().replace(b"13800138000", b"1.3800138E10")
    result = redacted(FileType.XLSX, content, PHONE, "1948-12-31")
    parts = inside(result.content)
    assert "17898" not in parts
    assert "38E10" not in parts
    assert "保留" in parts


# --- OFD

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd() -> bytes:
    root = (
        f'<ofd:OFD {OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        f"<ofd:Title>{ID}</ofd:Title><ofd:Author>经办人</ofd:Author></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
        "</ofd:DocBody></ofd:OFD>"
    )
    document = (
        f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        "</ofd:PageArea></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
        f'<ofd:Outlines><ofd:OutlineElem Title="{ID}"/></ofd:Outlines>'
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
    )
    glyphs = '<ofd:CGTransform CodePosition="0" CodeCount="1"><ofd:Glyphs>77</ofd:Glyphs></ofd:CGTransform>'
    texts = "".join(
        f'<ofd:TextObject ID="{number}" Boundary="{left} {top} 90 10" Font="2" Size="5">{glyphs}'
        f'<ofd:TextCode X="0" Y="5">{text}</ofd:TextCode></ofd:TextObject>'
        for number, (left, top, text) in enumerate(
            [(20, 30, "证号110105"), (20, 60, "保留此段"), (70, 30, "19491231002X"), (20, 90, ID)], 10
        )
    )
    page = f'<ofd:Page {OFD}><ofd:Content><ofd:Layer ID="5">{texts}</ofd:Layer></ofd:Content></ofd:Page>'
    note = f"<ofd:Annotations {OFD}><ofd:Page><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>"
    return hostile.zipped([
        ("OFD.xml", root.encode()), ("Doc_0/Document.xml", document.encode()),
        ("Doc_0/Pages/Page_0/Content.xml", page.encode()), ("Doc_0/Annots/Annotations.xml", note.encode()),
        ("Doc_0/Annots/a.xml", f'<ofd:A {OFD}><ofd:Remark>{ID}</ofd:Remark></ofd:A>'.encode()),
        ("Doc_0/Attachs/Attachments.xml", f"<ofd:Attachments {OFD}/>".encode()),
        ("Doc_0/Attachs/名单.txt", ID.encode()),
    ])  # fmt: skip


def test_an_ofd_loses_the_number_in_pages_title_outline_notes_and_attachments() -> None:
    result = redacted(FileType.OFD, ofd(), ID)
    parts = inside(result.content)
    assert ID not in parts
    assert parts.count("<ofd:Glyphs>") == 1
    for gone in ("经办人", "Outlines", "Attach", "Annot", "Sign", "名单"):
        assert gone not in parts, gone
    assert "保留此段" in "".join(piece.text for piece in extract(FileType.OFD, result.content))
    assert result.elsewhere == ()


# --- the check itself

MAKERS: dict[FileType, Callable[[], bytes]] = {
    FileType.DOCX: word,
    FileType.XLSX: workbook, FileType.OFD: ofd,
}  # fmt: skip


@pytest.mark.parametrize("filetype", MAKERS)
def test_a_redactor_that_does_nothing_is_caught(filetype: FileType) -> None:
    content = MAKERS[filetype]()
    before = extract(filetype, content)
    with pytest.raises(LeftOver) as refusal:
        check(filetype, Rewritten(content), asked(spans(filetype, content, ID), before), before)
    assert ID not in str(refusal.value) + str(refusal.value.facts)


@pytest.mark.parametrize(
    ("filetype", "writer", "name"),
    [
        (FileType.DOCX, in_docx, "word/extra.xml"),
        (FileType.XLSX, in_xlsx, "xl/extra.bin"),
        (FileType.DOCX, in_docx, ID),
    ],
)
def test_a_redactor_that_overlooks_a_part_is_caught(filetype: FileType, writer: object, name: str) -> None:
    content = MAKERS[filetype]()
    before = extract(filetype, content)
    phrases = asked(spans(filetype, content, ID), before)
    clean = writer.rewritten(content, phrases).content  # type: ignore[attr-defined]
    check(filetype, Rewritten(clean), phrases, before)
    body = f'<a b="{ID}"/>'.encode("utf-16-le" if name.endswith(".bin") else "utf-8")
    with pytest.raises(LeftOver):
        check(filetype, Rewritten(hostile.zipped([*_entries(clean), (name, body)])), phrases, before)
