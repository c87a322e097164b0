"""What channels make for people: sheets, packages, playlists; and what is never in them."""

import io
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import docx
import orjson
import pypdfium2
import pytest

from services.publish.channels import Around, ChannelOptions
from services.publish.channels.kinds.bulletin import Kind as Bulletin
from services.publish.channels.kinds.press import packed
from services.publish.channels.kinds.screen import playlist
from services.publish.papers.archive import apart, plain
from services.publish.papers.blanks import transfer
from services.publish.papers.printing import TEMPLATES
from services.publish.papers.text import paragraphs
from services.publish.papers.transfer import Contents, Withdrawn, package

from .outgoing import DOCX, outgoing, store

LONG = "根据有关规定，现将有关事项通知如下，请各单位遵照执行，并将执行情况于月底前报送。"


def text_of(pdf: bytes) -> tuple[int, str]:
    """Pages, and the text without the breaks of lines."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    count = len(document)
    document.close()
    return count, "".join("".join(pages).split())


def bulletin() -> Bulletin:
    async def news(_since: object) -> list[object]:
        return []

    return Bulletin("bulletin", ChannelOptions(), Around("", Path(), news))  # type: ignore[arg-type]


async def test_a_sheet_says_what_where_and_whom_to_call(tmp_path: Path) -> None:
    heading, ending = "关于调整开放时间的通知\n滨开档〔2026〕5号\n", "档案馆\n2026年11月20日\n"
    text = f"{heading}各位市民：\n自下月起，周六照常开放。\n{ending}"
    edition = await outgoing(
        store(tmp_path), ("a.txt", "text/plain", text.encode()), about={"effective_on": "2026-12-01"}
    )
    proof = await bulletin().release(edition)
    pages, said = text_of(proof.papers["A4.pdf"])
    assert pages == 1
    for words in ("关于调整开放时间的通知", "自下月起，周六照常开放。", edition.index_no, "0410-88660563",
                  "滨开档〔2026〕5号", "2026年11月21日", "2026年12月1日", "扫码核对"):  # fmt: skip
        assert words in said, words
    assert said.count("关于调整开放时间的通知") == 1, "the title is not said twice"
    assert text_of(proof.papers["A3.pdf"]) == (pages, said), "the same, only larger"
    assert proof.said["sheets"]["A4.pdf"] == sha256(proof.papers["A4.pdf"]).hexdigest()
    assert await bulletin().release(edition) == proof, "the same edition gives the same bytes"


@pytest.mark.parametrize("paragraph", [LONG, LONG * 200], ids=["many paragraphs", "one that has no end"])
async def test_a_long_text_ends_on_the_second_page_with_the_way_to_the_rest(
    tmp_path: Path, paragraph: str
) -> None:
    text = "\n".join([paragraph] * 200)
    edition = await outgoing(store(tmp_path), ("a.txt", "text/plain", text.encode()))
    for paper in (await bulletin().release(edition)).papers.values():
        pages, said = text_of(paper)
        assert pages == 2
        assert "全文见" in said
        assert len(said) > 1_000, "the pages are used"


async def test_what_cannot_be_read_is_announced_with_its_summary(tmp_path: Path) -> None:
    edition = await outgoing(
        store(tmp_path), ("a.pdf", "application/pdf", b"%PDF-1.7"), about={"summary": "部门预算。"}
    )
    pages, said = text_of((await bulletin().release(edition)).papers["A4.pdf"])
    assert (pages, "部门预算。" in said, "全文见" in said) == (1, True, True)


async def test_the_note_that_replaces_a_sheet_does_not_repeat_what_was_withdrawn(tmp_path: Path) -> None:
    edition = await outgoing(store(tmp_path), ("a.txt", "text/plain", "正文".encode()))
    pages, said = text_of((await bulletin().recall(edition, {})).papers["已撤下.pdf"])
    assert pages == 1
    assert ("已撤下" in said, edition.index_no in said, "0410-88660563" in said) == (True, True, True)
    assert "开放时间" not in said


async def test_a_press_package_holds_everything_with_checksums_and_is_the_same_every_time(
    tmp_path: Path,
) -> None:
    files = [
        ("通知.txt", "text/plain", "正文".encode()),
        ("../通知.txt", "text/plain", b"2"),
        ("通知.TXT", "text/plain", b"3"),
    ]
    edition = await outgoing(store(tmp_path), *files)
    contents = [content for _, _, content in files]
    made = packed(edition, contents)
    assert made == packed(edition, contents)
    held = zipfile.ZipFile(io.BytesIO(made))
    assert not [name for name in held.namelist() if name.startswith("/") or ".." in name.split("/")]
    sums = dict(line.split("  ")[::-1] for line in held.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(held.namelist()) - {"SHA256SUMS"}
    assert all(sha256(held.read(name)).hexdigest() == wanted for name, wanted in sums.items())
    assert sorted(held.read(name) for name in sums if name.startswith("files/")) == sorted(contents)
    assert held.read("text.txt").decode() == "正文\n"
    assert orjson.loads(held.read("metadata.json"))["index_no"] == edition.index_no
    assert "信息公开电话：0410-88660563" in held.read("说明.txt").decode()


async def test_the_playlist_is_in_order_and_the_same_for_the_same_record(tmp_path: Path) -> None:
    objects = store(tmp_path)
    news = [await outgoing(objects, title=title, edition=n) for n, title in ((2, "新"), (1, "旧"))]
    made = orjson.loads(playlist(news, 20))
    assert playlist(news, 20) == playlist(news, 20)
    assert [(item["order"], item["title"], item["seconds"]) for item in made["items"]] == [
        (1, "新", 20),
        (2, "旧", 20),
    ]
    assert made["items"][0]["date"] == "2026-11-21"
    assert set(made["items"][0]) == {
        "id", "order", "seconds", "title", "body", "phone", "date", "index_no", "doc_no", "kind", "summary",
        "url", "qr_svg"}  # fmt: skip


async def test_a_transfer_is_a_bag_whose_sums_are_right(tmp_path: Path) -> None:
    edition = await outgoing(store(tmp_path), ("通知.txt", "text/plain", "正文".encode()))
    gone = Withdrawn("12219900MB0A20027E/2026-00009", 1, datetime(2026, 11, 5, tzinfo=UTC))
    contents = Contents(
        "archive", "档案馆", "2026-11", (edition,), (gone,), datetime(2026, 12, 1, tzinfo=UTC)
    )
    made = package(contents, [["正文".encode()]])
    assert made == package(contents, [["正文".encode()]])
    held = zipfile.ZipFile(io.BytesIO(made))
    manifest = dict(line.split("  ")[::-1] for line in held.read("manifest-sha256.txt").decode().splitlines())
    assert set(manifest) == {name for name in held.namelist() if name.startswith("data/")}
    assert all(sha256(held.read(name)).hexdigest() == wanted for name, wanted in manifest.items())
    size = sum(len(held.read(name)) for name in manifest)
    assert f"Payload-Oxum: {size}.{len(manifest)}" in held.read("bag-info.txt").decode()
    assert held.read("data/12219900MB0A20027E_2026-00001/通知.txt").decode() == "正文"
    _, said = text_of(held.read("data/交接文据.pdf"))
    for words in ("交接文据", "一式4份", "2026-00009", "关于调整开放时间的通知", "2026年11月"):
        assert words in said, words


def test_the_form_of_the_hand_over_note_is_what_its_programme_makes() -> None:
    def said(content: bytes) -> list[str]:
        file = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
        return [line.text for line in file.paragraphs] + cells

    assert said((TEMPLATES / "transfer.docx").read_bytes()) == said(transfer())


def test_text_comes_from_what_people_write_in() -> None:
    file = docx.Document()
    file.add_paragraph("第一段")
    table = file.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "甲", "乙"
    file.add_paragraph("第二段")
    buffer = io.BytesIO()
    file.save(buffer)
    assert paragraphs(buffer.getvalue(), DOCX) == ["第一段", "甲　乙", "第二段"]
    body = "<h1>标题</h1><div><p>一<b>二</b></p><script>x()</script></div>"
    html = f"<html><head><title>t</title></head><body>{body}</body>"
    assert paragraphs(html.encode(), "text/html; charset=utf-8") == ["标题", "一二"]
    assert paragraphs("国标".encode("gb18030"), "text/plain") == ["国标"]
    for broken in (b"", b"PK\x03\x04", b"\x00" * 100):
        assert paragraphs(broken, DOCX) == []
    assert paragraphs(b"%PDF", "application/pdf") == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b:c", "\x00x", "...", ""])
def test_no_name_leaves_its_folder(name: str) -> None:
    assert not set(plain(name)) & set("/\\:\x00")
    assert plain(name) not in ("", ".", "..")


def test_names_that_a_disk_would_take_for_one_stay_apart() -> None:
    assert len({name.casefold() for name in apart(["a.txt", "A.TXT", "b"])}) == 3
