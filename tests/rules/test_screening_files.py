"""What is read from files of every type, and what hostile files get for their trouble."""

import base64
import html
import time

import docx
import pytest

from services.review.screening import Piece, Screening, Severity, reader
from services.review.screening.extract import extract
from shared.files import FileType
from tests.rules import hostile

MARK, ID = "机密★20年", "11010519491231002X"


def texts(filetype: FileType, content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in extract(filetype, content):
        kind = piece.place.split()[0]
        found[kind] = found.get(kind, "") + piece.text
    return found


def unreadable(filetype: FileType, content: bytes) -> list[str]:
    return [piece.place for piece in extract(filetype, content) if piece.unreadable]


async def reading(filetype: FileType, content: bytes) -> Screening:
    [screening] = await reader.read([(filetype, content)])
    return screening


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_reads_the_same_in_every_encoding(encoding: str) -> None:
    assert extract(FileType.TXT, "公告：镕".encode(encoding)) == [Piece("公告：镕", "正文 text")]


# --- HTML

PAGE = f"""<!DOCTYPE html><title>题目</title><meta name="keywords" content="{MARK}">
<style>p::after{{}}</style>
<p>110105<b>1949</b><!-- 批语 -->1231<span hidden>藏一</span>002X</p>
<div style="display: none"><p>藏二</p></div>
<td>甲</td><td>乙</td><script>var secret = "脚本"</script><template><i>模板</i></template>
<img alt="图说"><a href="tel:13800138000">电话</a><ul><li>丙<li>丁</ul>"""


def test_a_page_yields_what_it_shows_and_apart_what_it_hides() -> None:
    page = texts(FileType.HTML, PAGE.encode())
    assert ID in page["正文"]
    assert "丙\n丁" in page["正文"]
    assert "藏" not in page["正文"]
    assert {"藏一", "藏二", "模板"} <= set(page["隐藏内容"].split())
    assert "批语" in page["注释"]
    assert page["标题"] == "题目"
    assert {MARK, "图说", "tel:13800138000"} <= set(page["属性"].split())
    assert not any("脚本" in text or "::after" in text for text in page.values())


STYLED = """<html><style>/* a */ .a, #b { display : none } @media print{ .c{color:#fff} } p::after{}</style>
<p class=a>甲</p><p id=b>乙</p><b class=c>丙</b><i style="font-size:0">丁</i><font color=white>戊</font>
<svg><text>己</text></svg><div style="color:#fff;background:navy">庚</div>"""


def test_what_a_style_hides_is_read_apart() -> None:
    page = texts(FileType.HTML, STYLED.encode())
    assert page["隐藏内容"].split() == ["甲", "乙", "丁"]
    assert set(page["白色文字"]) >= {"丙", "戊"}
    assert set("己庚") <= set(page["正文"])


def test_pages_and_files_inside_a_page_are_read() -> None:
    carried = base64.b64encode(f"<p>{MARK}</p>".encode()).decode()
    framed = html.escape(f"<b>110105</b>{ID[6:]}")
    page = f'<html><iframe srcdoc="{framed}"></iframe><a href="data:text/html;base64,{carried}">x</a>'
    assert ID in texts(FileType.HTML, page.encode())["内嵌页"]
    assert MARK in texts(FileType.HTML, page.encode())["内嵌文件"]
    odd = b"<html><a href='data:application/x-msdownload;base64,TVqQ'>x</a>" + "正文".encode() * 20
    assert unreadable(FileType.HTML, odd) == ["内嵌文件 data（不能读取 unknown-file-type）"]


def test_a_page_of_pictures_only_is_unreadable() -> None:
    assert unreadable(FileType.HTML, "<html><title>公告</title><img src=a.png>".encode()) == ["图片 pictures"]


def test_a_page_that_declares_another_encoding_is_read_in_both() -> None:
    """Bytes that are words in one encoding and letters of no meaning in the other."""
    body = "<p>膼榨</p>".encode("gb18030")
    page = b"<html><meta charset=gbk>" + body
    assert body.decode() != "<p>膼榨</p>"
    assert "膼榨" in texts(FileType.HTML, page)["正文"]
    assert unreadable(FileType.HTML, page) == ["正文 text（按声明的编码 as declared）"]
    plain = b"<html><meta charset=utf-8><p>" + "公告".encode()
    assert unreadable(FileType.HTML, plain) == []


def test_a_deep_page_is_read_without_recursion() -> None:
    assert MARK in texts(FileType.HTML, hostile.deep_html(5_000))["正文"]


# --- Word


@pytest.fixture
def document() -> "docx.document.Document":
    document = docx.Document()
    document.add_paragraph("1101051949").add_run("1231002X")
    document.add_table(1, 2).cell(0, 1).text = "表格"
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.core_properties.subject = MARK
    document.add_comment(document.paragraphs[0].runs, text="批注")
    return document


def test_every_part_of_a_word_document_is_read(document: "docx.document.Document") -> None:
    word = texts(FileType.DOCX, hostile.saved(document))
    assert {ID, "表格"} <= set(word["正文"].split())
    assert (word["页眉"].strip(), word["页脚"].strip(), word["批注"].strip()) == ("页眉", "页脚", "批注")
    assert MARK in word["属性"].split("\n")


def test_deleted_and_inserted_text_are_both_read() -> None:
    body = (
        "<w:p><w:r><w:t>机密</w:t></w:r><w:del><w:r><w:delText>★20年</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>要</w:t></w:r></w:ins></w:p>"
    )
    places = {piece.place: piece.text.strip() for piece in extract(FileType.DOCX, hostile.package(body))}
    assert places == {"正文 text": "机密要", "正文 text（修订前 before revision）": MARK}


def test_a_text_box_does_not_tear_its_paragraph_apart() -> None:
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    body = f"<w:p><w:r><w:t>机密</w:t></w:r>{box}<w:r><w:t>★20年</w:t></w:r></w:p>"
    assert texts(FileType.DOCX, hostile.package(body))["正文"].split() == ["框", MARK]


def test_what_is_embedded_and_cannot_be_read_is_said_to_be_so() -> None:
    book = ("word/embeddings/book.xlsx", hostile.zipped([("xl/a.xml", b"<a/>")]))
    body = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>"
    assert unreadable(FileType.DOCX, hostile.package(body, book)) == [
        "部件 part word/embeddings/book.xlsx（扩展名不符 extension-disagrees）",
        "部件 part word/embeddings/book.xlsx › xl/a.xml（扩展名不符 extension-disagrees）",
    ]
    old = ("word/embeddings/oleObject1.bin", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert unreadable(FileType.DOCX, hostile.package(body, old)) == [
        "部件 part word/embeddings/oleObject1.bin（不能读取 unknown-file-type）"
    ]


def test_a_document_inside_a_document_is_read() -> None:
    held = hostile.package("", ("word/embeddings/a.docx", hostile.word(ID)))
    [place] = [piece.place for piece in extract(FileType.DOCX, held) if ID in piece.text]
    assert place == "部件 part word/embeddings/a.docx › 正文 text"


def run(text: str, format: str = "") -> str:
    return f"<w:r><w:rPr>{format}</w:rPr><w:t>{text}</w:t></w:r>"


STYLES = f"""<w:styles {hostile.W}><w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style></w:styles>"""


def test_hidden_text_is_read_apart_and_white_text_in_its_place() -> None:
    body = run("110105") + run("藏一", "<w:vanish/>") + run("藏二", '<w:rStyle w:val="Child"/>') + run(ID[6:])
    body += run("白字", '<w:color w:val="FFFFFF"/>') + run("显", '<w:vanish w:val="0"/>')
    content = hostile.package(f"<w:p>{body}</w:p>", ("word/styles.xml", STYLES.encode()))
    text, hidden = extract(FileType.DOCX, content)
    assert text.text.strip() == f"{ID}白字显"
    assert [text.place_at(text.text.index(word)) for word in (ID, "白字", "显")] == [
        "正文 text", "正文 text（白色文字 white text）", "正文 text"
    ]  # fmt: skip
    assert (hidden.text, hidden.place) == ("藏一藏二", "正文 text（隐藏文字 hidden text）")


def test_black_on_black_is_read_and_for_a_person() -> None:
    """The commonest way to hide a number in Word; white on black is the heading of a table."""
    black = '<w:highlight w:val="black"/>'
    body = run("号码") + run(ID, black) + run("标题", f'{black}<w:color w:val="FFFFFF"/>')
    content = hostile.package(f"<w:p>{body}</w:p>")
    [text, doubt] = extract(FileType.DOCX, content)
    assert text.place_at(text.text.index(ID)) == doubt.place == "正文 text（涂黑文字 blacked-out text）"
    assert doubt.unreadable
    assert text.place_at(text.text.index("标题")) == "正文 text"


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (hostile.relation("attachedTemplate", "http://a.org/a.dotm"), "外部引用 external attachedTemplate"),
        (hostile.relation("image", "file:///C:/a.png"), "外部引用 external image"),
        (("word/footer1.xml", hostile.field("DDEAUTO c:\\\\cmd.exe")),
         "页脚 footer word/footer1.xml（域代码 field DDEAUTO）"),
        (("word/afchunk.mht", b"MIME-Version: 1.0"),
         "部件 part word/afchunk.mht（扩展名不符 extension-disagrees）"),
    ],
)  # fmt: skip
def test_what_comes_from_outside_is_for_a_person(part: tuple[str, bytes], place: str) -> None:
    assert unreadable(FileType.DOCX, hostile.package(f"<w:p>{run('正文')}</w:p>", part)) == [place]


def test_a_link_is_nothing_special() -> None:
    link = hostile.relation("hyperlink", "http://example.org/")
    assert unreadable(FileType.DOCX, hostile.package(f"<w:p>{run('正文')}</w:p>", link)) == []


def test_parts_of_an_unknown_make_are_read_too() -> None:
    part = ("customXml/item1.xml", f"<a><b>110105</b><c>{ID}</c></a>".encode())
    assert ID in texts(FileType.DOCX, hostile.package("", part))["部件"].split()


def test_a_document_of_pictures_only_is_unreadable() -> None:
    picture = hostile.package("", ("word/media/scan.png", b"\x89PNG"))
    assert unreadable(FileType.DOCX, picture) == ["图片 pictures"]


@pytest.mark.parametrize("content", [hostile.with_external_entity(), hostile.with_billion_laughs()])
def test_a_word_part_that_declares_entities_is_not_read(content: bytes) -> None:
    assert unreadable(FileType.DOCX, content) == ["正文 text"]
    assert texts(FileType.DOCX, content) == {"正文": ""}


# --- PDF


def test_a_pdf_is_read_page_by_page_with_its_properties() -> None:
    pdf = texts(FileType.PDF, hostile.pdf("第一页正文", f"第二页\n{ID}", info=MARK))
    assert pdf["第1页"].strip() == "第一页正文"
    assert ID in pdf["第2页"]
    assert MARK in pdf["属性"]


def test_a_scanned_page_is_unreadable_and_a_blank_one_is_not() -> None:
    assert unreadable(FileType.PDF, hostile.pdf("", picture=True)) == ["第1页 page 1"]
    assert unreadable(FileType.PDF, hostile.pdf("")) == []
    assert (
        unreadable(
            FileType.PDF, hostile.pdf("这一页有文字，也有一幅图，文字足够多，不是扫描件。", picture=True)
        )
        == []
    )


# --- the process of its own


@pytest.mark.parametrize(
    ("filetype", "content"),
    [
        (FileType.TXT, f"题\n{MARK}".encode()),
        (FileType.HTML, f"<html><p>{MARK}".encode()),
        (FileType.DOCX, hostile.word("题", MARK)),
        (FileType.PDF, hostile.pdf(f"题\n{MARK}")),
    ],
)
async def test_a_mark_stops_whatever_the_file_is(filetype: FileType, content: bytes) -> None:
    screening = await reading(filetype, content)
    assert screening.stopped
    assert MARK not in repr(screening)


async def test_files_come_back_in_their_order() -> None:
    files = [(FileType.TXT, f"{'长' * size}\n{ID}".encode()) for size in (1, 30, 2)]
    screenings = await reader.read(files)
    places = [(finding.where.file, finding.where.start) for found in screenings for finding in found.findings]
    assert places == [(0, 2), (1, 31), (2, 3)]


@pytest.mark.parametrize(
    ("filetype", "content", "rule"),
    [
        (FileType.DOCX, hostile.bomb_of_zeros(), "unreadable.zip-bomb"),
        (FileType.DOCX, hostile.bomb_of_overlaps(), "unreadable.zip-bomb"),
        (FileType.DOCX, hostile.word("a")[:-40], "unreadable.damaged-file"),
        (FileType.PDF, hostile.pdf("a", encrypted=True), "unreadable.damaged-file"),
        (FileType.PDF, b"%PDF-1.7\n%%EOF", "unreadable.damaged-file"),
        (FileType.DOCX, hostile.with_external_entity(), "unreadable.no-text"),
    ],
)
async def test_what_cannot_be_read_is_for_a_person(filetype: FileType, content: bytes, rule: str) -> None:
    found = (await reading(filetype, content)).findings
    assert [(finding.rule, finding.severity) for finding in found] == [(rule, Severity.person)]


@pytest.mark.parametrize("words", ["公开事项不涉及国家秘密，长期有效。", "机密★20年 ", "13800138000\n", " "])
async def test_an_endless_line_is_read_within_the_limits(words: str) -> None:
    began = time.monotonic()
    await reading(FileType.TXT, hostile.endless_line(words=words))
    assert time.monotonic() - began < reader.TIME_LIMIT + 10


SLOW = (FileType.HTML, hostile.deep_html(200_000))
FINE = (FileType.TXT, ID.encode())


async def test_a_file_that_takes_too_long_does_not_take_its_neighbours_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "TIME_LIMIT", 6.0)
    before, slow, after = await reader.read([FINE, SLOW, FINE])
    assert [finding.rule for finding in slow.findings] == ["unreadable.too-slow"]
    assert before.severity is after.severity is Severity.block
    assert after.findings[0].where.file == 2


async def test_a_file_that_takes_too_much_memory_does_not_take_its_neighbours_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MEMORY_LIMIT", 100 * 1024 * 1024)
    swollen = (FileType.TXT, hostile.endless_line(5, "1\u200b"))
    before, large, after = await reader.read([FINE, swollen, FINE])
    assert [finding.rule for finding in large.findings] == ["unreadable.crashed"]
    assert before.severity is after.severity is Severity.block
